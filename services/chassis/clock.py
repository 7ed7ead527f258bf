"""The only source of now and of ids, so that tests can hold them still."""

import secrets
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time and ids. Wall time names instants that are kept; monotonic time measures waits."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never goes back."""

    def uuid(self) -> uuid.UUID:
        """A fresh id: UUIDv7 (RFC 9562 §5.7), so that ids sort about as they were made."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never goes back."""
        return time.monotonic()

    def uuid(self) -> uuid.UUID:
        """A fresh UUIDv7; index pages of neighbouring rows stay neighbours in Postgres."""
        return _uuid7(time.time_ns() // 1_000_000, secrets.randbits(74))


class HeldClock:
    """A clock for tests: it moves only when told, and its ids count up from 1."""

    def __init__(self, at: datetime) -> None:
        assert at.tzinfo is not None, "a held clock needs an aware instant"
        self._at = at.astimezone(UTC)
        self._monotonic_s = 0.0
        self._ids = 0

    def now(self) -> datetime:
        """The instant it was last set to, plus what it was advanced by."""
        return self._at

    def monotonic(self) -> float:
        """The seconds it was advanced by; `set` does not move it, as with a real clock."""
        return self._monotonic_s

    def uuid(self) -> uuid.UUID:
        """The next id: its random bits are a counter."""
        self._ids += 1
        return _uuid7(int(self._at.timestamp() * 1000), self._ids)

    def set(self, at: datetime) -> None:
        """Move the wall clock to `at`, forward or back."""
        assert at.tzinfo is not None, "a held clock needs an aware instant"
        self._at = at.astimezone(UTC)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass on both clocks."""
        assert seconds >= 0, "time does not run backwards; use set()"
        self._at += timedelta(seconds=seconds)
        self._monotonic_s += seconds


def _uuid7(unix_ms: int, random_bits: int) -> uuid.UUID:
    """48 bits of milliseconds, version 7, 12 random bits, variant 10, 62 random bits."""
    high = (unix_ms & (1 << 48) - 1) << 16 | 0x7 << 12 | random_bits >> 62 & 0xFFF
    low = 0b10 << 62 | random_bits & (1 << 62) - 1
    return uuid.UUID(int=high << 64 | low)
