"""Undoing an import as a whole: what it brought and still stands is revoked, void from the start."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from chassis.clock import Clock
from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from registry import ledger
from registry.acts.effects import Draft
from registry.importing.batch.appending import Appending
from registry.importing.batch.writing_up import WrittenChange
from registry.importing.found import ImportRecord
from registry.importing.queries import ImportQueries
from registry.importing.steps import ImportStep
from registry.importing.telling import Telling
from registry.plan import Touched
from registry.records import ListingRecord, OrderRecord, UnsettledRecord

BATCH_LISTINGS: Final = 250
_KIND: Final = pb.ENDING_KIND_REVOKED
_CAUSE: Final = pb.ENDING_CAUSE_IMPORT_UNDONE
_FACTS: Final = b"courtlist.registry.v1.Import\x00"


class Undoing:
    """Revokes listings in the order of their rows; a killed importer goes on where it was."""

    def __init__(
        self,
        *,
        postgres: Postgres,
        queries: ImportQueries,
        appending: Appending,
        telling: Telling,
        clock: Clock,
        on_step: Callable[[ImportStep], None] = lambda _: None,
    ) -> None:
        self._postgres = postgres
        self._queries = queries
        self._appending = appending
        self._telling = telling
        self._clock = clock
        self._on_step = on_step

    async def work(self, record: ImportRecord) -> bool:
        """Undo one batch; False if nothing was left."""

        async def work(connection: Connection) -> "_Undone":
            return await self._undo(connection, record)

        undone = await self._postgres.transaction(work)
        self._on_step(ImportStep.UNDONE)
        if undone.position is not None:
            self._telling.tell_ended(undone.touched, undone.position)
        return undone.has_rows

    async def _undo(self, connection: Connection, record: ImportRecord) -> "_Undone":
        import_id = record.import_id
        progress = await connection.fetchrow(self._queries.undo_progress, import_id)
        assert progress is not None, "an import stays in the record"
        found = await connection.fetch(
            self._queries.entered_rows, import_id, progress["undone_row"], BATCH_LISTINGS
        )
        if not found:
            return _Undone(has_rows=False)
        drafts = await self._drafts(connection, found)
        position = None
        if drafts:
            position = await self._append(connection, record, progress["undone_by"], drafts)
        moved = await connection.fetchval(
            self._queries.move_undone,
            import_id,
            progress["undone_row"],
            found[-1]["row_number"],
            len(found),
            None if position is None else position.position,
        )
        if moved is None:
            raise MovedElsewhereError
        touched = _all_touched(draft.touched() for draft in drafts)
        return _Undone(has_rows=True, position=position, touched=touched)

    async def _drafts(self, connection: Connection, found: Sequence[Any]) -> list[Draft]:
        """One act for each listing that still stands, or left its order standing when it ended; what
        ended otherwise is left as it ended.
        """
        subject_ids = sorted({row["subject_id"] for row in found})
        obligation_ids = sorted({row["obligation_id"] for row in found})
        now = await connection.fetchval(self._queries.begin_batch)
        # Held as by every act that ends something, so that no payment ends it at the same moment.
        await connection.execute(self._queries.lock_subjects, subject_ids)
        await connection.execute(self._queries.lock_obligations, obligation_ids)
        listing_ids = [row["listing_id"] for row in found]
        standing = {
            row["listing_id"]: ListingRecord(**row)
            for row in await connection.fetch(self._queries.standing_listings, listing_ids)
        }
        orders: dict[UUID, list[OrderRecord]] = defaultdict(list)
        for row in await connection.fetch(self._queries.standing_orders, listing_ids):
            orders[row["listing_id"]].append(OrderRecord(**row))
        bases = [*listing_ids, *(one.order_id for some in orders.values() for one in some)]
        unsettled = {
            row["basis_id"]: UnsettledRecord(**row)
            for row in await connection.fetch(self._queries.unsettled_endings, bases)
        }
        tasks: dict[UUID, list[UUID]] = defaultdict(list)
        for row in await connection.fetch(self._queries.tasks_on_bases, bases):
            tasks[row["basis_id"]].append(row["task_id"])
        drafts = []
        of_subject: dict[UUID, Draft] = {}
        for row in found:
            listing_id = row["listing_id"]
            draft = Draft(clock=self._clock, now=now)
            _revoke(draft, standing.get(listing_id), orders[listing_id], unsettled)
            if not draft.effects:
                continue
            of_subject[row["subject_id"]] = draft
            settled = {effect.task_closed.task_id for effect in draft.effects}
            for basis_id in (listing_id, *(one.order_id for one in orders[listing_id])):
                for task_id in tasks[basis_id]:
                    if str(task_id) not in settled:
                        draft.close_task(task_id)
            drafts.append(draft)
        for row in await connection.fetch(
            self._queries.documents_told, list(of_subject), list(standing), _CAUSE
        ):
            # Their other bases go on; what this import alone said of them does not bind anybody to these.
            of_subject[row["subject_id"]].unbind(row["document_id"], row["subject_id"])
        return drafts

    async def _append(
        self, connection: Connection, record: ImportRecord, undone_by: str, drafts: Sequence[Draft]
    ) -> position_pb2.Position:
        actor = pb.Actor(person_id=undone_by, role=pb.ROLE_PRESIDENT, court_code=record.court_code)
        changes = [_written(draft, record.import_id, actor) for draft in drafts]
        head, recorded_at = await self._appending.hold_head(connection)
        placed = [
            (position, row)
            for position, draft in enumerate(drafts, head.position + 1)
            for row in draft.rows
        ]
        await self._appending.end(connection, placed)
        last = await self._appending.chain(
            connection, head, recorded_at, pb.ACT_END_IMPORTED, changes
        )
        return position_pb2.Position(incarnation=last.incarnation, position=last.position)


class MovedElsewhereError(Exception):
    """Another importer has undone these rows: look anew where it is."""


class _Undone:
    """What a batch came to."""

    def __init__(
        self,
        *,
        has_rows: bool,
        position: position_pb2.Position | None = None,
        touched: Touched | None = None,
    ) -> None:
        self.has_rows = has_rows
        self.position = position
        self.touched = touched or Touched()


def _revoke(
    draft: Draft,
    listing: ListingRecord | None,
    orders: Iterable[OrderRecord],
    unsettled: dict[UUID, UnsettledRecord],
) -> None:
    """As RevokeListing does it (LP Art 9): void from the start, with the order that came with it.

    An order can outlive its listing, which ends with its term; `listing` is None then.
    """
    if listing is not None:
        draft.end_listing(listing, kind=_KIND, cause=_CAUSE)
        if listing.listing_id in unsettled:
            draft.settle(unsettled[listing.listing_id], upheld=True)
    for order in orders:
        draft.end_order(order, kind=_KIND, cause=_CAUSE)
        if order.order_id in unsettled:
            draft.settle(unsettled[order.order_id], upheld=True)


def _written(draft: Draft, import_id: UUID, actor: pb.Actor) -> WrittenChange:
    """The change of one listing; its facts are no more than the import's id."""
    salt, facts = os.urandom(ledger.SALT_BYTES), _FACTS + str(import_id).encode()
    body = pb.ChangeBody(
        actor=actor,
        act=pb.ACT_END_IMPORTED,
        effects=draft.effects,
        facts_commitment=ledger.commitment(salt, facts),
        algorithm=ledger.ALGORITHM,
    )
    ends = ledger.is_ending(draft.effects)
    return WrittenChange(body.SerializeToString(deterministic=True), salt + facts, ends)


def _all_touched(parts: Iterable[Touched]) -> Touched:
    found = list(parts)
    return Touched(
        listing_ids=frozenset(id_ for one in found for id_ in one.listing_ids),
        order_ids=frozenset(id_ for one in found for id_ in one.order_ids),
        subject_ids=frozenset(id_ for one in found for id_ in one.subject_ids),
    )
