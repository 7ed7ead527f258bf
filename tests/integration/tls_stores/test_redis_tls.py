"""Redis over TLS: a server that does not prove itself is no cache at all, and costs nobody an answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis.exceptions import RedisError

from chassis.cache import CacheSettings, PositionedCache
from chassis.clock import SystemClock
from tests.integration.tls_stores import servers
from tests.integration.tls_stores.conftest import Papers
from tests.integration.tls_stores.servers import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")


@asynccontextmanager
async def cache(url: str) -> AsyncIterator[PositionedCache]:
    settings = CacheSettings(url=url, prefix="test:tls:", timeout_s=2.0)
    async with PositionedCache.open(settings, clock=SystemClock()) as opened:
        yield opened


def url_of(address: str, ca: Path) -> str:
    return f"rediss://:{PASSWORD}@{address}/0?ssl_ca_certs={ca}"


async def test_a_value_is_kept_and_found_under_tls(redis_address: str, papers: Papers) -> None:
    async with cache(url_of(redis_address, papers.ca)) as opened:
        assert await opened.put("kept", 7, b"seven", ttl_s=60)
        assert await opened.get("kept") == (7, b"seven")
        assert opened.counts.faults == 0


async def test_a_server_of_another_ca_is_no_cache(redis_address: str, papers: Papers) -> None:
    await _refused(url_of(redis_address, papers.stranger))


async def test_a_server_with_the_certificate_of_another_host_is_no_cache(
    redis_program: Path, papers: Papers
) -> None:
    async with servers.redis(
        redis_program, certificate=papers.elsewhere, client_ca=papers.ca
    ) as address:
        await _refused(url_of(address, papers.ca))


async def test_a_server_without_tls_is_no_cache(valkey_server: str, papers: Papers) -> None:
    await _refused(url_of(urlsplit(valkey_server).netloc.rpartition("@")[2], papers.ca))


async def test_a_client_without_tls_is_not_answered(redis_address: str) -> None:
    await _refused(f"redis://:{PASSWORD}@{redis_address}/0")


async def _refused(url: str) -> None:
    async with cache(url) as opened:
        assert not await opened.put("kept", 9, b"nine", ttl_s=60)
        assert await opened.get("kept") is None
        assert opened.counts.faults == 2
        with pytest.raises((RedisError, OSError)):
            await opened.ping()
