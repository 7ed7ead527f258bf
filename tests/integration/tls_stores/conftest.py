"""Debian's servers under TLS, one of each for all tests of this folder, and their papers."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from certificates.folder import CertificateFolder
from chassis.cache import CacheSettings
from chassis.tls.transport import TRUST_DOMAIN_DEFAULT
from registry import wiring
from stack.folders import DataFolder
from stack.layout import IMPORTER
from stack.ports import LOOPBACK
from tests.eventually import LIMIT_S
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
        client, renewed: of `certified`, a role without a password.
        strangers: of the same name, by the stranger.
        own: what a process shows on its own ports.
    """

    ca: Path
    stranger: Path
    server: Certificate
    elsewhere: Certificate
    client: Certificate
    renewed: Certificate
    strangers: Certificate
    own: Certificate

    @property
    def client_ca(self) -> Path:
        """Who signed what clients show, as the servers read it."""
        return self.ca.with_name("clients.pem")


@pytest.fixture(scope="session")
def papers() -> Iterator[Papers]:
    # Not in pytest's own folder: the servers' account could not reach it.
    folder = DataFolder.temporary()
    ca, stranger = Authority(folder.path, "ca"), Authority(folder.path, "stranger")
    folder_of_ours = CertificateFolder(folder.path / "ours", trust_domain=TRUST_DOMAIN_DEFAULT)
    folder_of_ours.ensure(IMPORTER.peer)
    pair = folder_of_ours.pair_of(IMPORTER.peer)
    made = Papers(
        ca=ca.certificate,
        stranger=stranger.certificate,
        server=ca.issue("server", common_name="a server", address=LOOPBACK),
        elsewhere=ca.issue("elsewhere", common_name="a server", address="127.0.0.2"),
        client=ca.issue("client", common_name="certified"),
        renewed=ca.issue("renewed", common_name="certified"),
        strangers=stranger.issue("strangers", common_name="certified"),
        own=Certificate(pair.certificate, pair.key),
    )
    made.client_ca.write_bytes(made.ca.read_bytes() + folder_of_ours.trust.read_bytes())
    yield made
    folder.close()


@pytest.fixture
def patient_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry gives its cache a twentieth of a second, in which a busy machine makes no connection under TLS."""
    monkeypatch.setattr(wiring, "CacheSettings", partial(CacheSettings, timeout_s=LIMIT_S))


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
        postgres_programs, certificate=papers.server, client_ca=papers.client_ca
    ) as address:
        yield address


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def redis_address(redis_program: Path, papers: Papers) -> AsyncIterator[str]:
    """Of a Redis that speaks TLS only."""
    async with servers.redis(
        redis_program, certificate=papers.server, client_ca=papers.client_ca
    ) as address:
        yield address
