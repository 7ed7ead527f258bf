"""Calls to the services: one channel for each, deadlines, and repetition where that is harmless."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

import grpc

from authority.peer import Peer
from authority.proving_channel import Proofs, ProvingChannel
from chassis.client import ChannelSettings
from chassis.errors import RemoteError
from chassis.wire.status import parse
from cli.acting import Metadata
from cli.errors import Interruption, RemoteFailure, is_outcome_unknown, repetition

Reply = TypeVar("Reply")

_ATTEMPTS_MAX: Final = 5
_BACKOFF_S: Final = 0.1
_BACKOFF_S_MAX: Final = 2.0
# What a process that goes down or is overloaded answers: another one, or the same again, will do.
_PASSING: Final = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED})


class Client:
    """Channels by address, used from plain functions.

    Args:
        timeout_s: deadline of one attempt.
        on_retry: told why, each time a call is repeated.
        proofs: of whoever a call's metadata says makes it.
    """

    def __init__(
        self, *, timeout_s: float, on_retry: Callable[[str], None], proofs: Proofs
    ) -> None:
        self._timeout_s = timeout_s
        self._proofs = proofs
        self._on_retry = on_retry
        self._runner = asyncio.Runner()
        self._channels: dict[str, grpc.aio.Channel] = {}

    def channel(self, address: str, server: Peer) -> grpc.aio.Channel:
        """The channel to `server` at `address`; it connects at the first call."""
        if address not in self._channels:
            settings = ChannelSettings(timeout_s=self._timeout_s)
            self._channels[address] = ProvingChannel(
                address, settings, server=server, proofs=self._proofs
            )
        return self._channels[address]

    def run(self, work: Coroutine[Any, Any, Reply]) -> Reply:
        """Carry out what is asynchronous; Ctrl-C ends it."""
        return self._runner.run(work)

    def call(
        self,
        send: Callable[..., Awaitable[Reply]],
        request: Any,
        *,
        service: str,
        address: str,
        metadata: Metadata = (),
        timeout_s: float | None = None,
    ) -> Reply:
        """One answer. What failed on the way is repeated: the request_id makes that harmless.

        Raises:
            RemoteFailure: the service says no, or does not answer.
            Interruption: Ctrl-C while a write was under way, with the id to repeat it with.
        """
        work = self._call(send, request, service, address, metadata, timeout_s or self._timeout_s)
        try:
            return self.run(work)
        except KeyboardInterrupt:
            request_id = getattr(request, "request_id", "")
            if not request_id:
                raise
            raise Interruption(
                "interrupted: it may have been done, or not",
                next_step=repetition(request_id),
                request_id=request_id,
            ) from None

    def close(self) -> None:
        """Close every channel."""
        for channel in self._channels.values():
            self.run(channel.close())
        self._runner.close()

    async def _call(
        self,
        send: Callable[..., Awaitable[Reply]],
        request: Any,
        service: str,
        address: str,
        metadata: Metadata,
        timeout_s: float,
    ) -> Reply:
        request_id, was_unknown = getattr(request, "request_id", ""), False
        for attempt in range(1, _ATTEMPTS_MAX + 1):
            try:
                return await send(request, metadata=metadata, timeout=timeout_s)
            except grpc.aio.AioRpcError as error:
                remote = parse(error)
                if not _is_passing(remote) or attempt == _ATTEMPTS_MAX:
                    raise RemoteFailure(
                        remote,
                        service=service,
                        address=address,
                        request_id=request_id,
                        was_unknown=was_unknown,
                    ) from error
                # It stays so, whatever the next attempts meet on their way.
                was_unknown = was_unknown or is_outcome_unknown(remote, request_id)
            wait_s = _pause_s(remote, attempt)
            said = remote.reason_name or "no answer"
            self._on_retry(f"{service}: {said}; again in {wait_s:g} s")
            await asyncio.sleep(wait_s)
        raise AssertionError("the last attempt returns or raises")


def _is_passing(remote: RemoteError) -> bool:
    """Whether the same call may go through a little later."""
    return remote.code in _PASSING or remote.reason_name == "OVERLOADED"


def _pause_s(remote: RemoteError, attempt: int) -> float:
    """As long as the service asks for, else a little longer each time."""
    if remote.retry_after_s is not None:
        return min(remote.retry_after_s, _BACKOFF_S_MAX)
    return min(_BACKOFF_S * 2.0 ** (attempt - 1), _BACKOFF_S_MAX)
