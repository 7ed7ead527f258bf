"""Erasing one subject: looked at again while it is held, and then all of it in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.stores.faults import Connection
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from registry import ledger
from registry.acts.misfits import THE_REGISTRY
from registry.acts.preparing import GOOD_FOR
from registry.erasing.concerns import Concerns
from registry.erasing.queries import ErasingQueries
from registry.importing.batch.appending import Appending
from registry.importing.batch.writing_up import WrittenChange
from registry.law.retention import BasisEnd, Holding, is_past

_HOLDINGS: Final = {
    "has_open_task": Holding.OPEN_TASK,
    "is_unsettled": Holding.UNSETTLED_ENDING,
    "is_restored": Holding.RESTORE,
    "is_being_bound": Holding.WAITING_BINDING,
    "is_imported": Holding.IMPORT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a subject: erased at `position`, or kept by `holdings` past its time, or neither.

    `facts` counts the changes whose facts are gone.
    """

    position: position_pb2.Position | None = None
    facts: int = 0
    holdings: frozenset[Holding] = frozenset()


def is_over(row: Any, *, years: int) -> bool:
    """Whether the time of a subject is past, by a row of `page_of_subjects` or `look_at`."""
    return is_past(
        [BasisEnd(*one) for one in row["bases"]],
        known_at=row["known_at"],
        now=row["now"],
        years=years,
    )


class OneSubject:
    """Lock order as by every act (design §3.2): subject, obligations, the head last."""

    def __init__(
        self, *, queries: ErasingQueries, concerns: Concerns, appending: Appending, years: int
    ) -> None:
        self._queries = queries
        self._concerns = concerns
        self._appending = appending
        self._years = years

    async def erase(self, connection: Connection, subject_id: UUID) -> Outcome:
        """Erase the subject in the caller's transaction, unless it is to be kept."""
        if await connection.fetchval(self._queries.hold_subject, subject_id) is None:
            return Outcome()
        found = await connection.fetch(self._queries.hold_obligations, subject_id)
        row = await connection.fetchrow(self._queries.look_at, subject_id, GOOD_FOR)
        assert row is not None, "the statement always answers"
        holdings = frozenset(holding for column, holding in _HOLDINGS.items() if row[column])
        if not is_over(row, years=self._years):
            return Outcome()
        if holdings:
            return Outcome(holdings=holdings)
        # Whatever concerns the subject waits for it to be let go, or is in the ledger by now.
        while await self._concerns.note(connection):
            pass
        facts = await self._erase(connection, subject_id, [one["obligation_id"] for one in found])
        position = await self._say(connection, subject_id)
        await connection.execute(self._queries.count_erased, facts)
        return Outcome(position=position, facts=facts)

    async def _erase(
        self, connection: Connection, subject_id: UUID, obligation_ids: Sequence[UUID]
    ) -> int:
        """Delete it all; returns how many changes' facts there were."""
        queries = self._queries
        await connection.execute(queries.erase_preparations, subject_id)
        await connection.execute(queries.erase_documents, subject_id)
        bases = await connection.fetch(queries.erase_bases, subject_id)
        debts = await connection.fetch(queries.erase_debts, subject_id, obligation_ids)
        nobodys = [one["obligation_id"] for one in debts]
        tasks = await connection.fetch(queries.erase_obligations, nobodys)
        await connection.execute(queries.erase_subject, subject_id)
        records = [subject_id, *nobodys, *(one["record_id"] for one in (*bases, *tasks))]
        facts: int = await connection.fetchval(queries.erase_facts, records)
        return facts

    async def _say(self, connection: Connection, subject_id: UUID) -> position_pb2.Position:
        """The change that tells followers, at the ledger's head; it has no facts of its own."""
        body = pb.ChangeBody(
            actor=pb.Actor(person_id=THE_REGISTRY.person_id, role=THE_REGISTRY.role),
            act=pb.ACT_ERASE,
            effects=[pb.Effect(subject_erased=pb.SubjectErased(subject_id=str(subject_id)))],
            algorithm=ledger.ALGORITHM,
        )
        written = WrittenChange(body.SerializeToString(deterministic=True), b"", ends=False)
        head, recorded_at = await self._appending.hold_head(connection)
        last = await self._appending.chain(connection, head, recorded_at, pb.ACT_ERASE, [written])
        return position_pb2.Position(incarnation=last.incarnation, position=last.position)
