"""Metrics over plain HTTP, asked by hand-written requests and by the standard library's client."""

import asyncio
import contextlib
import http.client
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest
from prometheus_client import CollectorRegistry

from chassis.metrics import gauge, registry_of
from chassis.telemetry.scrape import serve_metrics
from chassis.tls.transport import PLAINTEXT
from tests.eventually import LIMIT_S


def in_plaintext(registry: CollectorRegistry) -> AbstractAsyncContextManager[str]:
    return serve_metrics("127.0.0.1:0", registry, transport=PLAINTEXT, may_read=lambda _: False)


@pytest.fixture
async def address() -> AsyncIterator[str]:
    registry: CollectorRegistry = registry_of([gauge("answer", "The answer", lambda: 42.0)])
    async with in_plaintext(registry) as bound:
        yield bound


async def ask(address: str, method: str, path: str) -> tuple[int, str, str]:
    def exchange() -> tuple[int, str, str]:
        connection = http.client.HTTPConnection(address, timeout=LIMIT_S)
        connection.request(method, path)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, response.headers["Content-Type"], text

    return await asyncio.to_thread(exchange)


async def test_the_text_that_prometheus_reads_is_served(address: str) -> None:
    status, content_type, text = await ask(address, "GET", "/metrics?all=1")
    assert status == 200
    assert content_type.startswith("text/plain; version=")
    assert "courtlist_answer 42.0" in text
    assert "courtlist_process_cpu_seconds_total" in text


async def test_a_head_request_gets_no_body(address: str) -> None:
    assert await ask(address, "HEAD", "/metrics") == (
        200,
        (await ask(address, "GET", "/metrics"))[1],
        "",
    )


async def test_nothing_else_is_served(address: str) -> None:
    assert (await ask(address, "GET", "/"))[0] == 404
    assert (await ask(address, "POST", "/metrics"))[0] == 405


@pytest.mark.parametrize("sent", [b"GET /metrics", b"\x16\x03\x01" + b"x" * 20_000, b""])
async def test_half_a_request_or_a_flood_hurts_nobody(address: str, sent: bytes) -> None:
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    writer.write_eof()
    # Bytes that were never read make the kernel reset the connection.
    with contextlib.suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), LIMIT_S) == b""
    writer.close()
    assert (await ask(address, "GET", "/metrics"))[0] == 200


async def test_the_loop_turns_while_the_text_is_made() -> None:
    """A scrape that hangs in a reading holds up the next scrape, and nothing else."""
    loop, entered, going_on = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def read() -> float:
        if entered_once:
            loop.call_soon_threadsafe(entered.set)
            asyncio.run_coroutine_threadsafe(going_on.wait(), loop).result(LIMIT_S)
        return 1.0

    entered_once: list[int] = []
    registry = registry_of([gauge("slow", "Slow", read)])
    entered_once.append(1)
    async with in_plaintext(registry) as bound:
        scrape = asyncio.create_task(ask(bound, "GET", "/metrics"))
        await asyncio.wait_for(entered.wait(), LIMIT_S)
        assert not scrape.done()
        going_on.set()
        assert (await scrape)[0] == 200
