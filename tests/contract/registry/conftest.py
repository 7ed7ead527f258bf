"""The registry's schema, and each test once for every reader of the record."""

from collections.abc import AsyncIterator

import pytest

from chassis.cache import CacheSettings
from tests.contract.registry.reading import Reading, migrate_registry, reading
from tests.databases import Schema
from tests.eventually import LIMIT_S


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema("registry", migrate_registry)


@pytest.fixture(params=["uncached", "cached"])
async def court(
    request: pytest.FixtureRequest, database: str, valkey_server: str, redis_prefix: str
) -> AsyncIterator[Reading]:
    settings = CacheSettings(url=valkey_server, prefix=redis_prefix, timeout_s=LIMIT_S)
    async with reading(
        database, cache_settings=settings if request.param == "cached" else None
    ) as opened:
        yield opened
