"""Finding and holding what the record knows of a batch: an excerpt, set by set instead of row by row."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from chassis.stores.faults import Connection
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.registry.v1 import subject_pb2
from document import Document, DocumentKind, parse
from registry.acts.subjects import birth_in
from registry.importing.batch.excerpt import (
    Excerpt,
    Key,
    KnownListing,
    KnownObligation,
    KnownOrder,
    KnownSubject,
)
from registry.importing.papers.claims import Claim
from registry.importing.queries import ImportQueries
from registry.queries import ActQueries
from registry.records import ListingRecord, OrderRecord
from registry.sealing import Sealer


class RecordMovedError(Exception):
    """Somebody bound a document or joined a case between finding and holding; begin the batch anew."""


class Matching:
    """Makes the excerpt of a batch and holds what is in it until the batch commits.

    Lock order as everywhere (design §3.2): subjects by their ids, obligations by theirs, the head last.
    What nobody knows yet cannot be held: two who enter it at once meet at a constraint.
    """

    def __init__(self, *, queries: ImportQueries, acts: ActQueries, sealer: Sealer) -> None:
        self._queries = queries
        self._acts = acts
        self._sealer = sealer

    async def hold(self, connection: Connection, claims: Sequence[Claim], today: date) -> Excerpt:
        """Everything that the record holds on these rows. Raises RecordMovedError."""
        keys = list({key for claim in claims for key in claim.keys})
        numbers = list({claim.case_number for claim in claims})
        excerpt = Excerpt(
            owners=await self._owners(connection, keys),
            cases=await self._cases(connection, numbers),
        )
        if not excerpt.owners and not excerpt.cases:
            return excerpt
        await self._hold_subjects(connection, excerpt, today)
        await self._hold_obligations(connection, excerpt)
        if (
            await self._owners(connection, keys) != excerpt.owners
            or await self._cases(connection, numbers) != excerpt.cases
        ):
            raise RecordMovedError
        await self._read_bases(connection, excerpt)
        await self._read_what_is_void(connection, excerpt)
        return excerpt

    async def _owners(self, connection: Connection, keys: Sequence[Key]) -> dict[Key, UUID]:
        rows = await connection.fetch(
            self._queries.find_owners, [key[0] for key in keys], [key[1] for key in keys]
        )
        return {(row["epoch"], row["digest"]): row["subject_id"] for row in rows}

    async def _cases(
        self, connection: Connection, numbers: Sequence[str]
    ) -> dict[str, tuple[UUID, str]]:
        rows = await connection.fetch(self._queries.find_cases, numbers)
        return {row["case_number"]: (row["obligation_id"], row["court_code"]) for row in rows}

    async def _hold_subjects(self, connection: Connection, excerpt: Excerpt, today: date) -> None:
        subject_ids = sorted(set(excerpt.owners.values()))
        for row in await connection.fetch(self._queries.lock_subjects, subject_ids):
            subject_id = row["subject_id"]
            facts = subject_pb2.Subject.FromString(
                self._sealer.unseal(row["facts_sealed"], f"subject/{subject_id}")
            )
            excerpt.subjects[subject_id] = KnownSubject(
                position=row["position"],
                kind=row["kind"],
                name=facts.name,
                birth=birth_in(facts),
            )
        for row in await connection.fetch(self._queries.documents_of_subjects, subject_ids):
            excerpt.subjects[row["subject_id"]].documents.append(self._document(row, today))

    def _document(self, row: Any, today: date) -> Document:
        number = self._sealer.unseal(row["number_sealed"], f"document/{row['document_id']}")
        return parse(DocumentKind(row["kind"]), row["issuing_state"], number.decode(), today)

    async def _hold_obligations(self, connection: Connection, excerpt: Excerpt) -> None:
        obligation_ids = sorted({obligation_id for obligation_id, _ in excerpt.cases.values()})
        for row in await connection.fetch(self._queries.lock_obligations, obligation_ids):
            excerpt.obligations[row["obligation_id"]] = KnownObligation(
                kind=row["kind"],
                performed=row["performed_position"] is not None,
                sums_fen=frozenset((row["principal_fen"], row["left_fen"])),
            )
        for row in await connection.fetch(self._queries.debtors_of_obligations, obligation_ids):
            excerpt.obligations[row["obligation_id"]].debtor_ids.add(row["subject_id"])

    async def _read_bases(self, connection: Connection, excerpt: Excerpt) -> None:
        """Listings and orders, read once what they rest on is held."""
        subject_ids = list(excerpt.subjects)
        for row in await connection.fetch(self._queries.listings_of_subjects, subject_ids):
            listing = KnownListing(
                decision_number=row["decision_number"],
                ended_at=row["ended_at"],
                ended_cause=row["ended_cause"],
                record=ListingRecord(**_without(row, "decision_number")),
            )
            excerpt.subjects[row["subject_id"]].listings.append(listing)
        for row in await connection.fetch(
            self._queries.orders_of_subjects, list(excerpt.obligations), subject_ids
        ):
            order = KnownOrder(
                order_number=row["order_number"],
                ended_at=row["ended_at"],
                ended_cause=row["ended_cause"],
                record=OrderRecord(**_without(row, "order_number")),
            )
            excerpt.subjects[row["subject_id"]].orders.append(order)
        await self._read_doubts(connection, excerpt)

    async def _read_what_is_void(self, connection: Connection, excerpt: Excerpt) -> None:
        """What imports left behind that were undone."""
        undone = pb.ENDING_CAUSE_IMPORT_UNDONE
        subjects = [
            subject_id
            for subject_id, subject in excerpt.subjects.items()
            if any(one.was_undone for one in subject.listings)
        ]
        if subjects:
            for row in await connection.fetch(self._acts.void_documents, subjects, undone):
                subject = excerpt.subjects[row["subject_id"]]
                subject.is_void = True
                subject.document_ids.append(row["document_id"])
        if excerpt.obligations:
            debts = list(excerpt.obligations)
            for row in await connection.fetch(self._queries.void_obligations, debts, undone):
                excerpt.obligations[row["obligation_id"]].is_void = True

    async def _read_doubts(self, connection: Connection, excerpt: Excerpt) -> None:
        """Endings that a restore lost, passes, and decisions that are open."""
        standing = [
            basis_id
            for subject in excerpt.subjects.values()
            for basis_id in (
                *(one.record.listing_id for one in subject.listings if one.ended_at is None),
                *(one.record.order_id for one in subject.orders if one.ended_at is None),
            )
        ]
        if not standing:
            return
        for row in await connection.fetch(self._queries.unsettled_of_bases, standing):
            excerpt.unsettled.add(row["basis_id"])
        for row in await connection.fetch(self._queries.passes_on_bases, standing):
            excerpt.passed.add(row["order_id"])
        for row in await connection.fetch(self._queries.tasks_on_bases, standing):
            excerpt.tasks.setdefault(row["basis_id"], []).append(row["task_id"])


def _without(row: Any, number: str) -> dict[str, Any]:
    """The columns of a ListingRecord or an OrderRecord."""
    beside = {number, "ended_at", "ended_cause"}
    return {name: value for name, value in row.items() if name not in beside}
