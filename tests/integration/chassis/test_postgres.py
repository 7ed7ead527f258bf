"""Pool, transactions and faults on a real server."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from asyncpg.pool import PoolConnectionProxy

from chassis.clock import HeldClock
from chassis.errors import ServiceError
from chassis.logs import describe_fault
from chassis.postgres import Postgres, PostgresSettings
from chassis.stores.faults import Connection
from courtlist.error.v1 import error_reason_pb2 as reasons
from tests import backends
from tests.eventually import LIMIT_S, eventually


def settings_for(dsn: str, **changes: object) -> PostgresSettings:
    values: dict[str, object] = {
        "dsn": dsn,
        "schema": "chassis_test",
        "application_name": "chassis-test",
        "size_max": 4,
        "acquire_timeout_s": 1.0,
    }
    return PostgresSettings(**(values | changes))  # type: ignore[arg-type]  # one dict of mixed types


async def create_counters(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "CREATE SCHEMA chassis_test; "
        "CREATE TABLE chassis_test.counter (id int PRIMARY KEY, value int NOT NULL); "
        "INSERT INTO chassis_test.counter VALUES (1, 0), (2, 0)"
    )
    await connection.close()


async def add_one(connection: Connection) -> int:
    value: int = await connection.fetchval(
        "UPDATE counter SET value = value + 1 WHERE id = 1 RETURNING value"
    )
    return value


@pytest.fixture
async def dsn(database: str) -> str:
    await create_counters(database)
    return database


@pytest.fixture
async def postgres(dsn: str) -> AsyncIterator[Postgres]:
    async with Postgres.open(settings_for(dsn)) as opened:
        yield opened


async def counter(postgres: Postgres) -> int:
    async with postgres.connection() as connection:
        value: int = await connection.fetchval("SELECT value FROM counter WHERE id = 1")
        return value


async def test_a_session_is_bound_to_the_schema_and_its_limits(postgres: Postgres) -> None:
    async with postgres.connection() as connection:
        shown = {
            name: await connection.fetchval(f"SHOW {name}")
            for name in (
                "search_path",
                "application_name",
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "timezone",
            )
        }
    assert shown == {
        "search_path": "chassis_test",
        "application_name": "chassis-test",
        "statement_timeout": "10s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "30s",
        "timezone": "UTC",
    }


async def test_a_pool_of_lookups_plans_once_and_for_indexes(dsn: str) -> None:
    find = "SELECT value FROM counter WHERE id = ANY ($1::int[])"
    async with (
        Postgres.open(settings_for(dsn, only_lookups=True)) as postgres,
        postgres.connection() as connection,
    ):
        await connection.execute("ANALYZE counter")
        plan = [row[0] for row in await connection.fetch(f"EXPLAIN {find}", [1, 2])]
        await connection.fetch(find, [1, 2])
        plans = await connection.fetchrow(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = $1",
            find,
        )
    assert "counter_pkey" in "\n".join(plan), "two rows are read by key, too"
    assert plans is not None
    assert tuple(plans) == (1, 0)


async def test_a_standby_is_not_ready_and_the_log_can_say_why(dsn: str) -> None:
    async with Postgres.open(settings_for(dsn)) as postgres:
        await postgres.ping()
        async with postgres.connection() as connection:
            await connection.execute(
                "CREATE FUNCTION pg_is_in_recovery() RETURNS boolean RETURN true"
            )
    # Ours is found before the server's own, as if the server were a standby.
    async with Postgres.open(settings_for(dsn, schema="chassis_test, pg_catalog")) as standby:
        with pytest.raises(ServiceError) as refused:
            await standby.ping()
    assert refused.value.reason == reasons.ERROR_REASON_STORE_UNAVAILABLE
    assert "StandbyError" in describe_fault(refused.value)


async def test_a_probe_tells_how_far_the_clocks_lie_apart(dsn: str) -> None:
    clock = HeldClock(datetime.now(UTC) - timedelta(hours=1))
    async with Postgres.open(settings_for(dsn), clock=clock) as postgres:
        assert postgres.clock_offset_s is None
        await postgres.ping()
        assert postgres.clock_offset_s == pytest.approx(3600, abs=30)


async def test_a_transaction_returns_its_result_once_committed(postgres: Postgres) -> None:
    assert await postgres.transaction(add_one) == 1
    assert await counter(postgres) == 1


async def test_work_that_raises_leaves_nothing_behind(postgres: Postgres) -> None:
    async def add_then_raise(connection: Connection) -> None:
        await add_one(connection)
        raise ServiceError(reasons.ERROR_REASON_STATE_CHANGED, "no")

    with pytest.raises(ServiceError, match="no"):
        await postgres.transaction(add_then_raise)
    assert await counter(postgres) == 0


@pytest.mark.parametrize("error", [FileNotFoundError("x"), asyncpg.InterfaceError("x")])
async def test_a_fault_of_the_work_itself_is_not_blamed_on_the_store(
    postgres: Postgres, error: Exception
) -> None:
    async def fail(_: Connection) -> None:
        raise error

    with pytest.raises(type(error), match="x"):
        await postgres.transaction(fail)


async def test_a_deadlock_is_resolved_by_starting_one_side_again(postgres: Postgres) -> None:
    both_hold_one = asyncio.Barrier(2)
    runs = 0

    async def lock_both(connection: Connection, first: int, second: int) -> None:
        nonlocal runs
        runs += 1
        update = "UPDATE counter SET value = value + 1 WHERE id = $1"
        await connection.execute(update, first)
        if runs <= 2:
            await both_hold_one.wait()
        await connection.execute(update, second)

    await asyncio.gather(
        postgres.transaction(lambda connection: lock_both(connection, 1, 2)),
        postgres.transaction(lambda connection: lock_both(connection, 2, 1)),
    )
    assert await counter(postgres) == 2
    assert runs == 3


async def test_a_serialization_conflict_is_retried_until_it_succeeds(postgres: Postgres) -> None:
    async def read_then_write(connection: Connection) -> None:
        value = await connection.fetchval("SELECT value FROM counter WHERE id = 1")
        await asyncio.sleep(0)
        await connection.execute("UPDATE counter SET value = $1 WHERE id = 1", value + 1)

    await asyncio.gather(
        *(postgres.transaction(read_then_write, isolation="serializable") for _ in range(2))
    )
    assert await counter(postgres) == 2


async def test_conflicts_without_end_are_given_up_with_a_retry_hint(postgres: Postgres) -> None:
    runs = 0

    async def always_conflict(connection: Connection) -> None:
        nonlocal runs
        runs += 1
        await connection.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")

    with pytest.raises(ServiceError) as caught:
        await postgres.transaction(always_conflict)
    assert caught.value.reason == reasons.ERROR_REASON_STORE_UNAVAILABLE
    assert runs == 4


async def test_a_constraint_violation_passes_as_it_is(postgres: Postgres) -> None:
    with pytest.raises(asyncpg.UniqueViolationError):
        await postgres.transaction(
            lambda connection: connection.execute("INSERT INTO counter VALUES (1, 1)")
        )


async def test_waiting_for_a_lock_ends_and_says_unavailable(dsn: str) -> None:
    settings = settings_for(dsn, lock_timeout_s=0.1)
    async with (
        Postgres.open(settings) as postgres,
        postgres.connection() as holder,
        holder.transaction(),
    ):
        await holder.execute("LOCK TABLE counter IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(ServiceError) as caught:
            await postgres.transaction(add_one)
    assert caught.value.reason == reasons.ERROR_REASON_STORE_UNAVAILABLE


async def test_waiting_for_a_connection_ends_and_says_unavailable(dsn: str) -> None:
    settings = settings_for(dsn, size_min=1, size_max=1, acquire_timeout_s=0.1)
    async with Postgres.open(settings) as postgres, postgres.connection(), asyncio.timeout(LIMIT_S):
        with pytest.raises(ServiceError) as caught:
            await postgres.transaction(add_one)
    assert caught.value.reason == reasons.ERROR_REASON_STORE_UNAVAILABLE
    assert caught.value.retry_after_s == 1.0


async def end_backend(connection: Connection, dsn: str) -> None:
    """Cut the connection from the server's side, as a crash or an administrator does."""
    pid = await connection.fetchval("SELECT pg_backend_pid()")
    other = await asyncpg.connect(dsn)
    await other.execute("SELECT pg_terminate_backend($1, 2000)", pid)
    await other.close()


async def test_a_connection_lost_before_commit_has_stored_nothing(
    dsn: str, postgres: Postgres
) -> None:
    async def lose_then_write(connection: Connection) -> None:
        await end_backend(connection, dsn)
        await add_one(connection)

    with pytest.raises(ServiceError) as caught:
        await postgres.transaction(lose_then_write)
    assert caught.value.reason == reasons.ERROR_REASON_STORE_UNAVAILABLE
    assert await counter(postgres) == 0


async def test_a_connection_lost_while_committing_is_reported_as_unknown(
    dsn: str, postgres: Postgres
) -> None:
    async def write_then_lose(connection: Connection) -> None:
        await add_one(connection)
        await end_backend(connection, dsn)

    with pytest.raises(ServiceError) as caught:
        await postgres.transaction(write_then_lose)
    assert caught.value.reason == reasons.ERROR_REASON_OUTCOME_UNKNOWN
    assert "same request_id" in caught.value.message


async def test_a_server_that_dies_within_the_commit_leaves_the_outcome_unknown(
    dsn: str, postgres: Postgres
) -> None:
    other = await asyncpg.connect(dsn)
    await other.execute(
        "CREATE FUNCTION chassis_test.linger() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$; "
        "CREATE CONSTRAINT TRIGGER linger AFTER UPDATE ON chassis_test.counter "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chassis_test.linger()"
    )
    committing = (
        "SELECT pid FROM pg_stat_activity "
        "WHERE application_name = 'chassis-test' AND state = 'active' AND query LIKE 'COMMIT%'"
    )

    async def is_committing() -> bool:
        return await other.fetchval(committing) is not None

    running = asyncio.create_task(postgres.transaction(add_one))
    await eventually(is_committing)
    await other.execute(f"SELECT pg_terminate_backend(pid, 2000) FROM ({committing}) AS one")
    await other.close()
    with pytest.raises(ServiceError) as caught:
        await running
    assert caught.value.reason == reasons.ERROR_REASON_OUTCOME_UNKNOWN


async def test_a_readonly_transaction_lost_while_committing_is_only_unavailable(
    dsn: str, postgres: Postgres
) -> None:
    with pytest.raises(ServiceError) as caught:
        await postgres.transaction(lambda connection: end_backend(connection, dsn), readonly=True)
    assert caught.value.reason == reasons.ERROR_REASON_STORE_UNAVAILABLE


async def test_pooled_connections_that_died_idle_cost_no_caller_an_error(dsn: str) -> None:
    async with Postgres.open(settings_for(dsn, size_min=3, size_max=3)) as postgres:
        other = await asyncpg.connect(dsn)
        await other.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity "
            "WHERE application_name = 'chassis-test'"
        )
        await other.close()
        for expected in range(1, 6):
            assert await postgres.transaction(add_one) == expected


async def test_a_connection_found_dead_at_begin_is_replaced_unseen(dsn: str) -> None:
    async def cut_all() -> None:
        other = await asyncpg.connect(dsn)
        await other.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity "
            "WHERE application_name = 'chassis-test'"
        )
        await other.close()

    def cut_unnoticed() -> None:
        # This loop stands still meanwhile, so that it cannot notice before BEGIN is sent.
        thread = threading.Thread(target=lambda: asyncio.run(cut_all()))
        thread.start()
        thread.join()

    class Cutting(Postgres):
        """Has its connection cut after it was lent and before it is used, once."""

        cuts = 0

        async def _acquire(self) -> PoolConnectionProxy:
            connection = await super()._acquire()
            if self.cuts == 0:
                self.cuts += 1
                cut_unnoticed()
            return connection

    async with Cutting.open(settings_for(dsn)) as cutting:
        assert await cutting.transaction(add_one) == 1
        assert cutting.cuts == 1


async def test_service_resumes_by_itself_after_the_server_is_killed() -> None:
    async with backends.embedded_postgres(durable=True) as server:
        await create_counters(server.dsn)
        async with Postgres.open(settings_for(server.dsn)) as postgres:
            assert await postgres.transaction(add_one) == 1
            await server.kill()
            with pytest.raises(ServiceError) as caught:
                await postgres.transaction(add_one)
            assert caught.value.reason == reasons.ERROR_REASON_STORE_UNAVAILABLE
            with pytest.raises(ServiceError):
                await postgres.ping()
            await server.start()
            async with asyncio.timeout(LIMIT_S):
                await postgres.ping()
                assert await postgres.transaction(add_one) == 2


async def test_opening_waits_for_a_server_that_starts_later() -> None:
    async with backends.embedded_postgres() as server:
        await create_counters(server.dsn)
        await server.kill()

        async def open_and_ping() -> None:
            async with Postgres.open(settings_for(server.dsn), wait_s=LIMIT_S) as postgres:
                await postgres.ping()

        opening = asyncio.create_task(open_and_ping())
        done, _ = await asyncio.wait((opening,), timeout=0.5)
        assert not done
        await server.start()
        await opening


async def test_opening_gives_up_after_its_wait() -> None:
    settings = settings_for("postgresql://nobody:x@127.0.0.1:1/none")
    with pytest.raises(ServiceError) as caught:
        async with Postgres.open(settings, wait_s=0.2):
            pass
    assert caught.value.reason == reasons.ERROR_REASON_STORE_UNAVAILABLE
