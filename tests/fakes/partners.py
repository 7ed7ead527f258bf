"""Partners that are pushed to: the stub's own copy and service, in this process, that can be made to fail."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from courtlist.restriction.v1 import partner_service_pb2 as wire
from courtlist.restriction.v1 import partner_service_pb2_grpc, restriction_pb2
from partner.copy import Copy, count
from partner.servicer import Manners, PartnerServicer
from tests.eventually import eventually


@dataclass
class ServedPartner(partner_service_pb2_grpc.PartnerServiceServicer):
    """A partner on a port of its own. What it is told to get wrong may change at any time."""

    folder: Path
    hangs: bool = False
    refuses_every: int = 0
    refused: int = 0
    answers: int | None = None
    """While set, what it says it has applied, whatever is true."""
    series: str | None = None
    """While set, the series that it answers in."""
    applies_at_most: int = 500
    """So many entries of a call, of which it takes `pause_s`."""
    pause_s: float = 0
    loses_answers: int = 0
    """So many answers more are lost after the entries were applied."""
    calls: list[wire.ReceiveRestrictionsRequest] = field(default_factory=list)
    address: str = "127.0.0.1:0"

    def __post_init__(self) -> None:
        self._server: grpc.aio.Server | None = None
        self._copy: Copy | None = None
        self._inner: PartnerServicer | None = None

    async def start(self) -> None:
        self._copy = Copy(self.folder)
        self._inner = PartnerServicer(copy=self._copy, manners=Manners(), draining=asyncio.Event())
        self._server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        partner_service_pb2_grpc.add_PartnerServiceServicer_to_server(self, self._server)
        self.address = f"127.0.0.1:{self._server.add_insecure_port(self.address)}"
        await self._server.start()

    async def stop(self) -> None:
        if self._server is not None and self._copy is not None:
            await self._server.stop(None)
            self._copy.close()
            self._server = None

    async def lose_copy(self) -> None:
        """As after a disk was replaced."""
        await self.stop()
        shutil.rmtree(self.folder)
        await self.start()

    async def ReceiveRestrictions(  # noqa: N802
        self, request: wire.ReceiveRestrictionsRequest, context: Any
    ) -> wire.ReceiveRestrictionsResponse:
        self.calls.append(request)
        if self.hangs:
            await asyncio.Event().wait()
        if self.refuses_every and len(self.calls) % self.refuses_every == 0:
            self.refused += 1
            await context.abort(grpc.StatusCode.UNAVAILABLE, "")
        assert self._inner is not None
        await asyncio.sleep(self.pause_s)
        del request.entries[self.applies_at_most :]
        reply = await self._inner.ReceiveRestrictions(request, context)
        if self.loses_answers and request.entries:
            self.loses_answers -= 1
            await context.abort(grpc.StatusCode.INTERNAL, "")
        if self.answers is not None:
            reply.applied = self.answers
        if self.series is not None:
            reply.series = self.series
        return reply

    def entries(self) -> list[restriction_pb2.RestrictionEntry]:
        """Every entry received, in order, repetitions and all."""
        return [entry for call in self.calls for entry in call.entries]

    def applied(self, of: str = "travel") -> int:
        return count(self.folder).get(of, {"applied": 0})["applied"]

    def restrictions(self, of: str = "travel") -> set[str]:
        assert self._copy is not None
        rows = self._copy._connection.execute(
            "SELECT restriction_id FROM restriction WHERE field = ?", (of,)
        )
        return {restriction_id for (restriction_id,) in rows}

    async def reaches(self, number: int) -> None:
        await eventually(lambda: self.applied() >= number)


def numbers(entries: Sequence[restriction_pb2.RestrictionEntry]) -> list[int]:
    return [entry.number for entry in entries]
