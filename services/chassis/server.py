"""A grpc.aio server with limits, keepalive, health and reflection."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from chassis.health import Health
from chassis.limits import (
    CONNECTION_AGE_GRACE_S,
    CONNECTION_CALLS_MAX,
    HANDSHAKE_S,
    KEEPALIVE_PING_MIN_INTERVAL_MS,
    KEEPALIVE_TIME_MS,
    KEEPALIVE_TIMEOUT_MS,
    MESSAGE_BYTES_MAX,
)
from chassis.tls.transport import PLAINTEXT, Transport
from chassis.wire.enduring_server import Unserved, enduring_server, refuse_unserved


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """How a server listens.

    `address` is `host:port` (port 0: any free one) or `unix:path`. A request larger than
    `receive_bytes_max` is answered RESOURCE_EXHAUSTED by gRPC before it is read. `reuse_port` lets
    several workers of one host share the port. Who has not begun to speak `handshake_s` after it connected
    is cut off.
    """

    address: str
    receive_bytes_max: int = MESSAGE_BYTES_MAX
    send_bytes_max: int = MESSAGE_BYTES_MAX
    reuse_port: bool = False
    concurrent_calls_max: int | None = None
    handshake_s: float = HANDSHAKE_S


@dataclass(frozen=True, slots=True)
class Registration:
    """A servicer ready to be added: its full name (`courtlist.x.v1.XService`) and the act of adding.

    `Registration(NAME, partial(x_pb2_grpc.add_XServiceServicer_to_server, servicer))`
    """

    full_name: str
    add: Callable[[grpc.aio.Server], None]


@dataclass(frozen=True, slots=True)
class BoundServer:
    """A server that holds its port but is not started; `port` is 0 for a Unix socket."""

    server: grpc.aio.Server
    port: int


def assemble(
    settings: ServerSettings,
    *,
    services: Sequence[Registration],
    health: Health,
    interceptors: Sequence[Any],
    transport: Transport = PLAINTEXT,
    unserved: Unserved = refuse_unserved,
) -> BoundServer:
    """Build the server and bind its port. `unserved` answers calls of no method of these services.

    Raises RuntimeError if the address cannot be bound.
    """
    server = enduring_server(
        interceptors=interceptors,
        options=_options(settings, transport),
        concurrent_calls_max=settings.concurrent_calls_max,
        unserved=unserved,
    )
    for service in services:
        service.add(server)
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    names = [service.full_name for service in services]
    names.append(health_pb2.DESCRIPTOR.services_by_name["Health"].full_name)
    reflection.enable_server_reflection([*names, reflection.SERVICE_NAME], server)
    credentials = transport.server_credentials()
    if credentials is None:
        port = server.add_insecure_port(settings.address)
    else:
        port = server.add_secure_port(settings.address, credentials)
    return BoundServer(server, 0 if settings.address.startswith("unix:") else port)


def _options(settings: ServerSettings, transport: Transport) -> list[tuple[str, Any]]:
    return [
        ("grpc.max_receive_message_length", settings.receive_bytes_max),
        ("grpc.max_send_message_length", settings.send_bytes_max),
        ("grpc.max_concurrent_streams", CONNECTION_CALLS_MAX),
        ("grpc.so_reuseport", int(settings.reuse_port)),
        ("grpc.server_handshake_timeout_ms", _ms(settings.handshake_s)),
        ("grpc.keepalive_time_ms", KEEPALIVE_TIME_MS),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_MS),
        ("grpc.keepalive_permit_without_calls", 1),
        # Without these the server answers our own clients' keepalive with GOAWAY too_many_pings.
        ("grpc.http2.min_ping_interval_without_data_ms", KEEPALIVE_PING_MIN_INTERVAL_MS),
        ("grpc.http2.max_pings_without_data", 0),
        # GOAWAY: the client makes its next call over another connection, those that run end on this one.
        ("grpc.max_connection_age_ms", _ms(transport.connection_age_s)),
        ("grpc.max_connection_age_grace_ms", _ms(CONNECTION_AGE_GRACE_S)),
    ]


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
