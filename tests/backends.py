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

IMAGES = {
    "TEST_POSTGRES_DSN": "postgres:18-alpine",
    "TEST_REDIS_URL": "valkey/valkey:9-alpine",
}
_ENGINE_LIMIT_S, _FETCH_LIMIT_S = 3.0, 180.0


@cache
def container_runs(image: str) -> bool:
    """Whether a container engine answers (within three seconds) and has `image` or can fetch it."""
    if shutil.which("docker") is None or not _docker("info", limit_s=_ENGINE_LIMIT_S):
        return False
    return _docker("image", "inspect", image, limit_s=_ENGINE_LIMIT_S) or _docker(
        "pull", "--quiet", image, limit_s=_FETCH_LIMIT_S
    )


def _docker(*arguments: str, limit_s: float) -> bool:
    try:
        subprocess.run(["docker", *arguments], check=True, capture_output=True, timeout=limit_s)
    except (subprocess.SubprocessError, OSError):
        return False
    return True


def chosen(environment: Mapping[str, str], variable: str) -> str:
    """Say in one word where the back end comes from: named, container or embedded."""
    if environment.get(variable):
        return "named"
    return "container" if container_runs(IMAGES[variable]) else "embedded"


@asynccontextmanager
async def postgres(environment: Mapping[str, str]) -> AsyncIterator[str]:
    """Yield the DSN of a server whose user may create databases."""
    source = chosen(environment, "TEST_POSTGRES_DSN")
    if source == "named":
        yield environment["TEST_POSTGRES_DSN"]
    elif source == "container":
        container = (
            DockerContainer(IMAGES["TEST_POSTGRES_DSN"])
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
            DockerContainer(IMAGES["TEST_REDIS_URL"])
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
    """Start a server of its own, for tests that kill, pause or restore it; its data go too."""
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
