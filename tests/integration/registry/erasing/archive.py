"""A registry with two courts, and the worker that erases beside it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from chassis.cache import CacheSettings, PositionedCache
from chassis.clock import SystemClock
from chassis.postgres import Postgres, PostgresSettings
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry.current_keyring import CurrentKeyring
from registry.erasing.concerns import Concerns
from registry.erasing.erasing import Erasing
from registry.erasing.one_subject import OneSubject, Outcome
from registry.erasing.queries import ErasingQueries
from registry.feed.feed_queries import FeedQueries
from registry.feed.ledger_reader import LedgerReader
from registry.importing.wiring import ImportParts
from registry.reading.record_cache import RecordCache
from stack.office import Registry
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse
from tests.registry_server import RegistryServer, registry_server

YEARS = 5
IMPORTS_DAYS = 365
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'registry' ORDER BY 1"
_MOVE = (
    "UPDATE listing SET ended_at = ended_at - $2::interval WHERE subject_id = $1 AND ended_at IS NOT NULL",
    (
        "UPDATE consumption_order SET ended_at = ended_at - $2::interval"
        " WHERE subject_id = $1 AND ended_at IS NOT NULL"
    ),
)


@dataclass
class Archive:
    """The courts' desks, the database beneath them, and who erases there."""

    house: CourtHouse
    server: RegistryServer
    connection: "asyncpg.Connection[asyncpg.Record]"
    postgres: Postgres
    parts: ImportParts

    def erasing(self, **changes: Any) -> Erasing:
        """A worker that begins its first pass; its pages are small."""
        return Erasing(
            **{
                "postgres": self.postgres,
                "appending": self.parts.appending(),
                "forgetting": self.parts.forgetting(),
                "clock": SystemClock(),
                "years": YEARS,
                "imports_kept": timedelta(days=IMPORTS_DAYS),
                "page": 2,
                **changes,
            }
        )

    async def passed(self) -> Erasing:
        """A worker that has looked at everybody."""
        erasing = self.erasing()
        while await erasing.work():
            pass
        return erasing

    async def erase(self, subject_id: str) -> Outcome:
        """What becomes of one subject whose turn it is."""
        queries = ErasingQueries.load()
        one = OneSubject(
            queries=queries,
            concerns=Concerns(queries=queries),
            appending=self.parts.appending(),
            years=YEARS,
        )
        return await self.postgres.transaction(lambda given: one.erase(given, UUID(subject_id)))

    async def free(self, subject_id: str) -> None:
        """Lift what stands against somebody, and end the listings."""
        rows = await self.connection.fetch(
            "SELECT listing_id FROM listing WHERE subject_id = $1 AND ended_at IS NULL",
            UUID(subject_id),
        )
        for row in rows:
            obligation_id = await self.connection.fetchval(
                "SELECT obligation_id FROM listing WHERE listing_id = $1", row["listing_id"]
            )
            await self.house.do(self.house.statement(str(obligation_id)))
            await self.house.do(self.house.payment(str(obligation_id), 10_000))

    async def age(self, subject_id: str, *, days: int) -> None:
        """As if what ended for somebody had ended so many days earlier."""
        interval = f"{days} days"
        for statement in _MOVE:
            await self.connection.execute(
                statement.replace("$2::interval", f"interval '{interval}'"), UUID(subject_id)
            )

    async def long_free(self, **entry: Any) -> rpc.EnterListingResponse:
        """Somebody who was entered, has paid, and was under nothing for longer than the time."""
        entered = await self.house.enter(**entry)
        await self.free(entered.listing.subject_id)
        await self.age(entered.listing.subject_id, days=YEARS * 366 + 2)
        return entered

    async def is_on_record(self, subject_id: str) -> bool:
        found = await self.connection.fetchval(
            "SELECT true FROM subject WHERE subject_id = $1", UUID(subject_id)
        )
        return bool(found)

    async def counts(self) -> Mapping[str, int]:
        """Rows of every table."""
        return {
            row["tablename"]: await self.connection.fetchval(
                f"SELECT count(*) FROM {row['tablename']}"
            )
            for row in await self.connection.fetch(_TABLES)
        }

    async def verified(self) -> Mapping[str, Any]:
        reader = LedgerReader(postgres=self.postgres, queries=FeedQueries.load())
        return await reader.verify_all(self.server.keyring.sealer)


@asynccontextmanager
async def opened(dsn: str, redis_url: str) -> AsyncIterator[Archive]:
    """An archive over a database of its own."""
    settings = PostgresSettings(
        dsn=dsn, schema="registry", application_name="test", size_min=1, only_lookups=True
    )
    async with (
        registry_server(dsn=dsn, redis_url=redis_url) as server,
        Postgres.open(settings) as postgres,
        PositionedCache.open(
            CacheSettings(url=redis_url, prefix="registry"), clock=SystemClock()
        ) as cache,
    ):
        registry = Registry.over(server.channel)
        await registry.enrol(SECOND)
        await registry.enrol(FIRST, higher=SECOND)
        connection = await asyncpg.connect(dsn, server_settings={"search_path": "registry"})
        keyring = CurrentKeyring(server.keyring, path=None)
        house = CourtHouse.over(server, connection)
        parts = ImportParts(
            postgres=postgres,
            keyring=keyring,
            records=RecordCache(cache=cache, sealer=keyring.sealer, clock=SystemClock()),
            clock=SystemClock(),
        )
        try:
            yield Archive(house, server, connection, postgres, parts)
        finally:
            await connection.close()
