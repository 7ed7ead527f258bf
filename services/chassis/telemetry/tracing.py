"""Trace headers (W3C Trace Context, level 1), carried whether or not anything collects traces.

Only `traceparent` is: ids and flags in a fixed form. `tracestate` and baggage may hold anything a
caller likes, and go no further. Nor does a `traceparent` in which 15 figures stand in a row: it could be
somebody's number, and goes into logs and to the collector. The trace begins anew here.
"""

import re
from contextvars import ContextVar
from typing import Final, Protocol

import grpc

TRACEPARENT_HEADER: Final = "traceparent"

_TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_NUMBER: Final = re.compile(r"[0-9]{15}")

_RUNNING: ContextVar[str | None] = ContextVar("chassis_traceparent", default=None)


class Span(Protocol):
    """One call of ours in a trace."""

    @property
    def traceparent(self) -> str:
        """What calls made on its behalf carry."""

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits."""

    def end(self, code: grpc.StatusCode, reason: str) -> None:
        """The call was answered; `reason` is the name of an ErrorReason, or empty."""


class Tracer(Protocol):
    """Makes spans."""

    def begin(self, method: str, traceparent: str | None) -> Span:
        """A span for a call of `method` (`/package.Service/Method`), within the caller's trace."""


def well_formed(header: str | bytes) -> str | None:
    """The header if it is one that the standard allows in version 00 and holds nobody's number, else None."""
    if not isinstance(header, str) or not _TRACEPARENT.fullmatch(header):
        return None
    return None if may_hold_a_number(header) else header


def may_hold_a_number(trace_or_span: str) -> bool:
    """Whether 15 figures stand in a row: of random ids in one or two of a hundred."""
    return _NUMBER.search(trace_or_span) is not None


def set_running_traceparent(traceparent: str | None) -> None:
    """What calls to peers carry from here on, in this task and everything it starts."""
    _RUNNING.set(traceparent)


def running_traceparent() -> str | None:
    """What a call to a peer carries, if anything."""
    return _RUNNING.get()
