"""A service of Courtlist as a process: `python -m NAME`, ready when its health says so."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2

from chassis.client import ChannelSettings
from chassis.health import READY
from stack.log_file import LogFile
from stack.process import Process

_SOURCES = Path(__file__).resolve().parents[1]
_READY_LIMIT_S = 60.0
_PROBE_LIMIT_S = 1.0
_PASSED_ON = ("COURTLIST_", "OTEL_")


class NotReadyError(Exception):
    """The service answers, and says that it is not ready."""


def python_environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return what every Python process of the stack gets, from what the supervisor was given.

    Our own settings and OpenTelemetry's are passed on, nothing else of the surroundings is: what
    runs here runs alike from any terminal.
    """
    passed = {name: value for name, value in given.items() if name.startswith(_PASSED_ON)}
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(_SOURCES), **passed}


class ServiceProcess:
    """One service.

    Args:
        name: of its package.
        command: what Python runs in place of `-m NAME`; empty for that.
        environment: all the environment it gets.
        address: `host:port` where it will serve.
        connect: opens a channel to it, by somebody whom it answers on its health.
        folder: its working directory.
        log: its log.
        restart: bring it back whenever it dies.
        secrets: folder of the files that hold its passwords; None: its environment does.
    """

    def __init__(
        self,
        *,
        name: str,
        environment: Mapping[str, str],
        address: str,
        connect: Callable[[ChannelSettings], grpc.aio.Channel],
        folder: Path,
        log: LogFile,
        command: tuple[str, ...] = (),
        restart: bool = False,
        secrets: Path | None = None,
    ) -> None:
        self.address = address
        self._connect = connect
        self.process = Process(
            name=name,
            command=[sys.executable, *(command or ("-m", name))],
            environment=environment,
            folder=folder,
            log=log,
            restart=restart,
            secrets=secrets,
        )

    async def start(self) -> None:
        """Start; returns at once."""
        await self.process.start()

    async def wait_ready(self, limit_s: float = _READY_LIMIT_S) -> float:
        """Return, in seconds, how long it took until the service was ready.

        Raises:
            ProcessError: it is not; the message ends with its log.
        """
        return await self.process.wait_ready(self.probe, limit_s)

    async def stop(self) -> None:
        """Drain and end."""
        await self.process.stop()

    async def kill(self) -> None:
        """SIGKILL."""
        await self.process.kill()

    async def probe(self) -> None:
        """Ask its health; raises when it is not ready."""
        # A channel of its own each time: one that was refused waits before it tries again.
        async with self._connect(ChannelSettings(timeout_s=_PROBE_LIMIT_S)) as channel:
            check = channel.unary_unary(
                "/grpc.health.v1.Health/Check",
                request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
                response_deserializer=health_pb2.HealthCheckResponse.FromString,
            )
            answer = await check(health_pb2.HealthCheckRequest(service=READY))
        if answer.status != health_pb2.HealthCheckResponse.SERVING:
            raise NotReadyError(health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status))
