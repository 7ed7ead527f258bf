"""A clock that the test holds, for gates, registry and PostgreSQL alike."""

import time
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg

from chassis.clock import HeldClock, SystemClock

_CLOCKS_OF_POSTGRES: Final = {
    "now": "STABLE",
    "transaction_timestamp": "STABLE",
    "statement_timestamp": "STABLE",
    "clock_timestamp": "VOLATILE",
}


class TownClock(HeldClock):
    """Tells what it is told to, but waits are real, because work in the background goes on.

    Ids are a running machine's: two lives may meet at one Valkey.
    """

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self._system = SystemClock()

    def monotonic(self) -> float:
        """The machine's."""
        return time.monotonic()

    def uuid(self) -> UUID:
        """The machine's."""
        return self._system.uuid()


async def hold_postgres(dsn: str) -> None:
    """From here on the database at `dsn`, and whatever is cloned from it, tells a clock that is held.

    The registry's clock is its database's: there, every function that tells the time reads a table. Takes a superuser.
    """
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("CREATE TABLE public.held_clock (held_at timestamptz NOT NULL)")
        await connection.execute("INSERT INTO public.held_clock VALUES (now())")
        for name, volatility in _CLOCKS_OF_POSTGRES.items():
            await connection.execute(
                f"ALTER FUNCTION pg_catalog.{name}() RENAME TO machine_{name};"
                f"CREATE FUNCTION pg_catalog.{name}() RETURNS timestamptz LANGUAGE sql {volatility}"
                " AS 'SELECT held_at FROM public.held_clock'"
            )
    finally:
        await connection.close()


class Clocks:
    """The gates' clock and the registry's, which may differ by a few minutes."""

    def __init__(self, at: datetime, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.gates = TownClock(at)
        self.registry = TownClock(at)
        self._connection = connection
        self._apart = timedelta()

    @property
    def now(self) -> datetime:
        """The registry's."""
        return self.registry.now()

    async def move_to(self, at: datetime) -> None:
        """Let time pass until `at`; it never goes back."""
        assert at >= self.now, "time does not run backwards"
        await self._connection.execute("UPDATE public.held_clock SET held_at = $1", at)
        self.registry.set(at)
        self.gates.set(at + self._apart)

    async def set_apart(self, by: timedelta) -> None:
        """The gates' clock is ahead of the registry's by so much from now on."""
        self._apart = by
        await self.move_to(self.now)
