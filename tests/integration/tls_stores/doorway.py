"""A way to a server on which whoever connects is let wait for its first word."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from stack.ports import LOOPBACK

_CHUNK_BYTES = 64 * 1024


class Doorway:
    """Passes everything on to a port; what comes back waits until `opens` is set. It never says goodbye."""

    def __init__(self, port: int) -> None:
        self.opens = asyncio.Event()
        self.address = ""
        self._port = port
        self._since_s: dict[asyncio.StreamWriter, float] = {}

    @classmethod
    @asynccontextmanager
    async def before(cls, port: int) -> AsyncIterator["Doorway"]:
        """Stand before a port for the life of the context."""
        doorway = cls(port)
        server = await asyncio.start_server(doorway._let_in, LOOPBACK, 0)
        doorway.address = f"{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
        try:
            yield doorway
        finally:
            doorway.opens.set()
            server.close()

    def longest_wait_s(self) -> float:
        """Of those who wait still."""
        now_s = asyncio.get_running_loop().time()
        return max((now_s - since_s for since_s in self._since_s.values()), default=0.0)

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(LOOPBACK, self._port)
        self._since_s[writer] = asyncio.get_running_loop().time()
        answering = asyncio.create_task(self._answer(there, writer))
        try:
            await _pass_on(reader, back)
        finally:
            self._since_s.pop(writer, None)
            answering.cancel()
            back.close()
            writer.close()

    async def _answer(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.opens.wait()
        await _pass_on(there, writer)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while content := await reader.read(_CHUNK_BYTES):
            writer.write(content)
            await writer.drain()
