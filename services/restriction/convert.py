"""Between the wire and the model, both ways; what a change says is read in `changes.py`."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from courtlist.ledger.v1 import change_pb2, ledger_service_pb2, position_pb2
from courtlist.restriction.v1 import restriction_pb2
from restriction.facts.store import Delivery, DeliveryEvent, EndingSeen
from restriction.ledger import Confirmation
from restriction.model import Bar, Basis, Decision, Item, Measure, Pass, Position, Standing

_ITEMS = {item.value: item for item in Item}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


# ------------------------------------------------------------------------------------ from the wire


def standing_from(
    standing: ledger_service_pb2.Standing, *, as_of: Position, as_of_at: datetime
) -> Standing:
    """One inquiry's bases as the primary holds them."""
    return Standing(
        bases=tuple(_basis_from(basis) for basis in standing.bases),
        as_of=as_of,
        as_of_at=as_of_at,
        name_misfit=standing.name_misfit,
    )


def confirmation_from(reply: ledger_service_pb2.ConfirmStandingResponse) -> Confirmation:
    """A reply of ConfirmStanding."""
    as_of, as_of_at = position_from(reply.as_of), instant_from(reply.as_of_time)
    return Confirmation(
        standings=[
            standing_from(standing, as_of=as_of, as_of_at=as_of_at) for standing in reply.standings
        ],
        withheld=reply.withheld,
    )


def position_from(position: position_pb2.Position) -> Position:
    """A position."""
    return Position(position.incarnation, position.position)


def instant_from(timestamp: Timestamp) -> datetime:
    """An aware instant in UTC, to the microsecond.

    By hand: three to a change, the library's own way took a tenth of an import's time.
    """
    return _EPOCH + timedelta(seconds=timestamp.seconds, microseconds=timestamp.nanos // 1000)


def _basis_from(basis: ledger_service_pb2.Basis) -> Basis:
    return Basis(
        basis_id=basis.basis_id,
        measure=Measure(basis.measure),
        subject_id=basis.subject_id,
        start_at=instant_from(basis.start_time),
        end_at=optional_from(basis, "end_time"),
        items=items_from(basis.items),
        ground=basis.ground or None,
        court_code=basis.court_code,
        court_name=basis.court_name,
        court_contact=basis.court_contact,
        case_number=basis.case_number,
        reference=basis.reference,
        unsettled=basis.unsettled,
        ended=basis.HasField("ended_time"),
        performed_at=optional_from(basis, "performed_time"),
        ended_at=optional_from(basis, "ended_time"),
        void_from_start=basis.ended_kind == change_pb2.ENDING_KIND_REVOKED,
        passes=tuple(map(_pass_from, basis.passes)),
    )


def _pass_from(one: ledger_service_pb2.Pass) -> Pass:
    return Pass(
        pass_id=one.pass_id,
        items=items_from(one.items),
        start_at=instant_from(one.start_time),
        end_at=instant_from(one.end_time),
    )


def items_from(numbers: Iterable[int]) -> frozenset[Item]:
    """Items; one that a later release added bars nothing that this release knows."""
    return _known_items(tuple(numbers))


@lru_cache(maxsize=512)  # as many as there are sets of nine
def _known_items(numbers: tuple[int, ...]) -> frozenset[Item]:
    return frozenset(_ITEMS[number] for number in numbers if number in _ITEMS)


def optional_from(message: Message, field: str) -> datetime | None:
    """The instant in a field of a message; None when it is absent."""
    return instant_from(getattr(message, field)) if message.HasField(field) else None


# -------------------------------------------------------------------------------------- to the wire


def decision_to(decision: Decision) -> restriction_pb2.Decision:
    """The answer to one check."""
    verdict = decision.verdict
    return restriction_pb2.Decision(
        answer=restriction_pb2.Answer.ValueType(verdict.answer),
        reason=restriction_pb2.Reason.ValueType(verdict.reason),
        decided_by=restriction_pb2.DecidedBy.ValueType(decision.decided_by),
        bars=map(_bar_to, verdict.bars),
        allowed=verdict.allowed,
        as_of=position_to(decision.as_of),
        as_of_time=None if decision.as_of_at is None else _timestamp(decision.as_of_at),
        stale=decision.stale,
        decision_id=decision.decision_id,
    )


def entry_to(
    delivery: Delivery, digest_for_partner: Callable[[bytes], bytes]
) -> restriction_pb2.RestrictionEntry:
    """One step of a restriction's life, its digests keyed for the reader."""
    message = restriction_pb2.RestrictionEntry(
        number=delivery.number,
        restriction_id=delivery.restriction_id,
        event=restriction_pb2.RestrictionEvent.ValueType(delivery.event.value),
        position=delivery.position,
    )
    if delivery.event is DeliveryEvent.LIFTED:
        # Bare but for what erasing takes: nobody is told more of who is restricted no longer.
        if delivery.ended_at is not None:
            message.ended_time.FromDatetime(delivery.ended_at)
        message.void_from_start = delivery.void_from_start
        return message
    message.digests.extend(digest_for_partner(digest) for digest in delivery.digests)
    message.secret_version = delivery.secret_version
    message.items.extend(change_pb2.Item.ValueType(item.value) for item in sorted(delivery.items))
    message.case_number = delivery.case_number
    message.order_number = delivery.order_number
    message.court_name = delivery.court_name
    message.court_contact = delivery.court_contact
    if delivery.start_at is not None:
        message.start_time.FromDatetime(delivery.start_at)
    if delivery.end_at is not None:
        message.end_time.FromDatetime(delivery.end_at)
    if delivery.ground is not None:
        message.ground = change_pb2.Ground.ValueType(delivery.ground)
    if delivery.performed_at is not None:
        message.performed_time.FromDatetime(delivery.performed_at)
    return message


def endings_to(endings: Sequence[EndingSeen]) -> list[ledger_service_pb2.SeenEnding]:
    """Endings and unbindings as they were witnessed."""
    return [
        ledger_service_pb2.SeenEnding(
            position=one.position,
            hash=one.hash,
            basis_id=one.basis_id,
            measure=change_pb2.Measure.ValueType(one.measure or change_pb2.MEASURE_UNSPECIFIED),
            subject_id=one.subject_id,
            incarnation=one.incarnation,
            document_id=one.document_id,
            void_from_start=one.void_from_start,
            seal=one.seal,
        )
        for one in endings
    ]


# Thousands of answers a second rest on the same position: its messages are made once and copied.
@lru_cache(maxsize=64)
def position_to(position: Position) -> position_pb2.Position:
    """A position; to be copied, not changed."""
    return position_pb2.Position(incarnation=position.incarnation, position=position.number)


@lru_cache(maxsize=64)
def _timestamp(instant: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp


def _bar_to(bar: Bar) -> restriction_pb2.Bar:
    return restriction_pb2.Bar(
        restriction_id=bar.basis.basis_id,
        article=bar.article,
        case_number=bar.basis.case_number,
        order_number=bar.basis.reference,
        court_name=bar.basis.court_name,
        court_contact=bar.basis.court_contact,
    )
