"""Redis over TLS: a server that does not prove itself is no cache at all, and costs nobody an answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis.exceptions import RedisError

from chassis.cache import CacheSettings, PositionedCache
from chassis.clock import SystemClock
from tests.eventually import LIMIT_S, eventually
from tests.integration.tls_stores import servers
from tests.integration.tls_stores.conftest import Papers
from tests.integration.tls_stores.doorway import Doorway
from tests.integration.tls_stores.servers import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")


@asynccontextmanager
async def cache(url: str, timeout_s: float = LIMIT_S) -> AsyncIterator[PositionedCache]:
    settings = CacheSettings(url=url, prefix="test:tls:", timeout_s=timeout_s)
    async with PositionedCache.open(settings, clock=SystemClock()) as opened:
        yield opened


def url_of(address: str, ca: Path) -> str:
    return f"rediss://:{PASSWORD}@{address}/0?ssl_ca_certs={ca}"


async def test_a_value_is_kept_and_found_under_tls(redis_address: str, papers: Papers) -> None:
    async with cache(url_of(redis_address, papers.ca)) as opened:
        assert await opened.put("kept", 7, b"seven", ttl_s=60)
        assert await opened.get("kept") == (7, b"seven")
        assert opened.counts.faults == 0


async def test_a_connection_that_takes_longer_to_make_than_an_answer_may_is_made_beside(
    redis_address: str, papers: Papers
) -> None:
    async with Doorway.before(int(redis_address.rpartition(":")[2])) as doorway:
        settings = CacheSettings(url=url_of(doorway.address, papers.ca), prefix="test:slow")
        async with PositionedCache.open(settings, clock=SystemClock()) as opened:

            async def has_waited() -> bool:
                assert await opened.get("kept") is None
                return doorway.longest_wait_s() > 4 * settings.timeout_s

            await eventually(has_waited)
            doorway.opens.set()
            # And it ends in good order, though nobody answers that.
            await eventually(lambda: opened.put("kept", 1, b"one", ttl_s=60))


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
    # Who does not speak TLS says nothing at all, and is waited for.
    async with cache(url, timeout_s=2.0) as opened:
        assert not await opened.put("kept", 9, b"nine", ttl_s=60)
        assert await opened.get("kept") is None
        assert opened.counts.faults == 2
        with pytest.raises((RedisError, OSError)):
            await opened.ping()
