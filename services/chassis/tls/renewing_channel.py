"""A channel that goes over to a new connection when what it shows has changed, and loses no call."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, Self

import grpc

from chassis.tls.files import Material

# A look at three files costs microseconds, but a follower makes thousands of calls a second.
_LOOK_EVERY_S: Final = 1.0


class RenewingChannel(grpc.aio.Channel):
    """New calls go over the newest connection; those that run on an older one end there by themselves.

    Stubs are made once and never notice. An old connection is closed after its last call.
    """

    def __init__(
        self,
        *,
        current: Callable[[], Material],
        connect: Callable[[Material], grpc.aio.Channel],
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        self._current = current
        self._connect = connect
        self._look_every_s = look_every_s
        self._look_at_s = time.monotonic() + look_every_s
        self._newest = self._open(current())
        self._older: set[_Line] = set()
        # The event loop itself keeps no task alive.
        self._closing: set[asyncio.Task[None]] = set()

    def line(self) -> "_Line":
        """The newest connection."""
        now_s = time.monotonic()
        if now_s >= self._look_at_s:
            self._look_at_s = now_s + self._look_every_s
            material = self._current()
            if material is not self._newest.material:
                old, self._newest = self._newest, self._open(material)
                self._older.add(old)
                old.retire()
        return self._newest

    def _open(self, material: Material) -> "_Line":
        return _Line(material, self._connect(material), self._close_line)

    def _close_line(self, line: "_Line") -> None:
        """Called once, when the last call of a connection that is no longer used has ended."""
        self._older.discard(line)
        closing = asyncio.get_running_loop().create_task(line.channel.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def close(self, grace: float | None = None) -> None:
        """Close every connection; calls are cut after `grace` seconds."""
        lines = [self._newest, *self._older]
        self._older.clear()
        await asyncio.gather(*(one.channel.close(grace) for one in lines), *self._closing)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:  # noqa: FBT001, FBT002
        """The newest connection's."""
        return self._newest.channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """The newest connection's."""
        await self._newest.channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Wait until the newest connection stands."""
        await self._newest.channel.channel_ready()

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        """As of any channel."""
        return _Method(self, lambda channel: channel.unary_unary(*args, **kwargs))

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        """As of any channel."""
        return _Method(self, lambda channel: channel.unary_stream(*args, **kwargs))

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        """As of any channel."""
        return _Method(self, lambda channel: channel.stream_unary(*args, **kwargs))

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        """As of any channel."""
        return _Method(self, lambda channel: channel.stream_stream(*args, **kwargs))


class _Line:
    """One connection and how many calls run on it."""

    def __init__(
        self, material: Material, channel: grpc.aio.Channel, unused: Callable[["_Line"], None]
    ) -> None:
        self.material = material
        self.channel = channel
        self._unused = unused
        self._running = 0
        self._is_retired = False

    def carry(self, call: grpc.aio.Call) -> None:
        """Stay open until the call has ended."""
        self._running += 1
        call.add_done_callback(self._end)

    def retire(self) -> None:
        """No further call comes; `unused` is told when none runs any more."""
        self._is_retired = True
        self._tell_if_unused()

    def _end(self, _: Any) -> None:
        self._running -= 1
        self._tell_if_unused()

    def _tell_if_unused(self) -> None:
        if self._is_retired and not self._running:
            self._unused(self)


class _Method:
    """One method, made for each connection at its first call: stubs are made before any loop runs."""

    def __init__(self, owner: RenewingChannel, make: Callable[[grpc.aio.Channel], Any]) -> None:
        self._owner = owner
        self._make = make
        self._line: _Line | None = None
        self._method: Any = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        line = self._owner.line()
        if line is not self._line:
            self._line, self._method = line, self._make(line.channel)
        call = self._method(*args, **kwargs)
        line.carry(call)
        return call
