"""The chain: how a change becomes bytes, how bytes are hashed, and how a chain is checked. Pure.

A change is stored as the exact bytes that were hashed. What is personal is never among them: of an
act's facts only a salted commitment is hashed, so erasing salt and facts after their time leaves a
ledger that still verifies (design §3.2, §3.3).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from courtlist.ledger.v1 import change_pb2 as pb

ALGORITHM: Final = "sha256"
GENESIS_HASH: Final = bytes(32)
SALT_BYTES: Final = 32
_DOMAIN: Final = b"courtlist.change.v1\x00"

# Effects that may free somebody: they travel on the endings cursor, ahead of any queue. A rating is one,
# for a hotel may have lost its stars, and no confirmation at the primary tells of that.
_ENDINGS: Final = frozenset(
    {
        "document_unbound",
        "listing_ended",
        "order_lifted",
        "incarnation_opened",
        "ending_unsettled",
        "ending_settled",
        "rating_recorded",
    }
)


class BrokenChainError(Exception):
    """A change does not follow from the one before it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last change of the ledger; position 0 and GENESIS_HASH before the first."""

    incarnation: str
    position: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A change as stored."""

    position: int
    body: bytes
    previous_hash: bytes
    hash: bytes


def change_hash(previous_hash: bytes, body: bytes) -> bytes:
    """SHA-256 over a domain label, the hash before and the body's exact bytes."""
    return hashlib.sha256(_DOMAIN + previous_hash + body).digest()


def commitment(salt: bytes, facts: bytes) -> bytes:
    """The salted commitment to an act's facts; `salt` has SALT_BYTES bytes."""
    assert len(salt) == SALT_BYTES
    return hashlib.sha256(salt + facts).digest()


def append(
    head: Head,
    *,
    recorded_at: datetime,
    actor: pb.Actor,
    act: pb.Act.ValueType,
    effects: Sequence[pb.Effect],
    facts_commitment: bytes,
) -> Entry:
    """The change that follows `head`."""
    assert effects, "an act without effect is no change"
    body = pb.ChangeBody(
        incarnation=head.incarnation,
        position=head.position + 1,
        actor=actor,
        act=act,
        effects=effects,
        facts_commitment=facts_commitment,
        algorithm=ALGORITHM,
    )
    body.recorded_time.FromDatetime(recorded_at)
    content = body.SerializeToString(deterministic=True)
    return Entry(
        position=head.position + 1,
        body=content,
        previous_hash=head.hash,
        hash=change_hash(head.hash, content),
    )


def append_written(head: Head, *, recorded_at: datetime, body: bytes) -> Entry:
    """The change that follows `head`, whose body was serialised before its place was known.

    The parts of a serialised message add up: incarnation, position and instant stand behind the rest.
    """
    place = pb.ChangeBody(incarnation=head.incarnation, position=head.position + 1)
    place.recorded_time.FromDatetime(recorded_at)
    content = body + place.SerializeToString(deterministic=True)
    return Entry(
        position=head.position + 1,
        body=content,
        previous_hash=head.hash,
        hash=change_hash(head.hash, content),
    )


def is_ending(effects: Iterable[pb.Effect]) -> bool:
    """Whether a change belongs on the endings cursor."""
    return any(effect.WhichOneof("effect") in _ENDINGS for effect in effects)


def verify(entries: Iterable[Entry], *, start: Head) -> Head:
    """Follow the chain from `start` and return its last link.

    Checks on every entry: the position is the next one, the body says so too, it names the hash
    before, and its hash is right. Raises BrokenChainError naming the first position that is wrong.
    """
    head = start
    for entry in entries:
        body = pb.ChangeBody.FromString(entry.body)
        if entry.position != head.position + 1 or body.position != entry.position:
            raise BrokenChainError(f"position {head.position + 1} is missing or misplaced")
        if entry.previous_hash != head.hash:
            raise BrokenChainError(f"position {entry.position} does not follow the one before")
        if change_hash(entry.previous_hash, entry.body) != entry.hash:
            raise BrokenChainError(f"position {entry.position} was altered")
        head = Head(body.incarnation, entry.position, entry.hash)
    return head
