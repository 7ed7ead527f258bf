"""A registry, a court and an importer of their own for each test."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest

from registry.law.days import legal_day
from tests.integration.registry.importing.bureau import COURT, OTHER, Bureau, importer
from tests.registry_server import registry_server


@pytest.fixture
async def idle(database: str, valkey_server: str) -> AsyncIterator[Bureau]:
    """A court whose go-live day is today, and no importer."""
    async with registry_server(dsn=database, redis_url=valkey_server) as server:
        connection = await asyncpg.connect(database, server_settings={"search_path": "registry"})
        bureau = Bureau(
            server=server,
            dsn=database,
            redis_url=valkey_server,
            connection=connection,
            today=legal_day(datetime.now(UTC)),
        )
        for court in (COURT, OTHER):
            await bureau.registry.enrol(court)
        await bureau.go_live()
        yield bureau
        await connection.close()


@pytest.fixture
async def bureau(idle: Bureau) -> AsyncIterator[Bureau]:
    """The same with an importer at work; at the end the ledger verifies."""
    async with importer(dsn=idle.dsn, redis_url=idle.redis_url, keyring=idle.server.keyring):
        yield idle
    await idle.verify()
