"""The state of a listing or an order at an instant. Pure.

A record as it is read carries in `state` only what an act has decided: that it ended, and how, or that
its ending awaits a judge. Everything else follows from its instants and is computed when somebody
asks, so no job has to be on time for a term to end (design §3.5).
"""

from datetime import UTC, date, datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2, order_pb2, registry_service_pb2
from registry.law.days import legal_day

_ENDED: Final = {
    ledger.ENDING_KIND_DELETED: listing_pb2.BASIS_STATE_DELETED,
    ledger.ENDING_KIND_REVOKED: listing_pb2.BASIS_STATE_REVOKED,
    ledger.ENDING_KIND_LIFTED: listing_pb2.BASIS_STATE_LIFTED,
}
_DECIDED: Final = frozenset({*_ENDED.values(), listing_pb2.BASIS_STATE_UNSETTLED})


def decided_state(*, ended_kind: int | None, unsettled: bool) -> listing_pb2.BasisState.ValueType:
    """What an act has decided about a basis; UNSPECIFIED while only its instants count.

    `ended_kind` is a ledger.v1 EndingKind, `unsettled` whether a restore lost the basis's ending and
    no judge has settled it. An ending that the ledger holds goes before one that it lost.
    """
    if ended_kind is not None:
        return _ENDED[ledger.EndingKind.ValueType(ended_kind)]
    if unsettled:
        return listing_pb2.BASIS_STATE_UNSETTLED
    return listing_pb2.BASIS_STATE_UNSPECIFIED


def state_at(
    now: datetime,
    *,
    decided: listing_pb2.BasisState.ValueType,
    start_at: datetime,
    end_at: datetime | None,
) -> listing_pb2.BasisState.ValueType:
    """The state at `now` of a basis that counts from `start_at` (inclusive) to `end_at` (exclusive).

    `decided` is what `decided_state` gave, or any state computed before: one that followed from the
    instants is computed anew.
    """
    if decided in _DECIDED:
        return decided
    if now < start_at:
        return listing_pb2.BASIS_STATE_PENDING
    if end_at is not None and now >= end_at:
        return listing_pb2.BASIS_STATE_EXPIRED
    return listing_pb2.BASIS_STATE_IN_FORCE


def stamp(message: listing_pb2.Listing | order_pb2.Order, now: datetime) -> None:
    """Set `state` and `as_of_time` to what holds at `now`, and leave out passes that are past."""
    if isinstance(message, order_pb2.Order):
        _leave_out_past_passes(message, now)
    if isinstance(message, listing_pb2.Listing):
        end = message.term_end_time if message.HasField("term_end_time") else None
    else:
        end = message.period_end_time if message.HasField("period_end_time") else None
    message.state = state_at(
        now,
        decided=message.state,
        start_at=instant(message.start_time),
        end_at=None if end is None else instant(end),
    )
    message.as_of_time.FromDatetime(now)


def stamp_standing(standing: registry_service_pb2.GetStandingResponse, now: datetime) -> None:
    """Set every `state` and `as_of_time` to what holds at `now`, and leave out what has expired."""
    for listing in standing.listings:
        listing.state = state_at(
            now,
            decided=listing.state,
            start_at=instant(listing.start_time),
            end_at=instant(listing.term_end_time) if listing.HasField("term_end_time") else None,
        )
    for order in standing.orders:
        order.state = state_at(
            now,
            decided=order.state,
            start_at=instant(order.start_time),
            end_at=instant(order.end_time) if order.HasField("end_time") else None,
        )
    for bases in (standing.listings, standing.orders):
        for place in reversed(range(len(bases))):
            if bases[place].state == listing_pb2.BASIS_STATE_EXPIRED:
                del bases[place]
    standing.as_of_time.FromDatetime(now)


def _leave_out_past_passes(order: order_pb2.Order, now: datetime) -> None:
    today = legal_day(now)
    for place in reversed(range(len(order.passes))):
        last = order.passes[place].last_day
        if date(last.year, last.month, last.day) < today:
            del order.passes[place]


def clear_states(
    message: listing_pb2.Listing | order_pb2.Order | registry_service_pb2.GetStandingResponse,
) -> None:
    """Leave in every `state` only what an act has decided, as a view has it, for a copy to be kept."""
    if isinstance(message, registry_service_pb2.GetStandingResponse):
        for listing in message.listings:
            listing.state = _decided(listing.state)
        for order in message.orders:
            order.state = _decided(order.state)
    else:
        message.state = _decided(message.state)


def _decided(state: listing_pb2.BasisState.ValueType) -> listing_pb2.BasisState.ValueType:
    return state if state in _DECIDED else listing_pb2.BASIS_STATE_UNSPECIFIED


def instant(timestamp: Timestamp) -> datetime:
    """An aware instant in UTC, to the microsecond as the database keeps it."""
    return timestamp.ToDatetime(UTC)
