import time
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
import pytest_asyncio

from chassis.limits import CALL_TIMEOUT_S
from stack.folders import DataFolder
from stack.supervisor import Stack
from tests.eventually import LIMIT_S, eventually, in_time

# Servers cost a second to make, and every test leaves them as it found them: running.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def folder() -> Iterator[DataFolder]:
    made = DataFolder.temporary()
    yield made
    made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers() -> AsyncIterator[Stack]:
    home = DataFolder.temporary()
    async with Stack(folder=home, environment={}, durable=False, restart=True, layout=()) as stack:
        yield stack
    home.close()


async def test_a_server_that_dies_comes_back_by_itself(servers: Stack) -> None:
    assert servers.postgres is not None
    assert servers.valkey is not None
    for server in (servers.postgres, servers.valkey):
        await server.kill()
        await server.process.wait_ready(server.probe, limit_s=LIMIT_S)
        assert server.process.starts >= 2


async def test_nothing_is_left_after_the_end(folder: DataFolder) -> None:
    async with Stack(folder=folder, environment={}, durable=False, layout=()) as stack:
        assert stack.postgres is not None
        assert stack.valkey is not None
        processes = [stack.postgres.process, stack.valkey.process]
        assert all(process.running for process in processes)
    assert not any(process.running for process in processes)


async def test_data_addresses_and_passwords_outlive_a_restart(folder: DataFolder) -> None:
    dsns = []
    for runs in (1, 2):
        async with Stack(folder=folder, environment={}, durable=False, layout=()) as stack:
            assert stack.postgres is not None
            connection = await asyncpg.connect(stack.postgres.dsn)
            await connection.execute("CREATE TABLE IF NOT EXISTS mark (one integer)")
            await connection.execute("INSERT INTO mark VALUES (1)")
            assert await connection.fetchval("SELECT count(*) FROM mark") == runs
            await connection.close()
            dsns.append(stack.postgres.dsn)
    assert len(set(dsns)) == 1


async def test_servers_named_in_the_environment_replace_ours(
    folder: DataFolder, postgres_server: str, valkey_server: str
) -> None:
    environment = {"COURTLIST_POSTGRES_DSN": postgres_server, "COURTLIST_REDIS_URL": valkey_server}
    async with Stack(folder=folder, environment=environment, layout=()) as stack:
        assert (stack.postgres, stack.valkey) == (None, None)


async def test_a_killed_server_is_back_before_a_client_gives_up(servers: Stack) -> None:
    assert servers.postgres is not None
    postgres = servers.postgres

    async def answers() -> bool:
        try:
            await postgres.probe()
        except (OSError, asyncpg.PostgresError):
            return False
        return True

    async def trial() -> float:
        await postgres.kill()
        began_s = time.monotonic()
        await eventually(answers)
        return time.monotonic() - began_s

    await in_time(trial, limit_s=CALL_TIMEOUT_S)
