"""A fake ledger on a loopback port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc

from courtlist.ledger.v1 import ledger_service_pb2_grpc
from tests.fakes.ledger import FakeLedger


@dataclass
class Served:
    """A fake ledger on a port; it can be stopped and started again on the same one."""

    ledger: FakeLedger
    address: str
    server: grpc.aio.Server | None = None

    async def start(self) -> None:
        self.server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        ledger_service_pb2_grpc.add_LedgerServiceServicer_to_server(self.ledger, self.server)
        port = self.server.add_insecure_port(self.address)
        self.address = f"127.0.0.1:{port}"
        await self.server.start()

    async def stop(self) -> None:
        if self.server is not None:
            await self.server.stop(None)
            self.server = None


@asynccontextmanager
async def served(ledger: FakeLedger) -> AsyncIterator[Served]:
    """Serve a fake ledger on loopback."""
    running = Served(ledger, "127.0.0.1:0")
    await running.start()
    try:
        yield running
    finally:
        await running.stop()
