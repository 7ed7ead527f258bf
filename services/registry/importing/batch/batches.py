"""Entering a batch of sound rows: one short transaction, the ledger's head last and for milliseconds.

Everything that can be made before the head is held is made before: rows are matched, decided, sealed
and encoded. Under the head, positions are put behind them, the chain is hashed, and all is copied in.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

import asyncpg

from authority.caller import Actor
from chassis.clock import Clock
from chassis.stores.faults import Connection
from chassis.work.turns import in_turns
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.importing.batch.appending import Appended, Appending
from registry.importing.batch.deciding import Deciding, Entering, Refused, There, Verdict
from registry.importing.batch.matching import Matching, RecordMovedError
from registry.importing.batch.writing_up import RowToWrite, WritingJob, WrittenUp, write_up
from registry.importing.labour import Labour
from registry.importing.papers.claims import Claim
from registry.importing.queries import ImportQueries
from registry.importing.steps import ImportStep
from registry.law.days import legal_day
from registry.registrar import MEETING_POINTS
from registry.sealing import Sealer

R = TypeVar("R")

_ATTEMPTS_MAX: Final = 5
_DECIDED_AT_ONCE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of one import that are entered together.

    `actor` is the president who signed at `signed_position`, or who approved a completed row.
    """

    import_id: UUID
    actor: Actor
    claims: Sequence[Claim]
    signed_position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDone:
    """What a batch came to. `appended` is None where no row was entered."""

    verdicts: Sequence[Verdict]
    appended: Appended | None


Settle: TypeAlias = Callable[[Connection, Sequence[Verdict]], Awaitable[None]]
"""Stores what became of the rows, in the transaction that enters them."""


class Batches:
    """Enters batches in a caller's transaction."""

    def __init__(
        self,
        *,
        queries: ImportQueries,
        matching: Matching,
        appending: Appending,
        labour: Labour,
        sealer: Sealer,
        clock: Clock,
        on_step: Callable[[ImportStep], None] = lambda _: None,
    ) -> None:
        self._queries = queries
        self._matching = matching
        self._appending = appending
        self._labour = labour
        self._sealer = sealer
        self._clock = clock
        self._on_step = on_step

    async def enter(
        self,
        connection: Connection,
        batch: Batch,
        settle: Settle,
        before_the_head: Callable[[], Awaitable[None]],
    ) -> BatchDone:
        """Enter what can be entered; the transaction is the caller's to commit.

        `before_the_head` is awaited when all is ready, so that batches enter in their order.

        Raises RecordMovedError, and asyncpg.UniqueViolationError at a meeting point: begin anew.
        """
        now: datetime = await connection.fetchval(self._queries.begin_batch)
        excerpt = await self._matching.hold(connection, batch.claims, legal_day(now))
        deciding = Deciding(
            excerpt=excerpt, court_code=batch.actor.court_code, clock=self._clock, now=now
        )
        # The batch before may hold the head, and waits for its answers on this loop.
        claims = in_turns(batch.claims, every=_DECIDED_AT_ONCE)
        verdicts = [deciding.decide(claim) async for claim in claims]
        entering = [one for one in verdicts if isinstance(one, Entering)]
        written = await self._write_up(batch, entering, now)
        await settle(connection, verdicts)
        self._on_step(ImportStep.MATCHED)
        await before_the_head()
        appended = None
        if entering:
            act = pb.ACT_IMPORT_LISTING
            appended = await self._appending.append(connection, act, entering, written)
        return BatchDone(verdicts=verdicts, appended=appended)

    async def _write_up(
        self, batch: Batch, entering: Sequence[Entering], now: datetime
    ) -> WrittenUp:
        job = WritingJob(
            court_code=batch.actor.court_code,
            person_id=batch.actor.person_id,
            role=batch.actor.role,
            now=now,
            sealer=self._sealer,
            rows=[RowToWrite.of(one) for one in entering],
        )
        return await self._labour.run(write_up, job)


class CrowdedError(Exception):
    """Others entered some of the same people or cases first, each time anew."""


async def until_alone(
    attempt: Callable[[], Awaitable[R]], turn: Callable[[], Awaitable[None]]
) -> R:
    """The attempt's result, begun anew after `turn` where somebody entered the same person or case
    first: it finds then what the first made. Raises CrowdedError.
    """
    for _ in range(_ATTEMPTS_MAX):
        try:
            return await attempt()
        except RecordMovedError:
            pass
        except asyncpg.UniqueViolationError as conflict:
            if conflict.constraint_name not in MEETING_POINTS:
                raise
        await turn()
    raise CrowdedError


def settled_columns(
    verdicts: Sequence[Verdict],
) -> tuple[list[int], list[int], list[Any], list[Any]]:
    """Row numbers, outcomes (registry.v1 RowOutcome), problems as JSON, and listings of verdicts."""
    numbers, outcomes, problems, listings = [], [], [], []
    for one in verdicts:
        outcome, problem, listing_id = _settled(one)
        numbers.append(one.claim.row_number)
        outcomes.append(outcome)
        problems.append(problem)
        listings.append(listing_id)
    return numbers, outcomes, problems, listings


def moved_from(outcome: int, verdicts: Sequence[Verdict]) -> list[int]:
    """What the counts of outcomes, from ENTERED to SOUND, gain and lose by these verdicts."""
    moved = [0] * rpc.ROW_OUTCOME_SOUND
    for one in verdicts:
        moved[outcome - 1] -= 1
        moved[_settled(one)[0] - 1] += 1
    return moved


def _settled(verdict: Verdict) -> tuple[int, str | None, UUID | None]:
    match verdict:
        case Entering():
            return rpc.ROW_OUTCOME_ENTERED, None, verdict.listing_id
        case There():
            return rpc.ROW_OUTCOME_ALREADY_THERE, None, verdict.listing_id
        case Refused():
            one = verdict.refusal
            problem = json.dumps([[one.field, one.reason, one.text]], ensure_ascii=False)
            return rpc.ROW_OUTCOME_REJECTED, problem, None
