"""Putting a misfit before the courts: ACT_NOTE_MISFIT, by the registry itself.

A name did not fit the document that a partner asked about. Nobody was refused on it; whether the
document is rightly bound is for those courts to see whose bases would have refused.
"""

from typing import Any, Final
from uuid import UUID

from authority.caller import Actor
from chassis.clock import Clock
from chassis.stores.faults import Connection
from courtlist.ledger.v1 import change_pb2, ledger_service_pb2, position_pb2
from registry.acts.effects import Draft
from registry.desk import Desk
from registry.feed.feed_queries import FeedQueries
from registry.feed.second_factor import Misfit
from registry.plan import Plan
from registry.registrar import Act

THE_REGISTRY: Final = Actor(person_id="registry", role=change_pb2.ROLE_OPERATOR, court_code="")


class NothingToNoteError(Exception):
    """Every court concerned has such a task or has judged this name, or nothing stands on the document."""


class NotingMisfits:
    """Plans for the Registrar: subject, obligations, head, as every act."""

    def __init__(self, *, queries: FeedQueries, clock: Clock) -> None:
        self._queries = queries
        self._clock = clock

    async def is_needed(self, connection: Connection, misfit: Misfit) -> bool:
        """Whether a court has still to be told: one look, before an act is begun for it."""
        return bool(await self._courts(connection, misfit))

    async def keep_name(self, connection: Connection, misfit: Misfit) -> None:
        """Remember the spelling beside the tasks that are open on it, for the judge who closes them."""
        await connection.execute(
            self._queries.keep_misfit_name,
            misfit.document_id,
            misfit.subject_id,
            misfit.spellings[0],
        )

    def act(self, misfit: Misfit) -> Act[ledger_service_pb2.NoteMisfitResponse]:
        """The act; performing it raises NothingToNoteError where it has become needless."""
        return Act(
            kind=change_pb2.ACT_NOTE_MISFIT,
            actor=THE_REGISTRY,
            request=ledger_service_pb2.NoteMisfitRequest(
                document_id=str(misfit.document_id), basis_ids=map(str, misfit.basis_ids)
            ),
            request_id=str(self._clock.uuid()),
            validate_only=False,
            plan=lambda desk: self._plan(desk, misfit),
            answer_type=ledger_service_pb2.NoteMisfitResponse,
        )

    async def _plan(
        self, desk: Desk, misfit: Misfit
    ) -> Plan[ledger_service_pb2.NoteMisfitResponse]:
        """A task for each court, on its oldest basis; one for all that the court has on the subject."""
        await self._hold(desk, misfit)
        draft = Draft(clock=self._clock, now=desk.now)
        for row in await self._courts(desk.connection, misfit):
            draft.open_task(
                change_pb2.TASK_KIND_NAME_MISFIT,
                court_code=row["court_code"],
                basis_id=row["basis_id"],
            )
        if not draft.effects:
            raise NothingToNoteError

        async def answer(
            _: Desk, position: position_pb2.Position
        ) -> ledger_service_pb2.NoteMisfitResponse:
            return ledger_service_pb2.NoteMisfitResponse(position=position)

        return draft.plan(answer)

    async def _hold(self, desk: Desk, misfit: Misfit) -> None:
        """Nothing is bound, unbound or ended until this act is done."""
        connection = desk.connection
        found = await connection.fetch(self._queries.find_bases, misfit.basis_ids)
        await connection.fetch(self._queries.hold_subjects, [misfit.subject_id])
        owed: set[UUID] = {row["obligation_id"] for row in found}
        await connection.fetch(self._queries.hold_obligations, list(owed))

    async def _courts(self, connection: Connection, misfit: Misfit) -> list[Any]:
        return await connection.fetch(
            self._queries.misfit_courts,
            misfit.document_id,
            misfit.subject_id,
            misfit.basis_ids,
            list(misfit.spellings),
        )
