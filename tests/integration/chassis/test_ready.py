"""`python -m chassis.ready`, as a container's supervisor runs it."""

import asyncio
from typing import Any

import structlog
from structlog.testing import CapturingLogger

from chassis.ready import ask, execute
from chassis.tls.transport import PLAINTEXT
from tests.integration.chassis.loopback import Loopback, registration, serving

LOG: Any = structlog.wrap_logger(CapturingLogger())


def asked_without_an_argument(server: Loopback) -> int:
    """As in the container, where a process listens on every interface."""
    port = server.address.rpartition(":")[2]
    return execute([], {"COURTLIST_LISTEN": f"0.0.0.0:{port}", "COURTLIST_PLAINTEXT": "true"})


async def test_a_process_is_ready_when_its_health_says_so() -> None:
    async with serving(registration({}), log=LOG) as server:
        assert await ask(server.address, PLAINTEXT) == "NOT_SERVING"
        assert await asyncio.to_thread(asked_without_an_argument, server) == 1
        await server.health.poll()
        assert await ask(server.address, PLAINTEXT) == ""
        assert await asyncio.to_thread(asked_without_an_argument, server) == 0
        server.health.drain()
        assert await ask(server.address, PLAINTEXT) == "NOT_SERVING"


async def test_a_process_that_does_not_answer_is_not_ready() -> None:
    # Port 1 of the loopback interface is nobody's.
    assert await ask("127.0.0.1:1", PLAINTEXT) == "does not answer (UNAVAILABLE)"


def test_whoever_names_no_address_is_told_what_to_give(capsys: Any) -> None:
    assert execute([], {}) == 1
    assert "set COURTLIST_LISTEN" in capsys.readouterr().err
