"""Misfits on their way to the courts, off the path of the confirmations that found them.

One worker takes them one after the other. What waits is in memory only, one note a document and name: a
burst of checks opens one task, and what is lost with the process, or refused by the store, is only a task
that the next misfit opens.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.logs import describe_fault
from chassis.postgres import Postgres
from registry.acts.misfits import NothingToNoteError, NotingMisfits
from registry.feed.second_factor import Misfit
from registry.registrar import Registrar

WAITING_MAX: Final = 1000
"""Documents and names that wait for their turn."""

_OPENED: Final = "opened"
_KNOWN: Final = "known"
_LOST: Final = "lost"


class MisfitNotes:
    """Takes notes without waiting, and opens the courts' tasks one act at a time."""

    def __init__(
        self,
        *,
        registrar: Registrar,
        noting: NotingMisfits,
        postgres: Postgres,
        waiting_max: int = WAITING_MAX,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._registrar = registrar
        self._noting = noting
        self._postgres = postgres
        self._waiting_max = waiting_max
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._waiting: dict[tuple[UUID, bytes], Misfit] = {}
        self._woken = asyncio.Event()
        self._counts = dict.fromkeys((_OPENED, _KNOWN, _LOST), 0)

    @property
    def counts(self) -> Mapping[str, int]:
        """Notes by what became of them: task opened, known already, lost."""
        return dict(self._counts)

    def note(self, misfits: Iterable[Misfit]) -> None:
        """Remember them; those on which nobody could have been refused are passed over."""
        for misfit in misfits:
            if not misfit.basis_ids:
                continue
            key = (misfit.document_id, misfit.spellings[0])
            if key not in self._waiting and len(self._waiting) >= self._waiting_max:
                self._counts[_LOST] += 1
                continue
            self._waiting[key] = misfit
            self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._waiting:
                await self._open(self._waiting.pop(next(iter(self._waiting))))

    async def _open(self, misfit: Misfit) -> None:
        try:
            became = await self._perform(misfit)
        except Exception as error:  # noqa: BLE001 - whatever it is, no more than a task is lost
            became = _LOST
            self._log.warning(
                "misfit_not_noted",
                document_id=str(misfit.document_id),
                fault=describe_fault(error),
            )
        self._counts[became] += 1

    async def _perform(self, misfit: Misfit) -> str:
        became = await self._put_before_courts(misfit)
        async with self._postgres.connection() as connection:
            await self._noting.keep_name(connection, misfit)
        return became

    async def _put_before_courts(self, misfit: Misfit) -> str:
        async with self._postgres.connection() as connection:
            if not await self._noting.is_needed(connection, misfit):
                return _KNOWN
        try:
            await self._registrar.perform(self._noting.act(misfit))
        except NothingToNoteError:
            return _KNOWN
        return _OPENED
