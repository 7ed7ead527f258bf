"""The registry's schema, for a reader with a cache on real servers."""

from collections.abc import AsyncIterator

import pytest

from chassis.cache import CacheSettings
from tests.contract.registry.reading import Reading, migrate_registry, reading
from tests.databases import Schema
from tests.eventually import LIMIT_S


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema("registry", migrate_registry)


@pytest.fixture
def cache_settings(valkey_server: str, redis_prefix: str) -> CacheSettings:
    return CacheSettings(url=valkey_server, prefix=redis_prefix, timeout_s=LIMIT_S)


@pytest.fixture
async def court(database: str, cache_settings: CacheSettings) -> AsyncIterator[Reading]:
    async with reading(database, cache_settings=cache_settings) as opened:
        yield opened
