"""Connections to one service's schema, and transactions that fail in a way a caller can act on."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self, TypeVar

import asyncpg
import structlog
from asyncpg.pool import PoolConnectionProxy
from asyncpg.transaction import Transaction

from chassis.clock import Clock, SystemClock
from chassis.limits import (
    TRANSACTION_ATTEMPTS_MAX,
    TRANSACTION_BACKOFF_S,
    TRANSACTION_IDLE_S_MAX,
)
from chassis.stores.awaiting import STARTING_S, connected
from chassis.stores.faults import (
    RETRYABLE,
    Connection,
    disbelief_in,
    is_store_fault,
    outcome_unknown,
    store_unavailable,
    told,
)

T = TypeVar("T")
# A statement's plan is kept no longer: one made while a table was empty reads all of it when it is full, until
# the server happens to analyse it. Preparing again costs a connection two round trips a statement and minute.
_PLANS_KEPT_S: Final = 60
# Under load something is always heard, and asking costs nothing; in a pause it costs one round trip.
_SILENCE_S_MAX: Final = 0.5
# While one is not believed: between two attempts to connect, and between two lines in the log.
_DISBELIEF_PAUSE_S: Final = 0.05
_DISBELIEF_SAID_S: Final = 10.0
Isolation = Literal["read_committed", "repeatable_read", "serializable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresSettings:
    """How a service reaches its schema.

    Every wait ends: `connect_timeout_s` for one connection attempt, `acquire_timeout_s` for a free
    connection, `lock_timeout_s` and `statement_timeout_s` in the server, `command_timeout_s` in the
    client (longer than the server's, so that the server's clearer answer comes first).

    `only_lookups` is for a pool whose every statement finds its rows by key: each is planned once and
    for indexes. Planning such a statement anew took seven times as long as running it, and a plan
    made while a table was small must not read the whole of it when it has grown.
    """

    dsn: str = field(repr=False)  # holds the password
    schema: str
    application_name: str
    size_min: int = 2
    size_max: int = 10
    connect_timeout_s: float = 2.0
    acquire_timeout_s: float = 2.0
    lock_timeout_s: float = 5.0
    statement_timeout_s: float = 10.0
    command_timeout_s: float = 12.0
    only_lookups: bool = False

    def server_settings(self) -> dict[str, str]:
        """Session settings; as start-up parameters they survive asyncpg's RESET ALL."""
        lookups = {
            "plan_cache_mode": "force_generic_plan",
            "enable_seqscan": "off",
            # Where there is no index the cost of a forbidden scan would look worth compiling for.
            "jit": "off",
        }
        return {
            **(lookups if self.only_lookups else {}),
            "application_name": self.application_name,
            "search_path": self.schema,
            "timezone": "UTC",
            "lock_timeout": _ms(self.lock_timeout_s),
            "statement_timeout": _ms(self.statement_timeout_s),
            "idle_in_transaction_session_timeout": _ms(TRANSACTION_IDLE_S_MAX),
        }


class Postgres:
    """A pool on one schema.

    A connection that died is replaced when it is next asked for, so that service resumes by itself
    once Postgres answers again. After a silence of half a second a connection must first show that it
    answers, within `acquire_timeout_s`: a server that hangs costs a caller no more than one that is
    gone. While a password or a certificate is changed, whoever needs a new connection waits as long
    for it, or for one that comes free. Every store fault leaves here as ServiceError STORE_UNAVAILABLE or
    OUTCOME_UNKNOWN with a retry hint; other errors of asyncpg (constraints, syntax) pass as they are.
    """

    def __init__(
        self, settings: PostgresSettings, pool: "asyncpg.Pool[Any]", *, clock: Clock | None = None
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._clock = clock or SystemClock()
        self.clock_offset_s: float | None = None
        """The server's clock less ours at the last `ping`, right to half a round trip; None before."""
        self._heard_at_s = 0.0
        self._disbelief_said_at_s = -_DISBELIEF_SAID_S
        self._releasing: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: PostgresSettings, *, wait_s: float = STARTING_S, clock: Clock | None = None
    ) -> AsyncIterator[Self]:
        """Connect, waiting up to `wait_s` for a server that is still starting; close at the end.

        Raises ServiceError STORE_UNAVAILABLE if no server answered in time.
        """
        pool = await connected(
            lambda: asyncpg.create_pool(
                settings.dsn,
                min_size=settings.size_min,
                max_size=settings.size_max,
                timeout=settings.connect_timeout_s,
                command_timeout=settings.command_timeout_s,
                server_settings=settings.server_settings(),
                max_cached_statement_lifetime=_PLANS_KEPT_S,
            ),
            wait_s=wait_s,
        )
        try:
            yield cls(settings, pool, clock=clock)
        finally:
            try:
                async with asyncio.timeout(settings.command_timeout_s / 4):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for single statements, each its own transaction. Not for writes that matter:
        a fault here is always STORE_UNAVAILABLE, although a lone INSERT may have been committed.
        """
        connection = await self._acquire()
        try:
            yield connection
        except asyncio.CancelledError:
            self._release_beside(connection)
            raise
        except BaseException as error:
            is_fault = isinstance(error, Exception) and is_store_fault(error, connection)
            await self._release(connection)
            if is_fault:
                raise store_unavailable() from error
            raise
        self._heard_at_s = asyncio.get_running_loop().time()
        await self._release(connection)

    async def transaction(
        self,
        work: Callable[[Connection], Awaitable[T]],
        *,
        isolation: Isolation = "read_committed",
        readonly: bool = False,
    ) -> T:
        """Run `work` in one transaction and return its result once that is committed.

        A deadlock or a serialization conflict, and a pooled connection found dead at BEGIN, start
        `work` again, at most TRANSACTION_ATTEMPTS_MAX times in all with a short random pause: `work`
        must have no effect outside the transaction. A connection lost during COMMIT is never
        retried here: it raises OUTCOME_UNKNOWN (STORE_UNAVAILABLE where `readonly`).
        """
        for attempt in range(1, TRANSACTION_ATTEMPTS_MAX + 1):
            connection = await self._acquire()
            transaction = connection.transaction(isolation=isolation, readonly=readonly)
            cancelled = False
            try:
                result = await _run_once(connection, transaction, work, readonly=readonly)
                self._heard_at_s = asyncio.get_running_loop().time()
                return result
            except asyncio.CancelledError:
                cancelled = True
                raise
            except _StaleConnectionError as error:
                if attempt == TRANSACTION_ATTEMPTS_MAX:
                    raise store_unavailable() from error
            except RETRYABLE as error:
                if attempt == TRANSACTION_ATTEMPTS_MAX:
                    raise store_unavailable() from error
                await asyncio.sleep(random.uniform(0.5, 1.5) * TRANSACTION_BACKOFF_S * 2**attempt)  # noqa: S311 - jitter
            finally:
                if cancelled:
                    self._release_beside(connection, transaction)
                else:
                    await self._release(connection)
        raise AssertionError("the last attempt returns or raises")

    async def ping(self) -> None:
        """A probe: raise ServiceError STORE_UNAVAILABLE unless a primary answers now."""
        async with self.connection() as connection:
            asked_at = self._clock.now()
            row = await connection.fetchrow("SELECT pg_is_in_recovery(), clock_timestamp()")
            assert row is not None, "a SELECT without FROM has one row"
            if row[0]:
                raise store_unavailable() from StandbyError()
            answered_at = self._clock.now()
            self.clock_offset_s = (row[1] - asked_at - (answered_at - asked_at) / 2).total_seconds()

    async def _acquire(self) -> PoolConnectionProxy:
        """A connection that answers; those that died are passed over."""
        for _ in range(self._settings.size_max):
            connection = await self._lend()
            if await self._answers(connection):
                return connection
        raise store_unavailable()

    async def _lend(self) -> PoolConnectionProxy:
        """A connection that stands, or a new one; not being believed is not the end of it before the time is over."""
        loop = asyncio.get_running_loop()
        give_up_s = loop.time() + self._settings.acquire_timeout_s
        while True:
            try:
                return await self._pool.acquire(timeout=give_up_s - loop.time())
            except Exception as error:
                disbelief = disbelief_in(error)
                if disbelief is None and not is_store_fault(error):
                    raise
                if disbelief is not None:
                    self._say_disbelief(disbelief)
                if disbelief is None or loop.time() + _DISBELIEF_PAUSE_S >= give_up_s:
                    raise store_unavailable() from error
            await asyncio.sleep(_DISBELIEF_PAUSE_S)

    def _say_disbelief(self, error: BaseException) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s - self._disbelief_said_at_s >= _DISBELIEF_SAID_S:
            self._disbelief_said_at_s = now_s
            structlog.get_logger().warning("postgres_disbelief", **told(error))

    async def _answers(self, connection: PoolConnectionProxy) -> bool:
        """Whether the server was heard from just now, or is on this connection; else it is dropped.

        Raises ServiceError STORE_UNAVAILABLE if the server hangs: the next connection would, too.
        """
        loop = asyncio.get_running_loop()
        if loop.time() - self._heard_at_s < _SILENCE_S_MAX:
            return True
        usable = False
        try:
            async with asyncio.timeout(self._settings.acquire_timeout_s):
                await connection.fetchval("SELECT 1")
            self._heard_at_s = loop.time()
            usable = True
        except TimeoutError as error:
            raise store_unavailable() from error
        except Exception as error:
            if not is_store_fault(error, connection):
                raise
        finally:
            if not usable:
                _cut(connection)
                await self._release(connection)
        return usable

    async def _release(self, connection: PoolConnectionProxy) -> None:
        # asyncpg drops a connection that cannot be reset; the fault must not hide the work's result.
        try:
            await self._pool.release(connection, timeout=self._settings.acquire_timeout_s)
        except Exception as error:  # noqa: BLE001 - see above
            structlog.get_logger().warning("release_failed", error_type=type(error).__name__)

    def _release_beside(
        self, connection: PoolConnectionProxy, transaction: Transaction | None = None
    ) -> None:
        """Give back what was cancelled in the middle, without its caller waiting for it.

        The server is asked to stop what it does; one that hangs would hold the caller up, who has
        said that the time is over.
        """

        async def release() -> None:
            if transaction is not None:
                try:
                    async with asyncio.timeout(self._settings.acquire_timeout_s):
                        await _roll_back(transaction)
                except TimeoutError:
                    _cut(connection)
            await self._release(connection)

        task = asyncio.create_task(release(), name="release")
        self._releasing.add(task)
        task.add_done_callback(self._releasing.discard)


class StandbyError(Exception):
    """The server is a standby: it takes no write, and what it answers may be past."""


class _StaleConnectionError(Exception):
    """A pooled connection had died before the transaction began: nothing was sent."""


async def _run_once(
    connection: Connection,
    transaction: Transaction,
    work: Callable[[Connection], Awaitable[T]],
    *,
    readonly: bool,
) -> T:
    try:
        await transaction.start()
    except Exception as error:
        if is_store_fault(error, connection):
            raise _StaleConnectionError from error
        raise
    try:
        result = await work(connection)
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        await _roll_back(transaction)
        if isinstance(error, Exception) and is_store_fault(error, connection):
            raise store_unavailable() from error
        raise
    try:
        await transaction.commit()
    except asyncpg.StatementCompletionUnknownError as error:
        raise outcome_unknown() from error
    except Exception as error:
        if is_store_fault(error, connection):
            raise (store_unavailable() if readonly else outcome_unknown()) from error
        raise
    return result


def _cut(connection: PoolConnectionProxy) -> None:
    """Close at once: closing in good order waits for the server's word."""
    # A pool has taken back what was lost already.
    with contextlib.suppress(asyncpg.InterfaceError):
        connection.terminate()


async def _roll_back(transaction: Transaction) -> None:
    # The server rolls back by itself when the connection is gone, and the first error is the one to show.
    try:
        await transaction.rollback()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        structlog.get_logger().debug("rollback_failed")


def _ms(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"
