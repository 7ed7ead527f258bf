"""The chain: what follows from what, and what breaks it."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from courtlist.ledger.v1 import change_pb2 as pb
from registry.ledger import (
    GENESIS_HASH,
    SALT_BYTES,
    BrokenChainError,
    Entry,
    Head,
    append,
    change_hash,
    commitment,
    is_ending,
    verify,
)

INCARNATION = "00000000-0000-7000-8000-000000000001"
START = Head(INCARNATION, 0, GENESIS_HASH)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
LIFTED = pb.Effect(order_lifted=pb.OrderLifted(order_id="o"))
OPENED = pb.Effect(obligation_opened=pb.ObligationOpened(obligation_id="b"))


def entry_after(head: Head, *effects: pb.Effect) -> Entry:
    return append(
        head,
        recorded_at=NOW,
        actor=pb.Actor(person_id="clerk-1", role=pb.ROLE_CLERK, court_code="京0199"),
        act=pb.ACT_LIFT_ORDER,
        effects=effects or (LIFTED,),
        facts_commitment=bytes(32),
    )


def chain(length: int) -> list[Entry]:
    head, entries = START, []
    for _ in range(length):
        entries.append(entry_after(head))
        head = Head(INCARNATION, entries[-1].position, entries[-1].hash)
    return entries


def test_a_change_names_its_place_its_time_and_its_actor() -> None:
    body = pb.ChangeBody.FromString(entry_after(START).body)
    assert (body.incarnation, body.position) == (INCARNATION, 1)
    assert body.recorded_time.ToDatetime(UTC) == NOW
    assert (body.actor.person_id, body.actor.court_code) == ("clerk-1", "京0199")
    assert (body.act, body.algorithm) == (pb.ACT_LIFT_ORDER, "sha256")
    assert list(body.effects) == [LIFTED]


def test_a_whole_chain_verifies_to_its_last_link() -> None:
    entries = chain(5)
    assert verify(entries, start=START) == Head(INCARNATION, 5, entries[-1].hash)


def test_a_chain_verifies_from_any_link() -> None:
    entries = chain(5)
    middle = Head(INCARNATION, 2, entries[1].hash)
    assert verify(entries[2:], start=middle).position == 5


def test_no_change_verifies_to_the_start() -> None:
    assert verify([], start=START) == START


@pytest.mark.parametrize("field", ["body", "hash", "previous_hash"])
def test_any_altered_byte_is_found_where_it_is(field: str) -> None:
    entries = chain(3)
    original: bytes = getattr(entries[1], field)
    altered = original[:-1] + bytes([original[-1] ^ 1])
    if field == "body":
        # A body that still parses: an unknown field is what a later program may have written.
        altered = original + b"\xfa\x06\x00"
    entries[1] = replace(entries[1], **{field: altered})  # type: ignore[arg-type] # one field of bytes
    with pytest.raises(BrokenChainError, match="position 2"):
        verify(entries, start=START)


def test_a_missing_and_a_swapped_change_are_found() -> None:
    first, second, third = chain(3)
    with pytest.raises(BrokenChainError, match="position 2 is missing or misplaced"):
        verify([first, third], start=START)
    with pytest.raises(BrokenChainError, match="position 1 is missing or misplaced"):
        verify([second, first, third], start=START)


def test_a_change_of_another_chain_is_found_though_its_own_hash_is_right() -> None:
    first, second = chain(2)
    elsewhere = entry_after(Head(INCARNATION, 1, bytes(31) + b"\x01"))
    assert elsewhere.hash == change_hash(elsewhere.previous_hash, second.body)
    with pytest.raises(BrokenChainError, match="position 2 does not follow the one before"):
        verify([first, elsewhere], start=START)


def test_a_change_filed_at_another_position_than_it_says_is_found() -> None:
    first, second = chain(2)
    forged = replace(second, body=first.body, hash=change_hash(first.hash, first.body))
    with pytest.raises(BrokenChainError, match="position 2"):
        verify([first, forged], start=START)


def test_equal_acts_at_different_places_have_different_hashes() -> None:
    body = b"the same body"
    assert change_hash(GENESIS_HASH, body) != change_hash(bytes([1]) * 32, body)


def test_the_hash_is_the_one_that_the_proto_states() -> None:
    expected = hashlib.sha256(b"courtlist.change.v1" + bytes(1) + GENESIS_HASH + b"body").digest()
    assert change_hash(GENESIS_HASH, b"body") == expected


def test_a_commitment_depends_on_the_salt_and_on_the_facts() -> None:
    salt, other = bytes(SALT_BYTES), bytes([1]) * SALT_BYTES
    assert commitment(salt, b"facts") != commitment(other, b"facts")
    assert commitment(salt, b"facts") != commitment(salt, b"other")
    with pytest.raises(AssertionError):
        commitment(b"short", b"facts")


def test_an_act_without_effect_is_no_change() -> None:
    with pytest.raises(AssertionError):
        append(
            START,
            recorded_at=NOW,
            actor=pb.Actor(),
            act=pb.ACT_LIFT_ORDER,
            effects=(),
            facts_commitment=b"",
        )


def test_one_ending_among_other_effects_makes_a_change_an_ending() -> None:
    assert is_ending([OPENED, LIFTED])
    assert not is_ending([OPENED])


def test_what_may_free_somebody_is_an_ending_and_nothing_else_is() -> None:
    endings = set()
    for field in pb.Effect.DESCRIPTOR.oneofs_by_name["effect"].fields:
        effect = pb.Effect()
        getattr(effect, field.name).SetInParent()
        if is_ending([effect]):
            endings.add(field.name)
    assert endings == {
        "document_unbound",
        "listing_ended",
        "order_lifted",
        "incarnation_opened",
        "ending_unsettled",
        "ending_settled",
        "rating_recorded",
    }
