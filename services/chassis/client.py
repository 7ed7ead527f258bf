"""Channels to peers: the transport, keepalive, limits, quick reconnection and a deadline on every call."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc

from chassis.limits import (
    CALL_TIMEOUT_S,
    KEEPALIVE_TIME_MS,
    KEEPALIVE_TIMEOUT_MS,
    MESSAGE_BYTES_MAX,
    RECONNECT_BACKOFF_MS_MAX,
    RECONNECT_BACKOFF_MS_MIN,
)
from chassis.telemetry.tracing import TRACEPARENT_HEADER, running_traceparent
from chassis.tls.files import Material
from chassis.tls.renewing_channel import RenewingChannel
from chassis.tls.transport import Transport, channel_credentials
from chassis.wire.call_id import CALL_ID_HEADER, running_call_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """How a peer is called.

    `timeout_s` is the deadline of a unary call that states none. `idempotent_methods` are full names
    (`courtlist.x.v1.XService/GetX`, or `courtlist.x.v1.XService` for all of it) that gRPC itself
    repeats up to `attempts_max` times on UNAVAILABLE, within the call's deadline.
    """

    timeout_s: float = CALL_TIMEOUT_S
    receive_bytes_max: int = MESSAGE_BYTES_MAX
    send_bytes_max: int = MESSAGE_BYTES_MAX
    idempotent_methods: Sequence[str] = ()
    attempts_max: int = 3


def open_channel(
    target: str,
    settings: ChannelSettings | None = None,
    *,
    transport: Transport,
    host_name: str = "",
    call_credentials: grpc.CallCredentials | None = None,
) -> grpc.aio.Channel:
    """A channel to `target` (`host:port`, `unix:path`, `dns:///…`); it connects at the first call.

    Under TLS only a server whose certificate has `host_name` (else the target's own host) is believed,
    and the channel renews itself when the transport's files change. `call_credentials` are asked anew
    for every attempt of a call; they are never sent in plaintext (AssertionError).
    A call to a peer that is down fails at once with UNAVAILABLE; it does not wait for the peer.
    """
    chosen = settings or ChannelSettings()
    interceptors = [CallDefaults(timeout_s=chosen.timeout_s, word=transport.word)]
    options = _options(chosen)
    if transport.files is None:
        assert call_credentials is None, "what proves a person is not sent in plaintext"
        return grpc.aio.insecure_channel(target, options=options, interceptors=interceptors)
    if host_name:
        options.append(("grpc.ssl_target_name_override", host_name))

    def connect(material: Material) -> grpc.aio.Channel:
        credentials = channel_credentials(material)
        if call_credentials is not None:
            credentials = grpc.composite_channel_credentials(credentials, call_credentials)
        return grpc.aio.secure_channel(
            target, credentials, options=options, interceptors=interceptors
        )

    return RenewingChannel(current=transport.files.current, connect=connect)


class CallDefaults(grpc.aio.UnaryUnaryClientInterceptor):
    """Gives a unary call its default deadline, and the running call's id and trace to join up.

    `word` is metadata by which this process presents itself where no certificate does.
    """

    def __init__(self, *, timeout_s: float, word: Sequence[tuple[str, str]] = ()) -> None:
        assert timeout_s > 0
        self._timeout_s = timeout_s
        self._word = word

    async def intercept_unary_unary(
        self,
        continuation: Callable[[Any, Any], Any],
        client_call_details: grpc.aio.ClientCallDetails,
        request: Any,
    ) -> Any:
        """Pass the call on with what it lacks; nothing that the caller states is changed."""
        given = client_call_details
        metadata = grpc.aio.Metadata(*(given.metadata or ()))
        for key, value in self._word:
            if metadata.get(key) is None:
                metadata.add(key, value)
        call_id = running_call_id()
        if call_id is not None and metadata.get(CALL_ID_HEADER) is None:
            metadata.add(CALL_ID_HEADER, call_id)
        traceparent = running_traceparent()
        if traceparent is not None and metadata.get(TRACEPARENT_HEADER) is None:
            metadata.add(TRACEPARENT_HEADER, traceparent)
        details = grpc.aio.ClientCallDetails(
            method=given.method,
            timeout=self._timeout_s if given.timeout is None else given.timeout,
            metadata=metadata,
            credentials=given.credentials,
            wait_for_ready=given.wait_for_ready,
        )
        return await continuation(details, request)


def _options(settings: ChannelSettings) -> list[tuple[str, Any]]:
    return [
        ("grpc.max_receive_message_length", settings.receive_bytes_max),
        ("grpc.max_send_message_length", settings.send_bytes_max),
        ("grpc.keepalive_time_ms", KEEPALIVE_TIME_MS),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_MS),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.initial_reconnect_backoff_ms", RECONNECT_BACKOFF_MS_MIN),
        ("grpc.min_reconnect_backoff_ms", RECONNECT_BACKOFF_MS_MAX),
        ("grpc.max_reconnect_backoff_ms", RECONNECT_BACKOFF_MS_MAX),
        # Channels to one target would share a connection, and its backoff, across unrelated parts.
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.service_config", json.dumps(_service_config(settings))),
    ]


def _service_config(settings: ChannelSettings) -> dict[str, Any]:
    """The retry policy of gRFC A6; empty where no method is idempotent."""
    if not settings.idempotent_methods:
        return {}
    names = []
    for full_name in settings.idempotent_methods:
        service, _, method = full_name.partition("/")
        names.append({"service": service, "method": method} if method else {"service": service})
    policy = {
        "maxAttempts": settings.attempts_max,
        "initialBackoff": "0.05s",
        "maxBackoff": "0.5s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    return {"methodConfig": [{"name": names, "retryPolicy": policy}]}
