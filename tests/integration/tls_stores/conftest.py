"""Debian's servers under TLS, one of each for all tests of this folder, and their papers."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from stack.folders import DataFolder
from stack.ports import LOOPBACK
from tests.integration.tls_stores import servers
from tests.integration.tls_stores.papers import Authority, Certificate

_MISSING = (
    "TLS TO THE STORES IS NOT TESTED: {} of Debian is missing; sh deploy/debian.sh installs it"
)


@dataclass(frozen=True)
class Papers:
    """What the servers show, and what clients trust.

    Attributes:
        ca, stranger: who signed the servers' certificates, and who did not.
        server: of 127.0.0.1.
        elsewhere: of another address, by the same CA.
        client: of `certified`, a role without a password.
    """

    ca: Path
    stranger: Path
    server: Certificate
    elsewhere: Certificate
    client: Certificate


@pytest.fixture(scope="session")
def papers() -> Iterator[Papers]:
    # Not in pytest's own folder: the servers' account could not reach it.
    folder = DataFolder.temporary()
    ca, stranger = Authority(folder.path, "ca"), Authority(folder.path, "stranger")
    yield Papers(
        ca=ca.certificate,
        stranger=stranger.certificate,
        server=ca.issue("server", common_name="a server", address=LOOPBACK),
        elsewhere=ca.issue("elsewhere", common_name="a server", address="127.0.0.2"),
        client=ca.issue("client", common_name="certified"),
    )
    folder.close()


@pytest.fixture(scope="session")
def postgres_programs() -> Path:
    programs = servers.postgres_programs()
    if programs is None:
        pytest.skip(_MISSING.format("postgresql"))
    return programs


@pytest.fixture(scope="session")
def redis_program() -> Path:
    program = servers.redis_program()
    if program is None:
        pytest.skip(_MISSING.format("redis-server"))
    return program


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_address(postgres_programs: Path, papers: Papers) -> AsyncIterator[str]:
    """Of a PostgreSQL that is never spoken to in plaintext."""
    async with servers.postgres(
        postgres_programs, certificate=papers.server, client_ca=papers.ca
    ) as address:
        yield address


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def redis_address(redis_program: Path, papers: Papers) -> AsyncIterator[str]:
    """Of a Redis that speaks TLS only."""
    async with servers.redis(
        redis_program, certificate=papers.server, client_ca=papers.ca
    ) as address:
        yield address
