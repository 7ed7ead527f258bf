"""Notes of misfits wait for nobody, nobody waits for them, and no fault costs more than a task."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from chassis.stores.faults import store_unavailable
from registry.acts.misfits import NothingToNoteError
from registry.feed.misfit_notes import MisfitNotes
from registry.feed.second_factor import Misfit
from tests.eventually import eventually

BASIS = UUID(int=9)


class Court:
    """A store, an act and a registrar at once. Whoever is noted is known from then on."""

    def __init__(self) -> None:
        self.looks: list[UUID] = []
        self.noted: list[UUID] = []
        self.kept: list[bytes] = []
        self.fault: Exception | None = None
        self.paused = asyncio.Event()
        self.paused.set()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[None]:
        await self.paused.wait()
        yield

    async def is_needed(self, _: None, misfit: Misfit) -> bool:
        self.looks.append(misfit.document_id)
        return misfit.document_id not in self.noted

    async def keep_name(self, _: None, misfit: Misfit) -> None:
        self.kept.append(misfit.spellings[0])

    def act(self, misfit: Misfit) -> Misfit:
        return misfit

    async def perform(self, misfit: Misfit) -> None:
        if self.fault is not None:
            raise self.fault
        self.noted.append(misfit.document_id)


@asynccontextmanager
async def working(court: Court, *, waiting_max: int = 10) -> AsyncIterator[MisfitNotes]:
    double: Any = court
    notes = MisfitNotes(registrar=double, noting=double, postgres=double, waiting_max=waiting_max)
    worker = asyncio.create_task(notes.run())
    yield notes
    assert not worker.done(), "no fault ends the worker"
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker


def misfit(number: int, *bases: UUID) -> Misfit:
    return Misfit(1, UUID(int=number), UUID(int=100 + number), list(bases or (BASIS,)))


async def settled(notes: MisfitNotes, **expected: int) -> None:
    await eventually(lambda: notes.counts == {"opened": 0, "known": 0, "lost": 0, **expected})


async def test_a_burst_on_one_document_is_one_note() -> None:
    court = Court()
    court.paused.clear()
    async with working(court) as notes:
        for _ in range(100):
            notes.note([misfit(1), misfit(2)])
        court.paused.set()
        await settled(notes, opened=2)
        assert court.noted == [UUID(int=1), UUID(int=2)]


async def test_what_a_court_knows_already_begins_no_act() -> None:
    court = Court()
    court.noted = [UUID(int=1)]
    async with working(court) as notes:
        notes.note([misfit(1)])
        await settled(notes, known=1)
        assert court.noted == [UUID(int=1)]


async def test_every_name_that_comes_is_kept_beside_what_is_open() -> None:
    court = Court()
    court.paused.clear()
    async with working(court) as notes:
        for spelling in (b"one", b"other", b"one"):
            notes.note([replace(misfit(1), spellings=(spelling,))])
        court.paused.set()
        await settled(notes, opened=1, known=1)
        await eventually(lambda: court.kept == [b"one", b"other"])


async def test_a_note_that_another_was_faster_with_is_known() -> None:
    court = Court()
    court.fault = NothingToNoteError()
    async with working(court) as notes:
        notes.note([misfit(1)])
        await settled(notes, known=1)


@pytest.mark.parametrize("fault", [store_unavailable(), RuntimeError("测试某人")])
async def test_a_fault_loses_a_task_and_nothing_else(fault: Exception) -> None:
    court = Court()
    court.fault = fault
    with capture_logs() as lines:
        async with working(court) as notes:
            notes.note([misfit(1)])
            await settled(notes, lost=1)
            court.fault = None
            notes.note([misfit(1), misfit(2)])
            await settled(notes, lost=1, opened=2)
    [line] = lines
    assert (line["event"], line["document_id"]) == ("misfit_not_noted", str(UUID(int=1)))
    assert "测试" not in repr(line)


async def test_no_more_wait_than_are_allowed_and_the_rest_is_counted() -> None:
    court = Court()
    court.paused.clear()
    async with working(court, waiting_max=3) as notes:
        for number in range(5):
            notes.note([misfit(number)])
        notes.note([misfit(0)])
        assert notes.counts["lost"] == 2
        court.paused.set()
        await settled(notes, lost=2, opened=3)


async def test_what_refuses_nobody_is_put_before_nobody() -> None:
    court = Court()
    async with working(court) as notes:
        notes.note([Misfit(1, UUID(int=1), UUID(int=101), [])])
        notes.note([misfit(2)])
        await settled(notes, opened=1)
        assert court.looks == [UUID(int=2)]
