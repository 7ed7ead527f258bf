"""What becomes of a sound row when the record is asked: entered, there already, or refused. Pure.

The law is that of an entry by hand (acts.basis, acts.entry_rules), asked of an excerpt of the record
instead of record by record. What differs: a second listing for a debt is there already, not an error,
and a further debtor of a known case joins its obligation.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from chassis.clock import Clock
from courtlist.ledger.v1 import change_pb2 as pb
from registry.acts.effects import Draft
from registry.codes import number_of_subject_kind
from registry.importing.batch import refusals
from registry.importing.batch.excerpt import Excerpt, KnownListing, KnownObligation, KnownSubject
from registry.importing.batch.refusals import Refusal, refusal_of
from registry.importing.papers.claims import Claim
from registry.law.days import legal_day
from registry.law.facts import SubjectKind
from registry.law.identity import name_fits_the_record, person_has_one_number_of_a_kind
from registry.law.minors import debtor_is_no_minor
from registry.law.numbers import same_number
from registry.law.relisting import relisting_is_decided_anew, reordering_is_decided_anew
from registry.plan import Touched
from registry.records import ListingRecord, OrderRecord
from registry.rows import Row

NOTHING: Final = Touched()
_KINDS: Final[dict[int, SubjectKind]] = {number_of_subject_kind(kind): kind for kind in SubjectKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """A row that is entered. Ids of what is new are fresh; what is known keeps its own.

    `documents` are those bound by it: (index in the claim, document_id). `endings` are the effects,
    serialised, that end what has lapsed or is replaced, and `ended_rows` the rows that hold them.
    `renews`: the obligation is left of an import that was undone, and becomes what the row says.
    `known_since` is the position of the subject's first change; None for one that the batch brings.
    """

    claim: Claim
    subject_id: UUID
    is_new_subject: bool
    documents: tuple[tuple[int, UUID], ...]
    obligation_id: UUID
    is_new_obligation: bool
    joins: bool
    renews: bool
    listing_id: UUID
    order_id: UUID
    known_since: int | None = None
    endings: tuple[bytes, ...] = ()
    ended_rows: tuple[Row, ...] = ()
    touched: Touched = NOTHING


@dataclass(frozen=True, slots=True)
class There:
    """The record holds this entry, standing or ended."""

    claim: Claim
    listing_id: UUID


@dataclass(frozen=True, slots=True)
class Refused:
    """The record forbids it."""

    claim: Claim
    refusal: Refusal


Verdict: TypeAlias = Entering | There | Refused


class Deciding:
    """Decides on the rows of one batch, in order; each sees what those before it have entered."""

    def __init__(self, *, excerpt: Excerpt, court_code: str, clock: Clock, now: datetime) -> None:
        """`now` is the batch's instant: the database's clock."""
        self._excerpt = excerpt
        self._court_code = court_code
        self._clock = clock
        self._now = now

    def decide(self, claim: Claim) -> Verdict:
        """The verdict on one row."""
        excerpt = self._excerpt
        owners = {excerpt.owners[key] for key in claim.keys if key in excerpt.owners}
        void = {owner for owner in owners if excerpt.subjects[owner].is_void}
        if not void:
            return self._decide(claim, owners)
        kept = excerpt.owners
        excerpt.owners = {key: owner for key, owner in kept.items() if owner not in void}
        verdict = self._decide(claim, owners - void)
        if not isinstance(verdict, Entering):
            excerpt.owners = kept
            return verdict
        return self._freed(verdict, void)

    def _freed(self, entering: Entering, void: Iterable[UUID]) -> Entering:
        """The row with what frees its documents of whom an undone import made of them.

        All that it bound to them goes: a name or a further document may be what it was undone for.
        """
        draft = Draft(clock=self._clock, now=self._now)
        for subject_id in sorted(void):
            for document_id in self._excerpt.subjects[subject_id].document_ids:
                draft.unbind(document_id, subject_id)
        freeing = [one.SerializeToString(deterministic=True) for one in draft.effects]
        return replace(
            entering,
            endings=(*freeing, *entering.endings),
            ended_rows=(*draft.rows, *entering.ended_rows),
            touched=_both(draft.touched(), entering.touched),
        )

    def _decide(self, claim: Claim, owners: set[UUID]) -> Verdict:
        excerpt = self._excerpt
        if len(owners) > 1:
            # Nothing is merged, because nobody answers for a namesake.
            return Refused(claim, refusals.DOCUMENTS_DISAGREE)
        subject_id = next(iter(owners), None)
        obligation_id, case_court = excerpt.cases.get(claim.case_number, (None, self._court_code))
        known = None
        if subject_id is not None:
            known = self._known(claim, excerpt.subjects[subject_id], obligation_id)
        if known is not None:
            return known
        refusal = (
            refusals.OTHER_COURTS_CASE if case_court != self._court_code else self._past(claim)
        )
        if refusal is not None:
            return Refused(claim, refusal)
        if obligation_id is None:
            return self._enter(claim, subject_id, None)
        return self._enter_known(claim, subject_id, obligation_id)

    def _known(
        self, claim: Claim, subject: KnownSubject, obligation_id: UUID | None
    ) -> Verdict | None:
        """What is decided by whom the documents belong to, and what was decided on them before."""
        refusal = next(_identity_refusals(claim, subject), None)
        if refusal is not None:
            return Refused(claim, refusal)
        there = self._there(claim, subject, obligation_id)
        if there is None:
            return None
        if there.record.listing_id in self._excerpt.unsettled:
            return Refused(claim, refusals.UNSETTLED)
        return There(claim, there.record.listing_id)

    def _there(
        self, claim: Claim, subject: KnownSubject, obligation_id: UUID | None
    ) -> KnownListing | None:
        """The listing that this row would be again: of the same case, debt or decision.

        One that was paid, deleted or revoked counts like one that stands: what has ended is never
        brought back by a file (LP Art 10(3)). One whose import was undone never was.
        """
        for known in subject.listings:
            if known.was_undone:
                continue
            record = known.record
            same_debt = record.obligation_id == obligation_id
            if known.ended_at is None and record.is_past(self._now):
                assert record.term_end_at is not None, "only a term lapses"
                if same_debt and any(
                    relisting_is_decided_anew(
                        decision_number=claim.decision_number,
                        decided_on=claim.decided_on,
                        ended_decision_number=known.decision_number,
                        ended_on=legal_day(record.term_end_at),
                    )
                ):
                    return known
            elif same_debt or record.case_number == claim.case_number:
                return known
            if record.court_code == self._court_code and same_number(
                known.decision_number, claim.decision_number
            ):
                return known
        return None

    def _past(self, claim: Claim) -> Refusal | None:
        """Days go by between the check and the president's signature."""
        if claim.term_end_at is not None and claim.term_end_at <= self._now:
            return refusals.TERM_PAST
        if claim.period_end_at is not None and claim.period_end_at <= self._now:
            return refusals.PERIOD_PAST
        if claim.review_at is not None and claim.review_at <= self._now:
            return refusals.REVIEW_PAST
        return None

    def _enter_known(self, claim: Claim, subject_id: UUID | None, obligation_id: UUID) -> Verdict:
        """A further row on a known obligation, which is held."""
        obligation = self._excerpt.obligations[obligation_id]
        if obligation.performed:
            return Refused(claim, refusals.PERFORMED)
        refusal = None if obligation.is_void else _other_debt(claim, subject_id, obligation)
        if refusal is not None:
            return Refused(claim, refusal)
        if subject_id is None:
            return self._enter(claim, None, obligation_id)
        subject = self._excerpt.subjects[subject_id]
        refusal = self._order_refusal(claim, subject, obligation_id)
        if refusal is not None:
            return Refused(claim, refusal)
        draft = self._endings(subject, obligation_id)
        return replace(
            self._enter(claim, subject_id, obligation_id),
            endings=tuple(one.SerializeToString(deterministic=True) for one in draft.effects),
            ended_rows=tuple(draft.rows),
            touched=draft.touched(),
        )

    def _order_refusal(
        self, claim: Claim, subject: KnownSubject, obligation_id: UUID
    ) -> Refusal | None:
        """A lifted order is not brought back (CP Arts 5, 9), and a lost ending is a judge's.

        Nor does a file take a pass away: an entry by hand carries it over to the order that replaces.
        """
        for known in subject.orders:
            record = known.record
            if record.obligation_id != obligation_id or known.was_undone:
                continue
            if known.ended_at is None:
                if record.order_id in self._excerpt.unsettled:
                    return refusals.UNSETTLED
                if record.order_id in self._excerpt.passed and self._gives_way(record):
                    return refusals.ORDER_WITH_PASS
            elif record.court_code == self._court_code:
                for violation in reordering_is_decided_anew(
                    order_number=claim.order_number,
                    decided_on=claim.order_decided_on,
                    ended_order_number=known.order_number,
                    ended_on=legal_day(known.ended_at),
                ):
                    return refusal_of(violation)
        return None

    def _gives_way(self, order: OrderRecord) -> bool:
        """Whether the order that comes with a listing would take the place of this standing one."""
        return order.court_code == self._court_code and not order.is_past(self._now)

    def _endings(self, subject: KnownSubject, obligation_id: UUID) -> Draft:
        """What gives way: what has lapsed, and the order that stood alone."""
        draft = Draft(clock=self._clock, now=self._now)
        for listing in subject.listings:
            record = listing.record
            if listing.ended_at is None and record.obligation_id == obligation_id:
                for task_id in self._excerpt.tasks.get(record.listing_id, ()):
                    draft.close_task(task_id)
                draft.end_listing(
                    record,
                    kind=pb.ENDING_KIND_DELETED,
                    cause=pb.ENDING_CAUSE_TERM_ENDED,
                    at=record.term_end_at,
                )
                listing.ended_at, listing.ended_cause = self._now, pb.ENDING_CAUSE_TERM_ENDED
        for order in subject.orders:
            standing = order.record
            if order.ended_at is not None or standing.obligation_id != obligation_id:
                continue
            if standing.is_past(self._now):
                cause = pb.ENDING_CAUSE_TERM_ENDED
                draft.end_order(standing, cause=cause, at=standing.period_end_at)
            elif self._gives_way(standing):
                # Paying once lifts once: the order that comes with the listing takes its place.
                cause = pb.ENDING_CAUSE_REPLACED
                draft.end_order(standing, cause=cause)
            else:
                continue
            order.ended_at, order.ended_cause = self._now, cause
        return draft

    def _enter(self, claim: Claim, subject_id: UUID | None, obligation_id: UUID | None) -> Entering:
        """Make the ids, and have the next row find them."""
        excerpt, new_id = self._excerpt, self._clock.uuid
        documents = tuple(
            (index, new_id())
            for index, keys in enumerate(claim.digests)
            if not any(key in excerpt.owners for key in keys)
        )
        entering = Entering(
            claim=claim,
            subject_id=subject_id or new_id(),
            is_new_subject=subject_id is None,
            documents=documents,
            obligation_id=obligation_id or new_id(),
            is_new_obligation=obligation_id is None,
            joins=obligation_id is None
            or subject_id not in excerpt.obligations[obligation_id].debtor_ids,
            renews=obligation_id is not None and excerpt.obligations[obligation_id].is_void,
            listing_id=new_id(),
            order_id=new_id(),
            known_since=None if subject_id is None else excerpt.subjects[subject_id].position,
        )
        self._note(entering)
        return entering

    def _note(self, entering: Entering) -> None:
        """Grow the excerpt by what the row enters."""
        excerpt, claim = self._excerpt, entering.claim
        subject_id, obligation_id = entering.subject_id, entering.obligation_id
        if entering.is_new_subject:
            excerpt.subjects[subject_id] = KnownSubject(
                kind=claim.kind, name=claim.name, birth=claim.birth
            )
        subject = excerpt.subjects[subject_id]
        documents = claim.documents
        for index, _ in entering.documents:
            subject.documents.append(documents[index])
            excerpt.owners.update(dict.fromkeys(claim.digests[index], subject_id))
        if entering.is_new_obligation:
            excerpt.cases[claim.case_number] = (obligation_id, self._court_code)
            excerpt.obligations[obligation_id] = KnownObligation(
                kind=claim.obligation_kind,
                performed=False,
                sums_fen=frozenset((claim.owed_fen,)),
            )
        obligation = excerpt.obligations[obligation_id]
        if entering.renews:
            obligation.kind, obligation.is_void = claim.obligation_kind, False
            obligation.sums_fen = frozenset((claim.owed_fen,))
        obligation.debtor_ids.add(subject_id)
        record = ListingRecord(
            listing_id=entering.listing_id,
            subject_id=subject_id,
            obligation_id=obligation_id,
            court_code=self._court_code,
            case_number=claim.case_number,
            ground=0,
            decided_on=claim.decided_on,
            start_at=self._now,
            term_end_at=claim.term_end_at,
            position=0,
        )
        subject.listings.append(KnownListing(record=record, decision_number=claim.decision_number))


def _other_debt(
    claim: Claim, subject_id: UUID | None, obligation: KnownObligation
) -> Refusal | None:
    """What says that the case's obligation is another debt than the row's."""
    if obligation.kind != claim.obligation_kind:
        return refusals.OTHER_OBLIGATION
    if subject_id not in obligation.debtor_ids and claim.owed_fen not in obligation.sums_fen:
        # Who joins an obligation is free when all of it is paid, not when their own part is.
        return refusals.OTHER_SUM
    return None


def _both(one: Touched, other: Touched) -> Touched:
    return Touched(
        listing_ids=one.listing_ids | other.listing_ids,
        order_ids=one.order_ids | other.order_ids,
        subject_ids=one.subject_ids | other.subject_ids,
    )


def _identity_refusals(claim: Claim, subject: KnownSubject) -> Iterator[Refusal]:
    """LP Arts 4 and 6: what says that the documents on record are another person's."""
    if subject.kind != claim.kind:
        yield refusals.KIND_DIFFERS
        return
    birth = claim.birth or subject.birth
    recorded = subject.birth
    if recorded is not None and birth is not None and birth.birth_date != recorded.birth_date:
        yield refusals.BIRTH_DIFFERS
    documents = tuple(dict.fromkeys((*claim.documents, *subject.documents)))
    for violation in (
        *name_fits_the_record(claim.name, subject.name),
        *person_has_one_number_of_a_kind(documents),
        *debtor_is_no_minor(
            kind=_KINDS[claim.kind],
            documents=documents,
            recorded=birth,
            decided_on=min(claim.decided_on, claim.order_decided_on),
        ),
    ):
        yield refusal_of(violation)
