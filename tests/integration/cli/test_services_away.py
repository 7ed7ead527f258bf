"""A service that hangs, breaks off, speaks another release or is left by whoever waits for it."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from stack.service_process import python_environment
from tests.integration.cli.doubles import REPAY, Court, error, profile_of, repaid, run, serving

_AWAY = (grpc.StatusCode.UNAVAILABLE, "failed to connect to all addresses")
_BROKEN_OFF = (grpc.StatusCode.UNAVAILABLE, "recvmsg:Connection reset by peer")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.client._BACKOFF_S", 0.001)


class _Deaf:
    """Takes connections and says nothing, or something that is no gRPC."""

    def __init__(self, says: bytes = b"") -> None:
        self._says = says
        self.is_called = asyncio.Event()
        self._lines: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def listening(self, folder: Path) -> AsyncIterator[Path]:
        """Yields a profile that names it."""
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        try:
            yield profile_of(folder, server.sockets[0].getsockname()[1])
        finally:
            server.close()
            for line in self._lines:
                line.close()
            await server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.append(writer)
        await reader.read(1)
        self.is_called.set()
        if self._says:
            writer.write(self._says)
            writer.close()


def _told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    said = capsys.readouterr()
    assert said.err == ""
    told: dict[str, Any] = json.loads(said.out)["error"]
    assert told["nextStep"]
    return told


@pytest.mark.parametrize("last", [_AWAY, error("STORE_UNAVAILABLE", retry_after_s=0.01)])
async def test_what_may_have_been_done_stays_so_while_the_service_is_away(
    last: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    court = Court(_BROKEN_OFF, *[last] * 4)
    assert await repaid(court, tmp_path) == 7
    told = _told(capsys)
    assert told["metadata"]["requestId"] == court.requests[0].request_id
    assert court.requests[0].request_id in told["nextStep"]


async def test_what_is_refused_after_a_connection_broke_off_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await repaid(Court(_BROKEN_OFF, error("UNLAWFUL")), tmp_path) == 1
    assert _told(capsys)["reason"] == "UNLAWFUL"


@pytest.mark.parametrize(("arguments", "code"), [(REPAY, 7), (("tasks", "--json"), 3)])
async def test_a_service_that_hangs_is_waited_for_no_longer_than_is_said(
    arguments: tuple[str, ...], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with _Deaf().listening(tmp_path) as profile:
        assert await run(profile, *arguments, "--timeout", "0.2") == code
    assert _told(capsys)["reason"] == "DEADLINE_EXCEEDED"


async def test_what_is_no_service_at_all_is_not_reached(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with _Deaf(b"HTTP/1.1 400 Bad Request\r\n\r\n").listening(tmp_path) as profile:
        assert await run(profile, *REPAY) == 3
    assert "registry" in _told(capsys)["message"]


async def test_an_older_release_is_told_from_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(lambda _: None, tmp_path) as profile:
        assert await run(profile, "tasks", "--json") == 6
    told = _told(capsys)
    assert "release" in told["message"]
    assert "courtlist status" in told["nextStep"]


async def test_whoever_interrupts_an_act_is_told_how_to_learn_its_outcome(tmp_path: Path) -> None:
    deaf = _Deaf()
    async with deaf.listening(tmp_path) as profile:
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cli", *REPAY, "--profile", str(profile)),
            env=python_environment({}),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(30):
            await deaf.is_called.wait()
            running.send_signal(signal.SIGINT)
            out, err = await running.communicate()
    assert (running.returncode, err) == (130, b"")
    told = json.loads(out)["error"]
    assert told["metadata"]["requestId"] in told["nextStep"]
