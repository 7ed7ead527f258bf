"""How fresh an answer must be, and whether a place in the ledger satisfies it (design §3.8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.errors import FieldViolation, ServiceError, invalid_request, name_of
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2, position_pb2
from courtlist.registry.v1 import registry_service_pb2

_FIELD: Final = "consistency"


@dataclass(frozen=True, slots=True)
class Place:
    """A position in one incarnation of the ledger; positions of two incarnations do not compare."""

    incarnation: UUID
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What an answer must satisfy; with neither field set it may be up to 60 s old.

    `at_least` is a place that the answer must include; `from_primary` forbids every cache.
    """

    at_least: Place | None = None
    from_primary: bool = False


MINIMIZE_LATENCY: Final = Freshness()
FULLY_CONSISTENT: Final = Freshness(from_primary=True)


def freshness_of(consistency: registry_service_pb2.Consistency) -> Freshness:
    """Read the requirement of a request.

    Raises ServiceError INVALID_REQUEST for a choice that is set to false, POSITION_INVALID for a
    position that cannot be one.
    """
    chosen = consistency.WhichOneof("requirement")
    if chosen is None:
        return MINIMIZE_LATENCY
    if chosen == "at_least":
        return _at_least(consistency.at_least)
    if not getattr(consistency, chosen):
        raise invalid_request(
            [
                FieldViolation(
                    f"{_FIELD}.{chosen}",
                    name_of(reasons.ERROR_REASON_FIELD_INVALID),
                    "is false; set it to true, or choose another requirement",
                )
            ]
        )
    return FULLY_CONSISTENT if chosen == "fully_consistent" else MINIMIZE_LATENCY


def includes(head: Place, wanted: Place, openings: Iterable[bytes]) -> bool:
    """Whether an answer read at `head` includes `wanted`.

    `openings` are the bodies of the ledger's changes that began an incarnation. A restore kept every
    position up to the head of the copy that was restored; what lay beyond it is lost, and so is a
    place in an incarnation of which the ledger does not know.
    """
    if wanted.incarnation == head.incarnation:
        return wanted.position <= head.position
    return any(
        opened.previous_incarnation == str(wanted.incarnation)
        and wanted.position <= opened.restored_head
        for body in openings
        for opened in _opened(body)
    )


def not_reached() -> ServiceError:
    """The ledger does not hold the place asked for."""
    return ServiceError(
        reasons.ERROR_REASON_POSITION_NOT_REACHED,
        f"{_FIELD}.at_least lies beyond the ledger's head, or in what a restore has lost; "
        "read with fully_consistent and go on from the position in that answer",
    )


def place_of(position: position_pb2.Position) -> Place:
    """The place that an answer of ours names."""
    return Place(UUID(position.incarnation), position.position)


def _at_least(position: position_pb2.Position) -> Freshness:
    if not position.incarnation and position.position == 0:
        return MINIMIZE_LATENCY  # before the first change: every answer includes it
    try:
        place = place_of(position)
    except ValueError:
        place = None
    if place is None or place.position < 0:
        reason = reasons.ERROR_REASON_POSITION_INVALID
        text = "is no position of an answer; hand it in as it was received"
        raise ServiceError(
            reason,
            f"{_FIELD}.at_least {text}",
            violations=[FieldViolation(f"{_FIELD}.at_least", name_of(reason), text)],
        )
    return Freshness(at_least=place)


def _opened(body: bytes) -> Iterable[change_pb2.IncarnationOpened]:
    for effect in change_pb2.ChangeBody.FromString(body).effects:
        if effect.HasField("incarnation_opened"):
            yield effect.incarnation_opened
