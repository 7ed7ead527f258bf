"""Which PostgreSQL and which Valkey the tests run on: never a double of either.

In this order: what TEST_POSTGRES_DSN and TEST_REDIS_URL name; containers, where an engine answers;
else the servers from the wheels that `make run` uses. Whatever it is, it is said at the head of the
test report.
"""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from stack import binaries
from stack.account import for_servers
from stack.credentials import Credentials
from stack.folders import DataFolder
from stack.ports import free_port
from stack.postgres import PostgresServer
from stack.valkey import ValkeyServer

POSTGRES_IMAGE = "postgres:18-alpine"
VALKEY_IMAGE = "valkey/valkey:9-alpine"
_ENGINE_LIMIT_S = 3.0


@cache
def container_engine_answers() -> bool:
    """Whether containers can be had, found out in at most three seconds."""
    if shutil.which("docker") is None:
        return False
    try:
        command = ["docker", "info", "--format", "{{.ID}}"]
        subprocess.run(command, check=True, capture_output=True, timeout=_ENGINE_LIMIT_S)
    except (subprocess.SubprocessError, OSError):
        return False
    return True


def chosen(environment: Mapping[str, str], variable: str) -> str:
    """Say in one word where the back end comes from: named, container or embedded."""
    if environment.get(variable):
        return "named"
    return "container" if container_engine_answers() else "embedded"


@asynccontextmanager
async def postgres(environment: Mapping[str, str]) -> AsyncIterator[str]:
    """Yield the DSN of a server whose user may create databases."""
    source = chosen(environment, "TEST_POSTGRES_DSN")
    if source == "named":
        yield environment["TEST_POSTGRES_DSN"]
    elif source == "container":
        container = (
            DockerContainer(POSTGRES_IMAGE)
            .with_env("POSTGRES_PASSWORD", "test")
            .with_exposed_ports(5432)
            .with_command("-c fsync=off -c max_connections=200")
            # It starts twice: once to set itself up, without a TCP port.
            .waiting_for(LogMessageWaitStrategy("listening on IPv4 address"))
        )
        await asyncio.to_thread(container.start)
        host, port = container.get_container_host_ip(), container.get_exposed_port(5432)
        yield f"postgresql://postgres:test@{host}:{port}/postgres"
        await asyncio.to_thread(container.stop)
    else:
        async with embedded_postgres() as server:
            yield server.dsn


@asynccontextmanager
async def valkey(environment: Mapping[str, str]) -> AsyncIterator[str]:
    """Yield the URL of a server that the tests have to themselves, or share by key prefix."""
    source = chosen(environment, "TEST_REDIS_URL")
    if source == "named":
        yield environment["TEST_REDIS_URL"]
    elif source == "container":
        container = (
            DockerContainer(VALKEY_IMAGE)
            .with_exposed_ports(6379)
            .waiting_for(LogMessageWaitStrategy("Ready to accept connections"))
        )
        await asyncio.to_thread(container.start)
        host, port = container.get_container_host_ip(), container.get_exposed_port(6379)
        yield f"redis://{host}:{port}/0"
        await asyncio.to_thread(container.stop)
    else:
        async with embedded_valkey() as server:
            yield server.url


@asynccontextmanager
async def embedded_postgres(*, durable: bool = False) -> AsyncIterator[PostgresServer]:
    """Start a server of its own, for tests that kill, pause or restore it; its data goes with it."""
    account, folder = for_servers(), DataFolder.temporary()
    server = PostgresServer(
        folder=folder,
        binaries=binaries.find(account),
        port=free_port(),
        password=Credentials(folder.path / "credentials.json").password("postgres"),
        durable=durable,
        account=account,
    )
    try:
        await server.start()
        yield server
    finally:
        await server.stop()
        folder.close()


@asynccontextmanager
async def embedded_valkey() -> AsyncIterator[ValkeyServer]:
    """Start a server of its own, for tests that kill or pause it."""
    account, folder = for_servers(), DataFolder.temporary()
    server = ValkeyServer(
        folder=folder,
        binaries=binaries.find(account),
        port=free_port(),
        password=Credentials(folder.path / "credentials.json").password("valkey"),
        account=account,
    )
    try:
        await server.start()
        yield server
    finally:
        await server.stop()
        folder.close()
