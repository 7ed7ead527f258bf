"""What an act sees: the record, read and held inside the act's own transaction.

Lock order (design §3.2): subject, obligation, ledger head last. An act that holds an obligation never
asks for a subject afterwards, so no two acts wait for each other.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.stores.faults import Connection
from courtlist.ledger.v1 import change_pb2 as pb
from document import Document, DocumentKind, digest, parse
from document.digest import DigestKey
from registry.commands import PassPaper
from registry.law.performance import Payment, PayoffStatement
from registry.queries import ActQueries
from registry.records import (
    KeyRecord,
    ListingEnd,
    ListingRecord,
    ObligationRecord,
    OfficerKeyRecord,
    OrderRecord,
    PreparationRecord,
    RepaymentRecord,
    StaffRecord,
    SubjectRecord,
    TaskRecord,
    UnsettledRecord,
)
from registry.rows import NewPass
from registry.sealing import Sealer


class Desk:
    """One act's view of the record. `now` is the act's instant, the database's clock, UTC."""

    def __init__(
        self,
        *,
        connection: Connection,
        queries: ActQueries,
        sealer: Sealer,
        digest_keys: Sequence[DigestKey],
        now: datetime,
    ) -> None:
        self.connection = connection
        self.now = now
        self._queries = queries
        self._sealer = sealer
        self._digest_keys = digest_keys

    async def recorded_at(self, position: int) -> datetime:
        """The instant at which a change was recorded; for an answer, this act's own."""
        recorded_at: datetime | None = await self.connection.fetchval(
            self._queries.recorded_time, position
        )
        assert recorded_at is not None, "answers come after the change is written"
        return recorded_at

    async def hold_staff(self, court_code: str) -> StaffRecord | None:
        """Who acts at a court and with which keys; the court is locked until commit.

        None for a court that was never enrolled; one that is retired has nobody.
        """
        row = await self.connection.fetchrow(self._queries.hold_court, court_code)
        if row is None:
            return None
        officers = await self.connection.fetch(self._queries.court_officers, court_code)
        keys = await self.connection.fetch(self._queries.court_keys, court_code)
        return StaffRecord(
            court_code=court_code,
            is_retired=row["ended_position"] is not None,
            officers=frozenset((one["person_id"], one["role"]) for one in officers),
            keys=tuple(KeyRecord(**one) for one in keys),
        )

    async def key_owner(self, key_id: str) -> tuple[str, str] | None:
        """(person, court) of a key, whether it still counts or not."""
        row = await self.connection.fetchrow(self._queries.find_key_owner, key_id)
        return None if row is None else (row["person_id"], row["court_code"])

    async def key_is_known(self, key_id: str, public_key: bytes) -> bool:
        """Whether the id or the public key was ever used, by anybody."""
        return bool(await self.connection.fetchval(self._queries.key_is_known, key_id, public_key))

    async def higher_court_of(self, court_code: str) -> str | None:
        """The court that reviews the decisions of a court, while it is in office."""
        found: str | None = await self.connection.fetchval(
            self._queries.find_higher_court, court_code
        )
        return found

    async def court_has_case_on(self, subject_id: UUID, court_code: str) -> bool:
        """Whether the court runs a case on a debt that the subject owes."""
        return bool(
            await self.connection.fetchval(self._queries.court_has_case_on, subject_id, court_code)
        )

    async def hold_court(self, court_code: str) -> date | None:
        """The go-live day of an enrolled court, if it is set; the court is locked until commit."""
        row = await self.connection.fetchrow(self._queries.hold_court, court_code)
        assert row is not None, "nobody acts for a court that is not enrolled"
        go_live_on: date | None = row["go_live_on"]
        return go_live_on

    async def court_as_enrolled(self, court_code: str) -> tuple[str, str, str]:
        """(name, contact, higher court or empty) of a court that is held."""
        row = await self.connection.fetchrow(self._queries.court_as_enrolled, court_code)
        assert row is not None, "it is held"
        return row["name"], row["contact"], row["higher_court_code"] or ""

    async def drop_waiting(self, court_code: str) -> None:
        """End what waits for a second person at the court, before the head is held: it may be a whole file."""
        await self.connection.execute(self._queries.drop_waiting, court_code)

    async def hold_partner(self, partner_id: str) -> bool:
        """Whether the partner is enrolled and not retired; it is locked until commit."""
        return bool(await self.connection.fetchval(self._queries.hold_partner, partner_id))

    async def officer_is_enrolled(self, person_id: str, role: int, court_code: str) -> bool:
        """Whether the person holds the role at the court now."""
        found = await self.connection.fetchval(
            self._queries.find_officer, person_id, role, court_code
        )
        return bool(found)

    async def officer_was_enrolled(self, person_id: str, role: int, court_code: str) -> bool:
        """Whether the person ever held the role at the court."""
        found = await self.connection.fetchval(
            self._queries.find_former_officer, person_id, role, court_code
        )
        return bool(found)

    async def officer_key(self, key_id: str) -> OfficerKeyRecord | None:
        """A person's key, retired or not."""
        row = await self.connection.fetchrow(self._queries.find_officer_key, key_id)
        return None if row is None else OfficerKeyRecord(**row)

    async def owners(self, documents: Iterable[Document]) -> dict[Document, UUID]:
        """The subjects to whom these documents are bound; a free document is absent."""
        asked = {
            (key.epoch, digest(document, key)): document
            for document in documents
            for key in self._digest_keys
        }
        rows = await self.connection.fetch(
            self._queries.find_owners, [one[0] for one in asked], [one[1] for one in asked]
        )
        return {asked[row["epoch"], row["digest"]]: row["subject_id"] for row in rows}

    async def void_documents(self, subject_ids: Iterable[UUID]) -> dict[UUID, UUID]:
        """What an undone import left bound: documents, and the subjects on whom nothing else ever rested."""
        undone = pb.ENDING_CAUSE_IMPORT_UNDONE
        rows = await self.connection.fetch(self._queries.void_documents, list(subject_ids), undone)
        return {row["document_id"]: row["subject_id"] for row in rows}

    async def hold_subject(self, subject_id: UUID) -> SubjectRecord | None:
        """The subject with what stands against it, locked until commit."""
        row = await self.connection.fetchrow(self._queries.lock_subject, subject_id)
        if row is None:
            return None
        listings = await self.connection.fetch(self._queries.subject_listings, subject_id)
        orders = await self.connection.fetch(self._queries.subject_orders, subject_id)
        return SubjectRecord(
            subject_id=subject_id,
            kind=row["kind"],
            facts=self._sealer.unseal(row["facts_sealed"], f"subject/{subject_id}"),
            listings=tuple(ListingRecord(**one) for one in listings),
            orders=tuple(OrderRecord(**one) for one in orders),
        )

    async def documents_of(self, subject_id: UUID, today: date) -> tuple[Document, ...]:
        """The whole documents bound to a subject, for the rules of age and identity."""
        rows = await self.connection.fetch(self._queries.subject_documents, subject_id)
        return tuple(
            parse(
                DocumentKind(row["kind"]),
                row["issuing_state"],
                self._sealer.unseal(
                    row["number_sealed"], f"document/{row['document_id']}"
                ).decode(),
                today,
            )
            for row in rows
        )

    async def keep_preparation(
        self,
        preparation_id: UUID,
        *,
        subject_id: UUID,
        binding: bytes,
        prepared_by: str,
        court_code: str,
    ) -> None:
        """Put a binding before a second person; one that is there stays as it is."""
        context = f"binding_preparation/{preparation_id}"
        await self.connection.execute(
            self._queries.keep_preparation,
            preparation_id,
            subject_id,
            self._sealer.seal(binding, context),
            prepared_by,
            court_code,
        )

    async def hold_preparation(self, preparation_id: UUID) -> PreparationRecord | None:
        """A prepared binding, locked until commit."""
        row = await self.connection.fetchrow(self._queries.hold_preparation, preparation_id)
        if row is None:
            return None
        context = f"binding_preparation/{preparation_id}"
        return PreparationRecord(
            preparation_id=preparation_id,
            binding=self._sealer.unseal(row["binding_sealed"], context),
            prepared_by=row["prepared_by"],
            court_code=row["court_code"],
            prepared_at=row["prepared_at"],
            used=row["used_position"] is not None,
        )

    async def bound_document(self, document_id: UUID) -> tuple[UUID, bool] | None:
        """(subject, whether still bound) of a binding."""
        row = await self.connection.fetchrow(self._queries.find_document, document_id)
        return None if row is None else (row["subject_id"], row["unbound_position"] is None)

    async def case(self, case_number: str) -> tuple[UUID, str] | None:
        """(obligation, court) of a case number."""
        row = await self.connection.fetchrow(self._queries.find_case, case_number)
        return None if row is None else (row["obligation_id"], row["court_code"])

    async def hold_obligation(self, obligation_id: UUID) -> ObligationRecord | None:
        """The obligation with all that rests on it, locked until commit."""
        row = await self.connection.fetchrow(self._queries.lock_obligation, obligation_id)
        if row is None:
            return None
        return ObligationRecord(
            obligation_id=obligation_id,
            kind=row["kind"],
            principal_fen=row["principal_fen"],
            performed_position=row["performed_position"],
            court_codes=frozenset(
                one["court_code"]
                for one in await self._fetch(self._queries.obligation_courts, obligation_id)
            ),
            debtor_ids=frozenset(
                one["subject_id"]
                for one in await self._fetch(self._queries.obligation_debtors, obligation_id)
            ),
            statements=tuple(
                _statement(one)
                for one in await self._fetch(self._queries.obligation_statements, obligation_id)
            ),
            repayments=tuple(
                _repayment(one)
                for one in await self._fetch(self._queries.obligation_repayments, obligation_id)
            ),
            listings=tuple(
                ListingRecord(**one)
                for one in await self._fetch(self._queries.obligation_listings, obligation_id)
            ),
            orders=tuple(
                OrderRecord(**one)
                for one in await self._fetch(self._queries.obligation_orders, obligation_id)
            ),
        )

    async def listing(
        self, listing_id: UUID
    ) -> tuple[ListingRecord, str, bytes, ListingEnd | None] | None:
        """(listing, decision number as first entered, its ListingTerms, how it has ended)."""
        row = await self.connection.fetchrow(self._queries.find_listing, listing_id)
        if row is None:
            return None
        fields = dict(row)
        decision_number = fields.pop("decision_number")
        ended_at, ended_kind = fields.pop("ended_at"), fields.pop("ended_kind")
        text = self._sealer.unseal(fields.pop("text_sealed"), f"listing/{listing_id}")
        end = None if ended_at is None else ListingEnd(ended_at, ended_kind)
        return ListingRecord(**fields), decision_number, text, end

    async def last_ended_listing(
        self, subject_id: UUID, obligation_id: UUID
    ) -> tuple[str, datetime] | None:
        """(decision number as first entered, instant) of the listing for this debt that ended last."""
        row = await self.connection.fetchrow(
            self._queries.last_ended_listing, subject_id, obligation_id
        )
        return None if row is None else (row["decision_number"], row["ended_at"])

    async def last_ended_order(
        self, subject_id: UUID, obligation_id: UUID, court_code: str
    ) -> tuple[str, datetime] | None:
        """(order number, instant) of the court's order for this debt that ended last."""
        row = await self.connection.fetchrow(
            self._queries.last_ended_order, subject_id, obligation_id, court_code
        )
        return None if row is None else (row["order_number"], row["ended_at"])

    async def order(self, order_id: UUID) -> tuple[OrderRecord, bool] | None:
        """(order, whether it has ended)."""
        row = await self.connection.fetchrow(self._queries.find_order, order_id)
        if row is None:
            return None
        fields = dict(row)
        ended_at = fields.pop("ended_at")
        return OrderRecord(**fields), ended_at is not None

    async def order_items(self, order_id: UUID) -> frozenset[int]:
        """What an order bars, as the proto's numbers."""
        return frozenset(await self.connection.fetchval(self._queries.order_items, order_id))

    async def standing_passes(self, order_id: UUID) -> tuple[NewPass, ...]:
        """What leaves an order's items free now or later, as it was granted."""
        rows = await self.connection.fetch(self._queries.standing_passes, order_id, self.now)
        return tuple(NewPass(**{**row, "items": tuple(row["items"])}) for row in rows)

    async def pass_was_granted(self, paper: PassPaper) -> bool:
        """Whether the paper's decision has granted this very pass before, withdrawn since or not."""
        found = await self.connection.fetchval(
            self._queries.find_granted_pass,
            paper.order_id,
            paper.decision.number,
            list(paper.item_numbers),
            paper.first_on,
            paper.last_on,
        )
        return bool(found)

    async def find_pass(self, pass_id: UUID) -> tuple[UUID, bool] | None:
        """(order, whether it was withdrawn) of a pass."""
        row = await self.connection.fetchrow(self._queries.find_pass, pass_id)
        return None if row is None else (row["order_id"], row["withdrawn_position"] is not None)

    async def orders_with(self, listing_id: UUID) -> tuple[OrderRecord, ...]:
        """The orders that came with a listing and have not ended."""
        rows = await self._fetch(self._queries.listing_orders, listing_id)
        return tuple(OrderRecord(**row) for row in rows)

    async def repayment(self, repayment_id: UUID) -> RepaymentRecord | None:
        """One repayment."""
        row = await self.connection.fetchrow(self._queries.find_repayment, repayment_id)
        return None if row is None else _repayment(row)

    async def open_tasks(
        self, basis_ids: Sequence[UUID], obligation_id: UUID | None
    ) -> tuple[TaskRecord, ...]:
        """Decisions that courts still owe on these bases or on the obligation."""
        rows = await self.connection.fetch(self._queries.open_tasks, list(basis_ids), obligation_id)
        return tuple(TaskRecord(**row) for row in rows)

    async def task(self, task_id: UUID) -> tuple[TaskRecord, UUID | None, bool] | None:
        """(task, subject of the basis that it is about, whether it is closed)."""
        row = await self.connection.fetchrow(self._queries.find_task, task_id)
        if row is None:
            return None
        *columns, subject_id, closed_position = row
        return TaskRecord.of(columns), subject_id, closed_position is not None

    async def unsettled(self, basis_id: UUID) -> UnsettledRecord | None:
        """The ending of this basis that a restore lost, unless a judge has decided on it."""
        row = await self.connection.fetchrow(self._queries.find_unsettled_ending, basis_id)
        return None if row is None else UnsettledRecord(**row)

    async def _fetch(self, query: str, key: UUID) -> list[Any]:
        return await self.connection.fetch(query, key)


def _statement(row: Any) -> PayoffStatement:
    return PayoffStatement(
        statement_id=str(row["statement_id"]),
        sum_fen=row["sum_fen"],
        issued_position=row["position"],
        good_until=row["good_until"],
    )


def _repayment(row: Any) -> RepaymentRecord:
    statement_id = row["statement_id"]
    return RepaymentRecord(
        repayment_id=row["repayment_id"],
        obligation_id=row["obligation_id"],
        receipt_number=row["receipt_number"],
        reversed_position=row["reversed_position"],
        payment=Payment(
            amount_fen=row["amount_fen"],
            paid_on=row["paid_on"],
            recorded_position=row["position"],
            statement_id=None if statement_id is None else str(statement_id),
            reversed=row["reversed_position"] is not None,
        ),
    )
