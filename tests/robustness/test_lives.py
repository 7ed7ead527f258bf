"""Lives drawn at random, and every answer of every gate held against an oracle written from the law alone.

COURTLIST_ROBUSTNESS_LOOPS=200 .venv/bin/python -m pytest -s tests/robustness/test_lives.py
COURTLIST_LIVES_SEED=17 ...     one life, the one of that seed, cut down to the acts that its failure needs
"""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.backends import embedded_postgres, embedded_valkey
from tests.databases import Databases, Schema
from tests.robustness.lives.difference import DifferenceError
from tests.robustness.lives.life import Step, Tally, drawn, first_day, first_page, live, shrunk
from tests.robustness.lives.town import migrate_town, open_town
from tests.robustness.loops import LOOPS

pytestmark = pytest.mark.asyncio(loop_scope="module")

_STEPS = 40
_ONE = os.environ.get("COURTLIST_LIVES_SEED", "")
# Two in `make test`, 199 in `make robustness`: a life takes some eight seconds.
_SEEDS = [int(_ONE)] if _ONE else list(range(1, max(2, LOOPS - 1) + 1))


@dataclass
class Servers:
    """Real back ends of which this test holds the clock."""

    databases: Databases
    redis_url: str

    async def live(self, seed: int, steps: Sequence[Step], tally: Tally) -> None:
        """One life in a town of its own."""
        dsn = await self.databases.fresh(Schema("town", migrate_town))
        try:
            async with open_town(
                dsn=dsn, redis_url=self.redis_url, at=first_day(seed), book=first_page(seed)
            ) as town:
                await live(town, steps, tally)
        finally:
            await self.databases.drop(dsn)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers() -> AsyncIterator[Servers]:
    """Its own, because a server's clock is held by a superuser."""
    async with AsyncExitStack() as stack:
        postgres = await stack.enter_async_context(embedded_postgres())
        valkey = await stack.enter_async_context(embedded_valkey())
        yield Servers(Databases(postgres.dsn), valkey.url)


@pytest.mark.timeout(3600)
async def test_every_answer_in_any_life_is_the_laws(servers: Servers) -> None:
    tally = Tally()
    for seed in _SEEDS:
        steps = drawn(seed, _STEPS)
        try:
            await servers.live(seed, steps, tally)
        except DifferenceError as difference:
            pytest.fail(f"seed {seed}:\n{await _cut_down(servers, seed, steps, difference)}")
    print(f"{len(_SEEDS)} lives, {tally.acts} acts, {tally.checks} checks")


async def _cut_down(
    servers: Servers, seed: int, steps: Sequence[Step], difference: DifferenceError
) -> str:
    """The difference, by the fewest acts where one life was asked for."""
    found = [difference]

    async def fails(fewer: Sequence[Step]) -> bool:
        try:
            await servers.live(seed, fewer, Tally())
        except DifferenceError as another:
            found.append(another)
            return True
        return False

    if _ONE:
        await shrunk(steps, fails)
    return str(found[-1])
