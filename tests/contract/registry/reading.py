"""Both readers of the record over one database, and acts that are told to the cache as a writer does."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg

from chassis.cache import CacheSettings, PositionedCache
from chassis.clock import Clock, SystemClock
from chassis.migrate import MigrationSettings, load_migrations, migrate
from chassis.postgres import Postgres, PostgresSettings
from chassis.wire.pages import PageTokens
from courtlist.ledger.v1 import position_pb2
from document import Document, parse
from registry.plan import Touched
from registry.reading.cached_reads import CachedReads
from registry.reading.forgetting import Forgetting
from registry.reading.freshness import Place
from registry.reading.reads import PostgresReads, Reads
from registry.reading.record_cache import RecordCache
from registry.reading.search import ListingSearch
from registry.reading.views import Views
from tests.builders import digest_key, passport, resident_id
from tests.contract.registry.seed import Seed

SCHEMA: Final = "registry"
KEYS: Final = (digest_key(1),)
TODAY: Final = date(2026, 11, 1)


def id_card(serial: int = 0) -> Document:
    """A resident identity card of nobody."""
    return parse("RESIDENT_ID", "", resident_id(serial=serial), TODAY)


def foreign_passport(serial: int = 0) -> Document:
    """A passport of nobody."""
    return parse("PASSPORT", "FRA", passport(serial), TODAY)


async def migrate_registry(dsn: str) -> None:
    """Bring an empty database to the registry's schema."""
    await migrate(
        load_migrations("registry", "sql/migrations"), MigrationSettings(dsn=dsn, schema=SCHEMA)
    )


@dataclass(frozen=True)
class Reading:
    """`reads` is what is tested; `primary` always asks Postgres; `seed` writes behind both."""

    reads: Reads
    primary: PostgresReads
    cache: RecordCache | None
    raw_cache: PositionedCache | None
    forget: Forgetting | None
    seed: Seed

    async def head(self) -> Place:
        """Where the ledger stands."""
        incarnation, position = await self.seed.head()
        return Place(UUID(incarnation), position)

    async def told(
        self,
        *,
        listings: Iterable[UUID] = (),
        orders: Iterable[UUID] = (),
        subjects: Iterable[UUID] = (),
    ) -> None:
        """What a writer does between commit and answer, for an act at the present head."""
        if self.forget is None:
            return
        incarnation, position = await self.seed.head()
        await self.forget(
            Touched(
                listing_ids=frozenset(listings),
                order_ids=frozenset(orders),
                subject_ids=frozenset(subjects),
            ),
            position_pb2.Position(incarnation=incarnation, position=position),
        )


@asynccontextmanager
async def reading(
    dsn: str, *, cache_settings: CacheSettings | None = None, clock: Clock | None = None
) -> AsyncIterator[Reading]:
    """Readers over the database at `dsn`, through a cache where its settings are given."""
    clock = clock or SystemClock()
    settings = PostgresSettings(dsn=dsn, schema=SCHEMA, application_name="test", size_min=1)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": SCHEMA})
    seed = Seed(connection, digest_keys=KEYS)
    try:
        await seed.courts()
        async with Postgres.open(settings) as postgres:
            primary = _primary(postgres, seed)
            if cache_settings is None:
                yield Reading(primary, primary, None, None, None, seed)
                return
            async with PositionedCache.open(cache_settings, clock=clock) as raw:
                cache = RecordCache(cache=raw, sealer=seed.sealer, clock=clock)
                yield Reading(
                    reads=CachedReads(inner=primary, cache=cache, digest_keys=KEYS, clock=clock),
                    primary=primary,
                    cache=cache,
                    raw_cache=raw,
                    forget=Forgetting(
                        postgres=postgres, cache=cache, sealer=seed.sealer, digest_keys=KEYS
                    ),
                    seed=seed,
                )
    finally:
        await connection.close()


def _primary(postgres: Postgres, seed: Seed) -> PostgresReads:
    views = Views(sealer=seed.sealer)
    search = ListingSearch(
        postgres=postgres,
        views=views,
        digest_keys=KEYS,
        page_tokens=PageTokens(keys=lambda: [b"page-token-key-of-tests"]),
    )
    return PostgresReads(postgres=postgres, views=views, search=search, digest_keys=KEYS)
