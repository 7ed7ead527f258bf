"""What is sealed of an ending, and that nobody else's word passes for the registry's."""

from collections.abc import Callable

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as pb
from registry.feed.ending_seals import EndingSeals, endings_of

SEALS = EndingSeals(keys=lambda: [bytes(64)])
HASH = bytes(range(32))


def change(*effects: ledger.Effect) -> ledger.ChangeBody:
    return ledger.ChangeBody(incarnation="life-1", position=7, effects=effects)


def lifted(
    order_id: str = "o1", kind: ledger.EndingKind.ValueType = ledger.ENDING_KIND_LIFTED
) -> ledger.Effect:
    return ledger.Effect(
        order_lifted=ledger.OrderLifted(order_id=order_id, subject_id="s1", kind=kind)
    )


def settled(*, upheld: bool) -> ledger.Effect:
    return ledger.Effect(
        ending_settled=ledger.EndingSettled(
            basis_id="o1", measure=ledger.MEASURE_ORDER, subject_id="s1", upheld=upheld
        )
    )


def seen() -> pb.SeenEnding:
    """As a follower hands it back."""
    [ending] = endings_of(change(lifted()), HASH)
    [given] = SEALS.of(change(lifted()), HASH)
    ending.seal = given.seal
    return ending


def test_what_was_sealed_by_a_version_that_is_still_held_is_genuine() -> None:
    newest = bytes(range(64))
    changed = EndingSeals(keys=lambda: [newest, bytes(64)])
    assert changed.is_genuine(seen())
    [given] = changed.of(change(lifted()), HASH)
    assert given == EndingSeals(keys=lambda: [newest]).of(change(lifted()), HASH)[0]
    assert not EndingSeals(keys=lambda: [newest]).is_genuine(seen())


def test_what_the_registry_sealed_is_genuine() -> None:
    assert SEALS.is_genuine(seen())
    assert not EndingSeals(keys=lambda: [bytes(63) + b"\x01"]).is_genuine(seen())


@pytest.mark.parametrize(
    "alter",
    [
        lambda one: one.ClearField("seal"),
        lambda one: setattr(one, "seal", one.seal[1:]),
        lambda one: setattr(one, "seal", bytes(33)),
        lambda one: setattr(one, "position", 8),
        lambda one: setattr(one, "incarnation", "life-2"),
        lambda one: setattr(one, "hash", bytes(32)),
        lambda one: setattr(one, "basis_id", "o2"),
        lambda one: setattr(one, "document_id", "d1"),
        lambda one: setattr(one, "measure", ledger.MEASURE_LISTING),
        lambda one: setattr(one, "void_from_start", True),
    ],
)
def test_whatever_is_altered_is_not(alter: Callable[[pb.SeenEnding], None]) -> None:
    ending = seen()
    alter(ending)
    assert not SEALS.is_genuine(ending)


def test_every_kind_of_ending_is_sealed_and_nothing_else() -> None:
    body = change(
        ledger.Effect(order_issued=ledger.OrderIssued(order_id="o0")),
        lifted("o1"),
        lifted("o2", ledger.ENDING_KIND_REVOKED),
        ledger.Effect(
            listing_ended=ledger.ListingEnded(listing_id="l1", kind=ledger.ENDING_KIND_REVOKED)
        ),
        ledger.Effect(document_unbound=ledger.DocumentUnbound(document_id="d1")),
        ledger.Effect(ending_unsettled=ledger.EndingUnsettled(basis_id="o3")),
    )
    told = [
        (one.basis_id, one.document_id, one.measure, one.void_from_start)
        for one in endings_of(body, HASH)
    ]
    assert told == [
        ("o1", "", ledger.MEASURE_ORDER, False),
        ("o2", "", ledger.MEASURE_ORDER, True),
        ("l1", "", ledger.MEASURE_LISTING, True),
        ("", "d1", ledger.MEASURE_UNSPECIFIED, False),
    ]
    assert [one.ended_id for one in SEALS.of(body, HASH)] == ["o1", "o2", "l1", "d1"]


def test_what_a_judge_upholds_is_an_ending_and_what_she_sets_aside_is_none() -> None:
    [ending] = endings_of(change(settled(upheld=True)), HASH)
    assert (ending.basis_id, ending.measure) == ("o1", ledger.MEASURE_ORDER)
    assert not list(endings_of(change(settled(upheld=False)), HASH))


def test_what_a_change_first_says_of_a_basis_is_what_is_witnessed() -> None:
    revoked = change(lifted("o1", ledger.ENDING_KIND_REVOKED), settled(upheld=True))
    [ending] = endings_of(revoked, HASH)
    assert ending.void_from_start
    assert len(SEALS.of(revoked, HASH)) == 1
