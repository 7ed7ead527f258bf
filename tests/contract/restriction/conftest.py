"""The engine's store on a real PostgreSQL, in the schema of one field."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from chassis.postgres import Postgres, PostgresSettings
from restriction.asking.query_store import PostgresQueryStore
from restriction.facts.changes import change_from
from restriction.facts.postgres_store import PostgresStore
from restriction.facts.rebuild_store import PostgresRebuildStore
from restriction.facts.statements import Statements, load_statements
from restriction.facts.store import Batch, Cursor, IndexChange, Place
from restriction.model import Item, Measure
from tests.databases import Schema
from tests.fakes.ledger import FakeLedger
from tests.fakes.travel import SCHEMA, migrate_travel

TRAVEL_ITEMS = frozenset({Item.TRANSPORT, Item.FAST_TRAINS})


@dataclass
class Bench:
    """A store, and a ledger whose changes it is given."""

    postgres: Postgres
    ledger: FakeLedger
    facts: PostgresStore
    rebuild: PostgresRebuildStore
    queries: PostgresQueryStore

    def store_with(self, statements: Statements) -> PostgresStore:
        return PostgresStore(
            postgres=self.postgres,
            statements=statements,
            measure=Measure.ORDER,
            items=TRAVEL_ITEMS,
        )

    async def take(
        self,
        count: int = 500,
        *,
        cursor: Cursor = Cursor.ALL,
        generation: int | None = None,
        store: PostgresStore | None = None,
    ) -> IndexChange:
        """Apply the next `count` changes of a cursor, as the feed would."""
        batch = await self.next_batch(count, cursor=cursor, generation=generation)
        return await (store or self.facts).apply(batch)

    async def next_batch(
        self,
        count: int = 500,
        *,
        cursor: Cursor = Cursor.ALL,
        generation: int | None = None,
    ) -> Batch:
        """The next `count` changes of a cursor."""
        follower = await self.rebuild.read_generation(
            generation or (await self.facts.read_follower()).generation
        )
        assert follower is not None
        after = follower.all if cursor is Cursor.ALL else follower.endings
        stored = [
            one for one in self.ledger.changes[after.number :] if cursor is Cursor.ALL or one.ends
        ][:count]
        changes = [change_from(self.ledger.sent(one)) for one in stored]
        place = Place(changes[-1].position.number, changes[-1].hash) if changes else after
        at_head = place.number == len(self.ledger.changes)
        return Batch(
            generation=follower.generation,
            cursor=cursor,
            after=after,
            changes=changes,
            place=place,
            incarnation=self.ledger.incarnation,
            as_of_at=self.ledger.now() if at_head else None,
            now=self.ledger.now(),
        )


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema("travel", migrate_travel)


@asynccontextmanager
async def _bench(
    database: str, measure: Measure, *, recalls_ended: bool = False
) -> AsyncIterator[Bench]:
    settings = PostgresSettings(dsn=database, schema=SCHEMA, application_name="test", size_min=1)
    async with Postgres.open(settings) as postgres:
        statements = load_statements()
        facts = PostgresStore(
            postgres=postgres,
            statements=statements,
            measure=measure,
            items=TRAVEL_ITEMS if measure is Measure.ORDER else frozenset(),
            recalls_ended=recalls_ended,
        )
        rebuild = PostgresRebuildStore(postgres=postgres, statements=statements, projection=facts)
        queries = PostgresQueryStore(postgres=postgres)
        yield Bench(postgres, FakeLedger(), facts, rebuild, queries)


@pytest.fixture
async def bench(database: str) -> AsyncIterator[Bench]:
    """The store of a field in which orders bind."""
    async with _bench(database, Measure.ORDER) as bench:
        yield bench


@pytest.fixture
async def lender(database: str) -> AsyncIterator[Bench]:
    """The store of a field that is told of listings, and of ended ones, too."""
    async with _bench(database, Measure.LISTING, recalls_ended=True) as bench:
        yield bench
