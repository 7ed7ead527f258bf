"""Rows put straight into a registry's schema, past every rule: each method is one act."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2, obligation_pb2, subject_pb2
from document import DigestKey, Document, digest
from registry.sealing import Sealer, SealKey
from tests.builders import digest_key
from tests.contract.registry.one_act import one_act

COURT = "京0199"
OTHER_COURT = "沪0199"
PAST = datetime(2099, 1, 1, tzinfo=UTC) - timedelta(days=365 * 90)
TERM = timedelta(days=730)


def sealer() -> Sealer:
    return Sealer([SealKey("seal-test-1", bytes(range(32)))])


class Seed:
    """Writes rows through a connection of its own, and moves the ledger's head with them."""

    def __init__(
        self, connection: asyncpg.Connection, *, digest_keys: Sequence[DigestKey] = (digest_key(),)
    ) -> None:
        self.connection = connection
        self.digest_keys = digest_keys
        self.sealer = sealer()
        self._cases = 0

    async def head(self) -> tuple[str, int]:
        row = await self.connection.fetchrow("SELECT incarnation, position FROM ledger_head")
        assert row is not None
        return str(row["incarnation"]), row["position"]

    async def act(self) -> int:
        """Move the head by one, as any act does."""
        return await self.connection.fetchval(
            "UPDATE ledger_head SET position = position + 1 RETURNING position"
        )

    @one_act
    async def courts(self) -> None:
        for code in (COURT, OTHER_COURT):
            await self.connection.execute(
                "INSERT INTO court VALUES ($1, '测试法院', '010-00000000', $2)",
                code,
                await self.act(),
            )

    @one_act
    async def subject(self, *documents: Document, name: str = "测试甲") -> UUID:
        subject_id, position = uuid4(), await self.act()
        facts = subject_pb2.Subject(kind=subject_pb2.SUBJECT_KIND_PERSON, name=name)
        await self.connection.execute(
            "INSERT INTO subject VALUES ($1, 1, $2, $3)",
            subject_id,
            self.sealer.seal(facts.SerializeToString(), f"subject/{subject_id}"),
            position,
        )
        for document in documents:
            await self._bind(subject_id, document, position)
        return subject_id

    @one_act
    async def bind(self, subject_id: UUID, document: Document) -> UUID:
        return await self._bind(subject_id, document, await self.act())

    @one_act
    async def unbind(self, document_id: UUID) -> int:
        position = await self.act()
        await self.connection.execute(
            "UPDATE document SET unbound_position = $2 WHERE document_id = $1",
            document_id,
            position,
        )
        await self.connection.execute(
            "DELETE FROM document_digest WHERE document_id = $1", document_id
        )
        return position

    @one_act
    async def obligation(
        self, *debtors: UUID, principal_fen: int | None = 1_000_000, cases: Sequence[str] = ()
    ) -> UUID:
        obligation_id, position = uuid4(), await self.act()
        kind = (
            obligation_pb2.OBLIGATION_KIND_ACT
            if principal_fen is None
            else obligation_pb2.OBLIGATION_KIND_MONEY
        )
        terms = obligation_pb2.ObligationTerms(kind=kind, duty="支付货款")
        await self.connection.execute(
            "INSERT INTO obligation VALUES ($1, $2, $3, $4, NULL, $5)",
            obligation_id,
            kind,
            principal_fen,
            self.sealer.seal(terms.SerializeToString(), f"obligation/{obligation_id}"),
            position,
        )
        for case_number in cases or (self._next_case(),):
            await self.connection.execute(
                "INSERT INTO obligation_case VALUES ($1, $2, $3, $1, '2026-01-01', $4)",
                case_number,
                obligation_id,
                COURT,
                position,
            )
        for subject_id in debtors:
            await self.connection.execute(
                "INSERT INTO obligation_debtor VALUES ($1, $2, $3)",
                obligation_id,
                subject_id,
                position,
            )
        return obligation_id

    @one_act
    async def listing(
        self,
        subject_id: UUID,
        obligation_id: UUID | None = None,
        *,
        court_code: str = COURT,
        ground: int = ledger.GROUND_ABLE_BUT_REFUSES,
        start_at: datetime = PAST,
        term_end_at: datetime | None = None,
        position: int | None = None,
    ) -> UUID:
        """A listing on an obligation, a new one unless given; grounds 2 to 6 get a term of two years."""
        obligation_id = obligation_id or await self.obligation(subject_id)
        position = position or await self.act()
        if ground != ledger.GROUND_ABLE_BUT_REFUSES and term_end_at is None:
            term_end_at = datetime.now(UTC) + TERM
        listing_id = uuid4()
        text = listing_pb2.ListingTerms(conduct="隐匿财产", performed_part="全部未履行")
        await self.connection.execute(
            """
            INSERT INTO listing (
                listing_id, subject_id, obligation_id, court_code, case_number, case_number_raw,
                decision_number, decided_on, ground, start_at, term_end_at, text_sealed,
                entered_position, position
            )
            VALUES ($1, $2, $3, $4, $5, $5, '决1号', $6, $7, $8, $9, $10, $11, $11)
            """,
            listing_id,
            subject_id,
            obligation_id,
            court_code,
            await self.case_of(obligation_id),
            date(2026, 1, 2),
            ground,
            start_at,
            term_end_at,
            self.sealer.seal(text.SerializeToString(), f"listing/{listing_id}"),
            position,
        )
        return listing_id

    @one_act
    async def order(
        self,
        subject_id: UUID,
        obligation_id: UUID | None = None,
        *,
        listing_id: UUID | None = None,
        start_at: datetime = PAST,
        period_end_at: datetime | None = None,
        review_at: datetime | None = None,
    ) -> UUID:
        obligation_id = obligation_id or await self.obligation(subject_id)
        order_id, position = uuid4(), await self.act()
        if period_end_at is None and review_at is None:
            review_at = datetime.now(UTC) + TERM
        await self.connection.execute(
            """
            INSERT INTO consumption_order (
                order_id, subject_id, obligation_id, court_code, case_number, listing_id,
                order_number, decided_on, items, start_at, period_end_at, review_at,
                text_sealed, position
            )
            VALUES ($1, $2, $3, $4, $5, $6, '限1号', '2020-01-01', $7, $8, $9, $10, '\\x00', $11)
            """,
            order_id,
            subject_id,
            obligation_id,
            COURT,
            await self.case_of(obligation_id),
            listing_id,
            [ledger.ITEM_TRANSPORT, ledger.ITEM_FAST_TRAINS],
            start_at,
            period_end_at,
            review_at,
            position,
        )
        return order_id

    @one_act
    async def end_listing(self, listing_id: UUID, kind: int = ledger.ENDING_KIND_DELETED) -> int:
        position = await self.act()
        await self.connection.execute(
            """
            UPDATE listing SET ended_at = clock_timestamp(), ended_kind = $2, ended_cause = 1,
                position = $3
            WHERE listing_id = $1
            """,
            listing_id,
            kind,
            position,
        )
        return position

    @one_act
    async def end_order(self, order_id: UUID, kind: int = ledger.ENDING_KIND_LIFTED) -> int:
        position = await self.act()
        await self.connection.execute(
            """
            UPDATE consumption_order SET ended_at = clock_timestamp(), ended_kind = $2,
                ended_cause = 1, position = $3
            WHERE order_id = $1
            """,
            order_id,
            kind,
            position,
        )
        return position

    @one_act
    async def statement(
        self, obligation_id: UUID, sum_fen: int, good_until: date = date(2099, 12, 31)
    ) -> UUID:
        statement_id, position = uuid4(), await self.act()
        await self.connection.execute(
            "INSERT INTO statement VALUES ($1, $2, $3, $4, '\\x00', $5)",
            statement_id,
            obligation_id,
            sum_fen,
            good_until,
            position,
        )
        return statement_id

    @one_act
    async def repayment(
        self, obligation_id: UUID, amount_fen: int, *, is_reversed: bool = False
    ) -> UUID:
        repayment_id, position = uuid4(), await self.act()
        await self.connection.execute(
            "INSERT INTO repayment VALUES ($1, $2, $3, '2026-02-01', $4, NULL, $5, $6)",
            repayment_id,
            obligation_id,
            amount_fen,
            f"收{position}",
            position if is_reversed else None,
            position,
        )
        return repayment_id

    @one_act
    async def perform(self, obligation_id: UUID) -> int:
        position = await self.act()
        await self.connection.execute(
            "UPDATE obligation SET performed_position = $2, position = $2 WHERE obligation_id = $1",
            obligation_id,
            position,
        )
        return position

    @one_act
    async def task(
        self, *, basis_id: UUID | None = None, obligation_id: UUID | None = None
    ) -> UUID:
        task_id, position = uuid4(), await self.act()
        await self.connection.execute(
            "INSERT INTO task VALUES ($1, $2, $3, $4, $5, $6)",
            task_id,
            ledger.TASK_KIND_EARLY_DELETION,
            COURT,
            basis_id,
            obligation_id,
            position,
        )
        # A task tells since when it is owed: the time of its change.
        await self.connection.execute(
            "INSERT INTO change SELECT $1, incarnation, $2, false, $3, '', $4, $4 FROM ledger_head",
            position,
            ledger.ACT_RECORD_REPAYMENT,
            PAST,
            bytes(32),
        )
        return task_id

    @one_act
    async def close_task(self, task_id: UUID) -> int:
        position = await self.act()
        await self.connection.execute(
            "UPDATE task SET closed_position = $2 WHERE task_id = $1", task_id, position
        )
        return position

    @one_act
    async def unsettle(self, basis_id: UUID, subject_id: UUID) -> int:
        """Keep an ending of the basis that a restore lost."""
        position = await self.act()
        await self.connection.execute(
            "INSERT INTO unsettled_ending VALUES ($1, 1, $2, $3, 'x', 'travel', $4, 1, $5, $6)",
            basis_id,
            subject_id,
            COURT,
            uuid4(),
            uuid4(),
            position,
        )
        return position

    @one_act
    async def settle(self, basis_id: UUID) -> int:
        position = await self.act()
        await self.connection.execute(
            "UPDATE unsettled_ending SET settled_position = $2 WHERE basis_id = $1",
            basis_id,
            position,
        )
        return position

    @one_act
    async def open_incarnation(self, *, lost: int = 0) -> tuple[str, int]:
        """Restore, losing that many positions: a new incarnation begins with the change that says so."""
        previous, head = await self.head()
        restored_head = head - lost
        incarnation, position = uuid4(), restored_head + 1
        body = ledger.ChangeBody(
            incarnation=str(incarnation), position=position, act=ledger.ACT_OPEN_INCARNATION
        )
        body.effects.add().incarnation_opened.MergeFrom(
            ledger.IncarnationOpened(previous_incarnation=previous, restored_head=restored_head)
        )
        await self.connection.execute(
            "INSERT INTO change VALUES ($1, $2, $3, true, clock_timestamp(), $4, $5, $5)",
            position,
            incarnation,
            ledger.ACT_OPEN_INCARNATION,
            body.SerializeToString(),
            bytes(32),
        )
        await self.connection.execute(
            "UPDATE ledger_head SET incarnation = $1, position = $2", incarnation, position
        )
        return str(incarnation), position

    async def case_of(self, obligation_id: UUID) -> str:
        return await self.connection.fetchval(
            """
            SELECT case_number FROM obligation_case WHERE obligation_id = $1
            ORDER BY position, case_number LIMIT 1
            """,
            obligation_id,
        )

    async def _bind(self, subject_id: UUID, document: Document, position: int) -> UUID:
        document_id = uuid4()
        await self.connection.execute(
            "INSERT INTO document VALUES ($1, $2, $3, $4, $5, $6)",
            document_id,
            subject_id,
            document.kind.value,
            document.issuing_state,
            self.sealer.seal(document.number.encode(), f"document/{document_id}"),
            position,
        )
        for key in self.digest_keys:
            await self.connection.execute(
                "INSERT INTO document_digest VALUES ($1, $2, $3)",
                key.epoch,
                digest(document, key),
                document_id,
            )
        return document_id

    def _next_case(self) -> str:
        self._cases += 1
        return f"（2099）{COURT}执{self._cases}号"
