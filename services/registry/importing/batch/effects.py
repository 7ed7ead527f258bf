"""The effects of an imported row: those of an entry by hand, in the same order (acts.entering). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from courtlist.ledger.v1 import change_pb2 as pb

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row that is entered, as its effects tell it. `endings` are effects already serialised."""

    subject_id: str
    document_ids: Sequence[str]
    obligation_id: str
    opens_obligation: bool
    joins: bool
    listing_id: str
    order_id: str
    court_code: str
    ground: pb.Ground.ValueType
    items: Sequence[pb.Item.ValueType]
    start_at: datetime
    term_end_at: datetime | None
    period_end_at: datetime | None
    review_at: datetime | None
    endings: Sequence[bytes]


def add_effects(body: pb.ChangeBody, entry: Entry) -> None:
    """Add the entry's effects to a change."""
    add = body.effects.add
    subject_id, obligation_id = entry.subject_id, entry.obligation_id
    for document_id in entry.document_ids:
        bound = add().document_bound
        bound.document_id, bound.subject_id = document_id, subject_id
    if entry.opens_obligation:
        add().obligation_opened.obligation_id = obligation_id
        joined = add().case_joined
        joined.obligation_id, joined.court_code = obligation_id, entry.court_code
    if entry.joins:
        debtor = add().debtor_joined
        debtor.obligation_id, debtor.subject_id = obligation_id, subject_id
    for content in entry.endings:
        add().MergeFromString(content)
    entered = add().listing_entered
    entered.listing_id, entered.subject_id = entry.listing_id, subject_id
    entered.obligation_id, entered.court_code = obligation_id, entry.court_code
    entered.ground = entry.ground
    _fill(entered.start_time, entry.start_at)
    if entry.term_end_at is not None:
        _fill(entered.term_end_time, entry.term_end_at)
    issued = add().order_issued
    issued.order_id, issued.subject_id = entry.order_id, subject_id
    issued.obligation_id, issued.court_code = obligation_id, entry.court_code
    issued.listing_id = entry.listing_id
    issued.items.extend(entry.items)
    _fill(issued.start_time, entry.start_at)
    if entry.period_end_at is not None:
        _fill(issued.end_time, entry.period_end_at)
    if entry.review_at is not None:
        _fill(issued.review_time, entry.review_at)


def _fill(timestamp: Timestamp, at: datetime) -> None:
    """As Timestamp.FromDatetime, in a third of its time."""
    seconds, rest = divmod(at - _EPOCH, _SECOND)
    timestamp.seconds, timestamp.nanos = seconds, rest.microseconds * 1000
