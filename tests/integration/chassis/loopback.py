"""A small service of our own on a loopback port: each method shows one behaviour of a handler."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.wrappers_pb2 import StringValue

from chassis.client import ChannelSettings, open_channel
from chassis.clock import SystemClock
from chassis.health import Health
from chassis.interceptors import CallInterceptor, Doorkeeper
from chassis.metrics import CallMetrics
from chassis.server import Registration, ServerSettings, assemble
from chassis.telemetry.call_log import Sampler
from chassis.telemetry.tracing import Tracer
from chassis.tls.transport import PLAINTEXT, Transport

SERVICE = "chassis.test.EchoService"


class OpenHouse:
    """Everybody is let in, and may read the metrics."""

    def door(self, _: str) -> Callable[[Any, Any], Awaitable[None]]:
        async def admit(_request: Any, _context: Any) -> None: ...

        return admit

    def lets_scrape(self, _: str) -> bool:
        return True


Unary = Callable[[StringValue, Any], Awaitable[StringValue]]
Streaming = Callable[[StringValue, Any], Any]


@dataclass
class Loopback:
    """A running server and a channel to it."""

    channel: grpc.aio.Channel
    address: str
    server: grpc.aio.Server
    draining: asyncio.Event
    health: Health
    sampler: Sampler

    async def call(self, method: str, text: str = "", **options: Any) -> str:
        reply = await unary(self.channel, method)(StringValue(value=text), **options)
        return reply.value


def unary(channel: grpc.aio.Channel, method: str) -> Any:
    return channel.unary_unary(
        f"/{SERVICE}/{method}",
        request_serializer=StringValue.SerializeToString,
        response_deserializer=StringValue.FromString,
    )


def stream(channel: grpc.aio.Channel, method: str) -> Any:
    return channel.unary_stream(
        f"/{SERVICE}/{method}",
        request_serializer=StringValue.SerializeToString,
        response_deserializer=StringValue.FromString,
    )


def registration(
    unaries: Mapping[str, Unary], streams: Mapping[str, Streaming] | None = None
) -> Registration:
    codec: dict[str, Any] = {
        "request_deserializer": StringValue.FromString,
        "response_serializer": StringValue.SerializeToString,
    }
    handlers: dict[str, Any] = {
        name: grpc.unary_unary_rpc_method_handler(behaviour, **codec)
        for name, behaviour in unaries.items()
    } | {
        name: grpc.unary_stream_rpc_method_handler(behaviour, **codec)
        for name, behaviour in (streams or {}).items()
    }

    def add(server: grpc.aio.Server) -> None:
        server.add_registered_method_handlers(SERVICE, handlers)

    return Registration(SERVICE, add)


@asynccontextmanager
async def serving(
    service: Registration,
    *,
    log: Any,
    sampler: Sampler | None = None,
    metrics: CallMetrics | None = None,
    tracer: Tracer | None = None,
    settings: ServerSettings | None = None,
    channel_settings: ChannelSettings | None = None,
    transport: Transport = PLAINTEXT,
    doorkeeper: Doorkeeper | None = None,
) -> AsyncIterator[Loopback]:
    draining = asyncio.Event()
    health = Health(ready={}, services=[SERVICE], log=log)
    chosen = sampler or Sampler()
    interceptor = CallInterceptor(
        clock=SystemClock(),
        draining=draining,
        doorkeeper=doorkeeper,
        sampler=chosen,
        metrics=metrics,
        tracer=tracer,
        log=log,
    )
    bound = assemble(
        settings or ServerSettings(address="127.0.0.1:0"),
        services=[service],
        health=health,
        interceptors=[interceptor],
        transport=transport,
        unserved=interceptor.unserved(),
    )
    await bound.server.start()
    address = f"127.0.0.1:{bound.port}"
    channel = open_channel(
        address, channel_settings, transport=transport, host_name=transport.own_name
    )
    try:
        yield Loopback(channel, address, bound.server, draining, health, chosen)
    finally:
        await channel.close(None)
        await bound.server.stop(None)
