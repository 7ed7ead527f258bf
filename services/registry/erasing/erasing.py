"""Erasing on schedule: everybody on record is looked at once a day, a page at a time.

What is over is found again by looking, so nothing else is kept, and what was cut off is not lost.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import asyncpg
import structlog
from prometheus_client.registry import Collector

from chassis.clock import Clock
from chassis.logs import describe_fault
from chassis.metrics import Labels, Reading, gauge
from chassis.postgres import Postgres
from registry.acts.preparing import GOOD_FOR
from registry.erasing.concerns import Concerns
from registry.erasing.one_subject import OneSubject, Outcome, is_over
from registry.erasing.queries import ErasingQueries
from registry.erasing.waiting import Waiting
from registry.importing.batch.appending import Appending
from registry.law.retention import IMPORT_DAYS_DEFAULT, Holding, answers_kept_since
from registry.plan import Touched
from registry.reading.forgetting import Forgetting

PAGE: Final = 500
"""Subjects looked at, or rows forgotten, at once."""
IMPORTS_KEPT: Final = timedelta(days=IMPORT_DAYS_DEFAULT)
LOOK_AGAIN_S: Final = 24 * 3600.0
"""From the end of a pass to the next: what is kept is kept for years."""
_FIRST: Final = UUID(int=0)
# A preparation is refused as too old well before it goes.
_PREPARATIONS_KEPT: Final = GOOD_FOR + timedelta(days=1)


class Erasing:
    """Erases subject by subject.

    Since the start, `erased` counts subjects, `facts` changes whose facts are gone, `failed` subjects
    to which something unforeseen refers. `held` are those past their time that something keeps, as the
    last whole pass found them.
    """

    def __init__(
        self,
        *,
        postgres: Postgres,
        appending: Appending,
        forgetting: Forgetting,
        clock: Clock,
        years: int,
        imports_kept: timedelta = IMPORTS_KEPT,
        page: int = PAGE,
    ) -> None:
        """`postgres` is of the role that may erase; what is over is kept for `years`, and what waits of
        imports for `imports_kept`.
        """
        self._postgres = postgres
        self._forgetting = forgetting
        self._clock = clock
        self._years = years
        self._page = page
        self._queries = ErasingQueries.load()
        self._concerns = Concerns(queries=self._queries)
        self._one = OneSubject(
            queries=self._queries, concerns=self._concerns, appending=appending, years=years
        )
        self._waiting = Waiting(
            postgres=postgres, queries=self._queries, kept=imports_kept, page=page
        )
        self._log = structlog.get_logger()
        self._after = _FIRST
        self._over: list[UUID] = []
        self._found: Counter[Holding] = Counter()
        self._passed_s = clock.monotonic()
        self._rests_until_s = float("-inf")
        self.held: Mapping[Holding, int] = {}
        self.erased = 0
        self.facts = 0
        self.failed = 0

    async def work(self) -> bool:
        """One subject, or one page of them; False while there is nothing to do."""
        if self._over:
            await self._erase(self._over.pop())
            return True
        if await self._postgres.transaction(self._concerns.note):
            return True
        if self._clock.monotonic() < self._rests_until_s:
            return False
        if await self._look():
            return True
        await self._end_pass()
        return False

    async def _look(self) -> bool:
        """Find those of the next page whose time is past; False behind the last page."""
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._queries.page_of_subjects, self._after, self._page)
        if rows:
            self._over = [row["subject_id"] for row in rows if is_over(row, years=self._years)]
            self._after = rows[-1]["subject_id"]
        return bool(rows)

    async def _erase(self, subject_id: UUID) -> None:
        # Before it is gone: by its documents it is known what a cache may hold.
        keys = await self._forgetting.keys_of(Touched(subject_ids=frozenset((subject_id,))))
        try:
            outcome: Outcome = await self._postgres.transaction(
                lambda connection: self._one.erase(connection, subject_id)
            )
        except asyncpg.IntegrityConstraintViolationError as error:
            self.failed += 1
            self._log.error(
                "subject_not_erased", subject_id=str(subject_id), fault=describe_fault(error)
            )
            return
        self._found.update(outcome.holdings)
        if outcome.position is not None:
            self.erased += 1
            self.facts += outcome.facts
            await self._forgetting.drop(keys, outcome.position)

    async def _end_pass(self) -> None:
        """Forget what waits or answers for nobody any more; then rest, and begin at the first again."""
        await self._waiting.expire()
        async with self._postgres.connection() as connection:
            now = await connection.fetchval(self._queries.clock)
            await self._all_of(
                lambda: connection.execute(
                    self._queries.forget_preparations, _PREPARATIONS_KEPT, self._page
                )
            )
            before = answers_kept_since(now, years=self._years)
            await connection.execute(self._queries.forget_file_names, before)
            await self._all_of(
                lambda: connection.execute(self._queries.forget_answers, before, self._page)
            )
        self.held, self._found = dict(self._found), Counter()
        self._after = _FIRST
        self._passed_s = self._clock.monotonic()
        self._rests_until_s = self._passed_s + LOOK_AGAIN_S
        self._log.info("all_were_looked_at", erased=self.erased, held=sum(self.held.values()))

    async def _all_of(self, forget: Callable[[], Awaitable[str]]) -> None:
        """Forget batches until one is not full."""
        while int((await forget()).rpartition(" ")[2]) >= self._page:
            pass

    def collectors(self) -> Sequence[Collector]:
        """What was erased, what is kept past its time, and whether anybody looks."""

        def erased() -> Mapping[Labels, float]:
            return {
                ("subjects",): self.erased,
                ("facts",): self.facts,
                ("failed",): self.failed,
                ("imports",): self._waiting.expired,
            }

        return (
            Reading(
                "erased",
                "Subjects erased since the start, changes whose facts went with them, subjects to which "
                "something unforeseen refers, and imports that waited for too long",
                erased,
                labels=("what",),
                counter=True,
            ),
            Reading(
                "erasure_held",
                "Subjects past their time that something keeps, as the last whole pass found them",
                lambda: {(one.value,): float(self.held.get(one, 0)) for one in Holding},
                labels=("by",),
            ),
            gauge(
                "erasure_pass_age_seconds",
                "Since the last time that everybody on record was looked at, or since the start",
                lambda: self._clock.monotonic() - self._passed_s,
            ),
        )
