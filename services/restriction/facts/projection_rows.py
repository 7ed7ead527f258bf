"""The rows that a batch of changes writes, table by table, column by column as sql/effects.sql has them.

Within a batch, too, the effect with the right position stays: no two rows of a table have one key.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from restriction.facts.effects import (
    BasisEnded,
    BasisStarted,
    BasisUnsettled,
    Change,
    DocumentBound,
    EpochStep,
    ObligationMoved,
    PassGranted,
    PassWithdrawn,
    Reference,
)
from restriction.model import Item, Measure

Row: TypeAlias = tuple[Any, ...]


def items_to_bits(items: Iterable[Item]) -> int:
    """Bit n for item n."""
    return sum(1 << item.value for item in items)


def items_from_bits(bits: int) -> frozenset[Item]:
    """The items whose bits are set."""
    return frozenset(item for item in Item if bits & 1 << item.value)


def courts(changes: Sequence[Change]) -> Sequence[Row]:
    """The latest name and contact of each court."""
    latest = {one.court_code: one for change in changes for one in change.courts}
    return [(one.court_code, one.name, one.contact, one.position) for one in latest.values()]


def bindings(changes: Sequence[Change]) -> Sequence[Row]:
    """Of each document and subject, the latest positions of a binding and an unbinding."""
    pairs: dict[tuple[str, str], tuple[int, int]] = {}
    for change in changes:
        for one in change.bindings:
            pair = one.document_id, one.subject_id
            pairs[pair] = _with_binding(pairs.get(pair, (0, 0)), one)
    return [(*pair, *positions) for pair, positions in pairs.items()]


def digests(changes: Sequence[Change]) -> Sequence[Row]:
    """Digests of documents by epoch."""
    found = {
        (one.document_id, one.epoch): one.digest for change in changes for one in change.digests
    }
    return [(*key, digest) for key, digest in found.items()]


def starts(changes: Sequence[Change], measure: Measure) -> Sequence[Row]:
    """Bases of `measure` that begin, each with the reference that came with it or since."""
    found: dict[str, BasisStarted] = {
        one.basis_id: one for change in changes for one in change.starts if one.measure is measure
    }
    known = _references(changes)
    return [
        (
            one.basis_id,
            one.subject_id,
            one.obligation_id,
            one.court_code,
            items_to_bits(one.items),
            one.ground,
            one.start_at,
            one.end_at,
            one.position,
            *_reference_columns(known.get(one.basis_id)),
        )
        for one in found.values()
    ]


def endings(changes: Sequence[Change], measure: Measure) -> Sequence[Row]:
    """Bases of `measure` that end: the first ending of each, void where any of them revokes it."""
    first: dict[str, BasisEnded] = {}
    for change in changes:
        for one in change.endings:
            if one.measure is measure:
                known = first.setdefault(one.basis_id, one)
                if one.void_from_start and not known.void_from_start:
                    first[one.basis_id] = replace(known, void_from_start=True)
    return [
        (one.basis_id, one.subject_id, one.end_at, one.void_from_start, one.position)
        for one in first.values()
    ]


def unsettled(changes: Sequence[Change], measure: Measure) -> Sequence[Row]:
    """Bases of `measure` whose ending is lost or decided on; the latest of each."""
    latest: dict[str, BasisUnsettled] = {
        one.basis_id: one
        for change in changes
        for one in change.unsettled
        if one.measure is measure
    }
    return [(one.basis_id, one.subject_id, one.unsettled, one.position) for one in latest.values()]


def later_references(changes: Sequence[Change]) -> Sequence[Row]:
    """References of bases that did not begin in this batch; those that did begin with theirs."""
    begun = {one.basis_id for change in changes for one in change.starts}
    return [
        (basis_id, *_reference_columns(one))
        for basis_id, one in _references(changes).items()
        if basis_id not in begun
    ]


def obligations(changes: Sequence[Change]) -> Sequence[Row]:
    """Of each obligation, the latest performance with its instant and the latest reopening."""
    found: dict[str, tuple[Any, int, int]] = {}
    for change in changes:
        for one in change.obligations:
            found[one.obligation_id] = _with_move(found.get(one.obligation_id, (None, 0, 0)), one)
    return [(obligation_id, *columns) for obligation_id, columns in found.items()]


def granted(changes: Sequence[Change], measure: Measure) -> Sequence[Row]:
    """Passes granted; they are of orders, and of no use where listings bind."""
    if measure is not Measure.ORDER:
        return []
    found: dict[str, PassGranted] = {
        one.pass_id: one for change in changes for one in change.granted
    }
    return [
        (
            one.pass_id,
            one.order_id,
            items_to_bits(one.items),
            one.start_at,
            one.end_at,
            one.position,
        )
        for one in found.values()
    ]


def withdrawn(changes: Sequence[Change], measure: Measure) -> Sequence[Row]:
    """Passes withdrawn; the first withdrawal of each."""
    if measure is not Measure.ORDER:
        return []
    first: dict[str, PassWithdrawn] = {}
    for change in changes:
        for one in change.withdrawn:
            first.setdefault(one.pass_id, one)
    return [(one.pass_id, one.order_id, one.position) for one in first.values()]


def enrolled(changes: Sequence[Change]) -> Sequence[Row]:
    """The latest enrolment of each partner."""
    latest = {one.partner_id: one for change in changes for one in change.enrolled}
    return [
        (
            one.partner_id,
            ",".join(sorted(one.fields)),
            one.push_address,
            one.checks_per_s,
            one.checks_per_day,
            one.position,
        )
        for one in latest.values()
    ]


def retired(changes: Sequence[Change]) -> Sequence[Row]:
    """The latest retirement of each partner."""
    latest = {one.partner_id: one for change in changes for one in change.retired}
    return [(one.partner_id, one.position) for one in latest.values()]


def ratings(changes: Sequence[Change]) -> Sequence[Row]:
    """Every rating recorded; of one site in one change, the last."""
    found = {
        (one.partner_id, one.site_code, one.position): one
        for change in changes
        for one in change.ratings
    }
    return [
        (one.partner_id, one.site_code, one.stars, one.start_at, one.end_at, one.position)
        for one in found.values()
    ]


def epochs(changes: Sequence[Change]) -> Sequence[Row]:
    """Of each digest epoch, where it was opened, switched to and closed; None where it was not."""
    found: dict[int, dict[EpochStep, int]] = {}
    for change in changes:
        for one in change.epochs:
            found.setdefault(one.epoch, {}).setdefault(one.step, one.position)
    return [(epoch, *(steps.get(step) for step in EpochStep)) for epoch, steps in found.items()]


def erased(changes: Sequence[Change]) -> Sequence[Row]:
    """The subjects that are erased, each with the position of that."""
    found = {one.subject_id: one.position for change in changes for one in change.erased}
    return list(found.items())


def retired_courts(changes: Sequence[Change]) -> Sequence[Row]:
    """The latest retirement of each court."""
    latest = {one.court_code: one for change in changes for one in change.retired_courts}
    return [(one.court_code, one.position) for one in latest.values()]


def officers(changes: Sequence[Change]) -> Sequence[Row]:
    """Of each person, role and court the latest positions of an enrolment and a retirement."""
    held: dict[tuple[str, int, str], tuple[int, int]] = {}
    for change in changes:
        for one in change.officers:
            office = one.person_id, one.role, one.court_code
            enrolled, retired = held.get(office, (0, 0))
            # Changes come in order: what comes later is the latest.
            held[office] = (one.position, retired) if one.enrolled else (enrolled, one.position)
    return [(*office, *positions) for office, positions in held.items()]


def keys(changes: Sequence[Change]) -> Sequence[Row]:
    """Keys of people; an id is enrolled once."""
    found = {one.key_id: one for change in changes for one in change.keys}
    return [
        (one.key_id, one.person_id, one.court_code, one.public_key, one.position)
        for one in found.values()
    ]


def retired_keys(changes: Sequence[Change]) -> Sequence[Row]:
    """The retirement of each key."""
    found = {one.key_id: one for change in changes for one in change.retired_keys}
    return [(one.key_id, one.position) for one in found.values()]


def seen_endings(changes: Sequence[Change]) -> Sequence[Row]:
    """Witness of endings, of either measure, and of unbindings."""
    found: list[Row] = []
    for change in changes:
        place = change.position.incarnation, change.position.number
        found += [
            (
                *(change.hash, one.basis_id, "", one.measure.value, one.subject_id, *place),
                *(one.void_from_start, change.seals.get(one.basis_id, b"")),
            )
            for one in change.endings
        ]
        found += [
            (
                *(change.hash, "", one.document_id, None, one.subject_id, *place),
                *(False, change.seals.get(one.document_id, b"")),
            )
            for one in change.bindings
            if not one.bound
        ]
    return found


def _references(changes: Sequence[Change]) -> dict[str, Reference]:
    return {one.basis_id: one for change in changes for one in change.references}


def _reference_columns(one: Reference | None) -> Row:
    return ("", "", 0) if one is None else (one.case_number, one.reference, one.position)


def _with_binding(positions: tuple[int, int], one: DocumentBound) -> tuple[int, int]:
    bound, unbound = positions
    if one.bound:
        return max(bound, one.position), unbound
    return bound, max(unbound, one.position)


def _with_move(columns: tuple[Any, int, int], one: ObligationMoved) -> tuple[Any, int, int]:
    """Changes come in order: what comes later is the latest."""
    performed_at, performed, reopened = columns
    if one.performed_at is None:
        return performed_at, performed, one.position
    return one.performed_at, one.position, reopened
