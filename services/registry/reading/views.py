"""Records as the court sees them, built from their rows.

A view holds facts: in `state` stands only what an act has decided, and `as_of_time` is the database's
clock at the reading. `registry.reading.states` computes what holds at the moment of asking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.stores.faults import Connection
from chassis.stores.queries import NamedQueries
from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2, position_pb2
from courtlist.registry.v1 import (
    listing_pb2,
    obligation_pb2,
    order_pb2,
    registry_service_pb2,
    subject_pb2,
)
from document import Document, DocumentKind
from registry.messages import day_message, task_message
from registry.reading.obligation_view import obligation_message
from registry.reading.states import decided_state
from registry.records import TaskRecord
from registry.sealing import Sealer


@dataclass(frozen=True, slots=True)
class _ReadQueries:
    listings: str
    order_by_id: str
    obligation: str
    standing: str


class Views:
    """Reads records through a caller's connection, so that an act sees its own writes.

    Each reading is one statement; `as_of` is the ledger's head in that statement's snapshot.
    """

    def __init__(self, *, sealer: Sealer) -> None:
        self._sealer = sealer
        self._queries = NamedQueries.load("registry", "sql/reads.sql").into(_ReadQueries)

    async def listing(self, connection: Connection, listing_id: UUID) -> listing_pb2.Listing | None:
        """One listing; None where there is none."""
        found = await self.listings(connection, [listing_id])
        return found[0] if found else None

    async def listings(
        self, connection: Connection, listing_ids: Sequence[UUID]
    ) -> list[listing_pb2.Listing]:
        """The listings with these ids, in the order asked; one that does not exist is left out."""
        rows = await connection.fetch(self._queries.listings, listing_ids)
        by_id = {row["listing_id"]: row for row in rows}
        return [self._listing(by_id[one]) for one in listing_ids if one in by_id]

    async def order(self, connection: Connection, order_id: UUID) -> order_pb2.Order | None:
        """One order; None where there is none."""
        row = await connection.fetchrow(self._queries.order_by_id, order_id)
        return None if row is None else _order(row)

    async def obligation(
        self, connection: Connection, obligation_id: UUID
    ) -> obligation_pb2.Obligation | None:
        """One obligation with what was paid on it; None where there is none."""
        row = await connection.fetchrow(self._queries.obligation, obligation_id)
        if row is None:
            return None
        terms = self._sealer.unseal(row["terms_sealed"], f"obligation/{obligation_id}")
        return obligation_message(row, obligation_pb2.ObligationTerms.FromString(terms))

    async def standing(
        self, connection: Connection, digests: Sequence[tuple[int, bytes]]
    ) -> registry_service_pb2.GetStandingResponse:
        """What is not ended of the subject of one document, given its (epoch, digest) pairs.

        Empty but for position and time where the document is bound to nobody. What has expired by
        its instants is in it: `registry.reading.states.stamp_standing` leaves it out.
        """
        epochs = [epoch for epoch, _ in digests]
        rows = await connection.fetch(
            self._queries.standing, epochs, [digest for _, digest in digests]
        )
        return _standing(rows)

    def _listing(self, row: Any) -> listing_pb2.Listing:
        listing_id, subject_id = row["listing_id"], row["subject_id"]
        subject = subject_pb2.Subject.FromString(
            self._sealer.unseal(row["facts_sealed"], f"subject/{subject_id}")
        )
        text = listing_pb2.ListingTerms.FromString(
            self._sealer.unseal(row["text_sealed"], f"listing/{listing_id}")
        )
        message = listing_pb2.Listing(
            listing_id=str(listing_id),
            subject_id=str(subject_id),
            subject_name=subject.name,
            documents=[self._masked(one) for one in row["documents"]],
            obligation_id=str(row["obligation_id"]),
            court_code=row["court_code"],
            case_number=row["case_number"],
            case_number_raw=row["case_number_raw"],
            decision_number=row["decision_number"],
            decided_on=day_message(row["decided_on"]),
            ground=row["ground"],
            conduct=text.conduct,
            performed_part=text.performed_part,
            start_time=row["start_at"],
            term_end_time=row["term_end_at"],
            order_id=_id(row["order_id"]),
            open_tasks=[
                task_message(TaskRecord.of(task), opened_at)
                for *task, opened_at in row["open_tasks"]
            ],
        )
        _fill_common(message, row)
        return message

    def _masked(self, row: Any) -> subject_pb2.MaskedDocument:
        document_id, kind, issuing_state, number_sealed = row
        number = self._sealer.unseal(number_sealed, f"document/{document_id}").decode()
        document = Document(DocumentKind(kind), issuing_state, number, None)
        return subject_pb2.MaskedDocument(
            document_id=str(document_id),
            kind=document_pb2.DocumentKind.Value(f"DOCUMENT_KIND_{document.kind}"),
            issuing_state=issuing_state,
            masked=document.masked(),
        )


def _order(row: Any) -> order_pb2.Order:
    message = order_pb2.Order(
        order_id=str(row["order_id"]),
        subject_id=str(row["subject_id"]),
        obligation_id=str(row["obligation_id"]),
        court_code=row["court_code"],
        case_number=row["case_number"],
        order_number=row["order_number"],
        listing_id=_id(row["listing_id"]),
        items=row["items"],
        start_time=row["start_at"],
        period_end_time=row["period_end_at"],
        review_time=row["review_at"],
        passes=[_pass(one, row["order_id"]) for one in row["passes"]],
    )
    _fill_common(message, row)
    return message


def _pass(row: Any, order_id: UUID) -> order_pb2.Pass:
    pass_id, items, first_on, last_on, cause, decision_number = row
    return order_pb2.Pass(
        pass_id=str(pass_id),
        order_id=str(order_id),
        items=items,
        first_day=day_message(first_on),
        last_day=day_message(last_on),
        cause=cause,
        decision_number=decision_number,
    )


def _fill_common(message: listing_pb2.Listing | order_pb2.Order, row: Any) -> None:
    """What listings and orders have alike: ending, version, and when they were read."""
    if row["ended_at"] is not None:
        message.end_time.FromDatetime(row["ended_at"])
        message.end_cause = change_pb2.EndingCause.ValueType(row["ended_cause"])
    message.state = decided_state(ended_kind=row["ended_kind"], unsettled=row["unsettled"])
    message.etag = str(row["position"])
    message.as_of.CopyFrom(_head(row))
    message.as_of_time.FromDatetime(row["read_at"])


def _standing(rows: Sequence[Any]) -> registry_service_pb2.GetStandingResponse:
    """The statement gives a row for each basis, and one without a basis where nothing stands."""
    message = registry_service_pb2.GetStandingResponse(
        subject_id=_id(rows[0]["subject_id"]),
        as_of=_head(rows[0]),
        as_of_time=rows[0]["read_at"],
    )
    for row in rows:
        state = decided_state(ended_kind=None, unsettled=row["unsettled"])
        if row["measure"] == change_pb2.MEASURE_LISTING:
            message.listings.add(
                listing_id=str(row["basis_id"]),
                court_code=row["court_code"],
                case_number=row["case_number"],
                ground=row["ground"],
                start_time=row["start_at"],
                term_end_time=row["end_at"],
                state=state,
            )
        elif row["measure"] == change_pb2.MEASURE_ORDER:
            message.orders.add(
                order_id=str(row["basis_id"]),
                court_code=row["court_code"],
                case_number=row["case_number"],
                items=row["items"],
                start_time=row["start_at"],
                end_time=row["end_at"],
                state=state,
            )
    return message


def _head(row: Any) -> position_pb2.Position:
    return position_pb2.Position(incarnation=str(row["incarnation"]), position=row["head"])


def _id(value: UUID | None) -> str:
    return "" if value is None else str(value)
