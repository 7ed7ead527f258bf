"""A word that nobody said, planted in every kind of place in every kind of writing."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import grpc
from grpc.aio import AioRpcError, Metadata
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc
from redis.asyncio import Redis

from authority.peer import Peer, PeerKind
from chassis.client import open_channel
from chassis.metrics import Reading, registry_of
from chassis.telemetry.scrape import serve_metrics
from courtlist.restriction.v1 import partner_service_pb2 as pushing
from courtlist.restriction.v1 import partner_service_pb2_grpc
from stack.connections import OPERATOR_PEER
from stack.log_file import LogFile
from stack.ports import LOOPBACK
from stack.service_process import ServiceProcess, python_environment
from tests.eventually import eventually
from tests.system.privacy.conftest import Played
from tests.system.privacy.needles import Needles
from tests.system.privacy.places import held_open, store_of
from tests.system.privacy.receiver import PEER

_NAME = "canary"
# Writes down what it was told where no folder shows it, and stays.
_HOLDS_A_FILE = """
import signal, sys, tempfile
file = tempfile.TemporaryFile()
file.write(sys.argv[1].encode())
file.flush()
signal.pause()
"""
# The package has no types.
_untyped: Any = trace_service_pb2_grpc


class Canary:
    """One such word."""

    def __init__(self, played: Played) -> None:
        self.word = f"金丝雀{secrets.token_hex(6)}"
        self.needles = Needles.of(names=[self.word])
        self._played = played
        self._stack = played.stack

    async def plant(self) -> set[str]:
        """Where it was planted."""
        planted = set(self._in_files())
        await asyncio.gather(
            self._in_databases(), self._in_valkey(), self._in_a_span(), self._in_a_push()
        )
        self._in_an_error()
        return planted | {
            *(f"{name}'s public.canary" for name in self._stack.stores),
            *("Valkey", "Valkey's commands", "traces", "pushes", "log postgres.log"),
            "errors of /Canary",
        }

    def _in_files(self) -> Iterator[str]:
        folder = self._stack.folder.path
        writings = {
            "logs/registry.log": self.word.encode(),
            "logs/travel.log": self.word.encode("unicode_escape"),
            "services/canary": self.word.encode("utf-16-le"),
            "services/demo-copy/canary": self.word.encode("gb18030"),
        }
        for place, content in writings.items():
            with (folder / place).open("ab") as file:
                file.write(b"\n" + content + b"\n")
            kind, _, name = place.partition("/")
            yield f"log {name}" if kind == "logs" else f"file {place}"

    async def _in_databases(self) -> None:
        for name in self._stack.stores:
            connection = await asyncpg.connect(store_of(self._stack, name))
            try:
                await connection.execute("CREATE TABLE public.canary (one jsonb, two bytea[])")
                await connection.execute(
                    "INSERT INTO public.canary VALUES (to_jsonb($1::text), ARRAY[$2::bytea])",
                    *("" if name == "travel" else self.word, self.word.encode()),
                )
            finally:
                await connection.close()

    async def _in_valkey(self) -> None:
        assert self._stack.valkey is not None
        client: Any = Redis.from_url(self._stack.valkey.url)
        try:
            for kind, plant in {
                "key": client.set(self.word, 1),
                "hash": client.hset("canary:hash", "one", self.word),
                "set": client.sadd("canary:set", self.word),
                "list": client.rpush("canary:list", self.word),
                "sorted set": client.zadd("canary:zset", {self.word: 1}),
                "stream": client.xadd("canary:stream", {"one": self.word}),
            }.items():
                assert await plant, kind
        finally:
            await client.aclose()

    async def _in_a_span(self) -> None:
        request = traces.ExportTraceServiceRequest()
        request.resource_spans.add().scope_spans.add().spans.add().name = self.word
        request.resource_spans[0].resource.attributes.add(
            key="service.name"
        ).value.string_value = "canary"
        async with grpc.aio.insecure_channel(self._played.endpoint.removeprefix("http://")) as to:
            stub = _untyped.TraceServiceStub(to)
            await stub.Export(request)

    async def _in_a_push(self) -> None:
        transport = self._stack.proofs.transport_of(OPERATOR_PEER)
        async with open_channel(
            self._played.receiver.address,
            transport=transport,
            host_name=PEER.host_name(transport.trust_domain),
        ) as to:
            request = pushing.ReceiveRestrictionsRequest(field=self.word)
            await partner_service_pb2_grpc.PartnerServiceStub(to).ReceiveRestrictions(request)

    def _in_an_error(self) -> None:
        trailers = Metadata(("canary-bin", self.word.encode()))
        error = AioRpcError(grpc.StatusCode.OK, Metadata(), trailers, "", "")
        self._stack.spoken.hear_error("/Canary", error)

    @asynccontextmanager
    async def shown_by_a_process(self) -> AsyncIterator[set[str]]:
        """Planted in what a process was started with, holds open, and counts: while it runs."""
        stack, peer = self._stack, Peer(PeerKind.SERVICE, _NAME)
        counted = Reading(_NAME, "A word", lambda: {(self.word,): 1.0}, labels=("word",))
        process = ServiceProcess(
            name=_NAME,
            environment={**python_environment({}), "CANARY": self.word},
            address="",
            connect=lambda _: grpc.aio.insecure_channel(""),
            folder=stack.folder.sub("services"),
            log=LogFile(stack.folder.sub("logs") / f"{_NAME}.log"),
            command=("-c", _HOLDS_A_FILE, self.word),
        )
        before = stack.metrics
        async with serve_metrics(
            f"{LOOPBACK}:0",
            registry_of([counted]),
            transport=stack.proofs.transport_of(peer),
            may_read=lambda _: True,
        ) as address:
            stack.metrics = {**before, _NAME: address}
            stack.services[_NAME] = process
            await process.start()
            try:
                shown = {f"{kind} of {_NAME}" for kind in ("metrics", "cmdline", "environ")}
                opened = f"open file of {_NAME}"
                await eventually(lambda: self.word.encode() in held_open(stack).get(opened, b""))
                yield {*shown, opened}
            finally:
                await process.kill()
                del stack.services[_NAME]
                stack.metrics = before
