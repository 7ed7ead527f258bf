"""A TCP tunnel that delays what passes, so that a test meets a slow database and a slow network.

Delay is latency, not bandwidth: chunks of one connection keep their order and may be on their way
together, as on a long line; each connection has delays of its own.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_CHUNK_BYTES = 64 * 1024


@dataclass(slots=True)
class Latency:
    """How long a chunk is on its way, one direction.

    Attributes:
        least_ms, most_ms: drawn evenly between them.
        hiccup_ms: added to every `hiccup_every`-th chunk on average; 0 for none.
    """

    least_ms: float = 0.0
    most_ms: float = 0.0
    hiccup_ms: float = 0.0
    hiccup_every: int = 10

    def draw_s(self, rng: random.Random) -> float:
        """One delay in seconds."""
        delay_ms = rng.uniform(self.least_ms, self.most_ms)
        if self.hiccup_ms and rng.randrange(self.hiccup_every) == 0:
            delay_ms += self.hiccup_ms
        return delay_ms / 1000


class SlowTunnel:
    """Listens on a free port of the loopback interface and passes everything on to `port`.

    `latency` and `to_port` may be changed at any time and count for what comes from then on.
    """

    def __init__(self, *, port: int, seed: int) -> None:
        self.latency = Latency()
        self.chunks = 0
        self.to_port = port
        self._rng = random.Random(seed)
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def open(cls, *, port: int, seed: int = 0) -> AsyncIterator["SlowTunnel"]:
        """Serve for the life of the context."""
        tunnel = cls(port=port, seed=seed)
        tunnel._server = await asyncio.start_server(tunnel._accept, "127.0.0.1", 0)
        try:
            yield tunnel
        finally:
            tunnel._server.close()
            tunnel.cut()
            await asyncio.gather(*tunnel._passing, return_exceptions=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def cut(self) -> None:
        """Break every connection; new ones are taken."""
        for task in self._passing:
            task.cancel()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._pass_both(reader, writer), name="tunnel")
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)

    async def _pass_both(
        self, near_reader: asyncio.StreamReader, near_writer: asyncio.StreamWriter
    ) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:
            near_writer.transport.abort()
            return
        ways = [
            asyncio.create_task(self._pass(near_reader, far_writer)),
            asyncio.create_task(self._pass(far_reader, near_writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for writer in (near_writer, far_writer):
                writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction: chunks leave in order, each when it is due; ends after the last one."""
        loop = asyncio.get_running_loop()
        due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due_s, chunk = await due.get()
                await asyncio.sleep(due_s - loop.time())
                if not chunk:
                    return
                writer.write(chunk)
                await writer.drain()

        delivery = asyncio.create_task(deliver())
        last_due_s = 0.0
        try:
            while not delivery.done():
                chunk = await reader.read(_CHUNK_BYTES)
                last_due_s = max(last_due_s, loop.time() + self.latency.draw_s(self._rng))
                due.put_nowait((last_due_s, chunk))
                self.chunks += 1
                if not chunk:
                    await delivery
        finally:
            delivery.cancel()
