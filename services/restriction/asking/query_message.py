"""The query log on the wire: rows, counts and places in it."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from google.type import date_pb2

from courtlist.restriction.v1 import query_service_pb2 as pb
from courtlist.restriction.v1 import restriction_pb2
from restriction.asking.query_store import BEFORE_ALL, LoggedCount, LoggedQuery
from restriction.model import Answer, Measure

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_INSTANT_BYTES: Final = 8

# As partners are told: a lender's answer RESTRICTED is LISTED. Empty where a court told the person concerned.
_ANSWERS: Final[Mapping[Measure, Mapping[int, str]]] = {
    Measure.ORDER: {one.value: one.name for one in Answer},
    Measure.LISTING: {
        Answer.CLEAR: "NOT_LISTED",
        Answer.RESTRICTED: "LISTED",
        Answer.UNDETERMINED: "UNDETERMINED",
    },
}


def query_to(query: LoggedQuery, measure: Measure) -> pb.Query:
    """One row, in a field where `measure` binds."""
    message = pb.Query(
        decision_id=str(query.decision_id),
        partner_id=query.partner_id,
        purpose=query.purpose,
        product=query.product,
        answer=_ANSWERS[measure].get(query.answer, ""),
        reason=restriction_pb2.Reason.ValueType(query.reason),
        basis_ids=query.basis_ids,
    )
    message.asked_time.FromDatetime(query.decided_at)
    return message


def count_to(count: LoggedCount, measure: Measure) -> pb.QueryCount:
    """One line of the counts, in a field where `measure` binds."""
    day = count.day
    return pb.QueryCount(
        day=date_pb2.Date(year=day.year, month=day.month, day=day.day),
        partner_id=count.partner_id,
        purpose=count.purpose,
        answer=_ANSWERS[measure].get(count.answer, ""),
        count=count.count,
    )


def cursor_of(query: LoggedQuery) -> bytes:
    """The place of a row in the log, for a page token."""
    microseconds = (query.decided_at - _EPOCH) // _MICROSECOND
    return microseconds.to_bytes(_INSTANT_BYTES, "big", signed=True) + query.decision_id.bytes


def place_from(cursor: bytes | None) -> tuple[datetime, uuid.UUID]:
    """The place that a sealed cursor names; before all rows without one."""
    if cursor is None:
        return _EPOCH, BEFORE_ALL
    microseconds = int.from_bytes(cursor[:_INSTANT_BYTES], "big", signed=True)
    return _EPOCH + microseconds * _MICROSECOND, uuid.UUID(bytes=cursor[_INSTANT_BYTES:])
