"""Debian's PostgreSQL and Redis as child processes: the servers in the wheels are built without TLS.

The system's own cluster and its services are left alone: folder, port and account are ours.
"""

import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from redis.asyncio import Redis

from stack.account import Account, for_servers
from stack.folders import DataFolder
from stack.log_file import LogFile
from stack.ports import LOOPBACK, free_port
from stack.process import Process
from tests.integration.tls_stores.papers import Certificate

PASSWORD = "postgres-word"
_READY_LIMIT_S = 30.0
# Nobody comes in plaintext, where the server has a certificate of its own.
_PLAIN = "host all all all scram-sha-256\n"
# Who comes with a certificate is who it says, or whom a process of that name may be; everybody else has a password.
_PROVEN = (
    "hostssl all certified all cert\n"
    "hostssl all importing all cert map=courtlist\n"
    "hostssl all all all scram-sha-256\n"
)
# As the runbook has it: the registry's roles come with a certificate, and have no password that would do.
CERTIFIED = (
    "hostssl registry registry,registry_import,registry_erase all cert map=courtlist\n"
    "hostssl all all all scram-sha-256\n"
)
_MAP = (
    "courtlist service/registry registry\n"
    "courtlist service/importer registry_import\n"
    "courtlist service/importer registry_erase\n"
    "courtlist service/importer importing\n"
)


def postgres_programs() -> Path | None:
    """The folder of Debian's initdb and postgres, newest release first; None where there is none."""
    return next((folder for folder in _folders() if (folder / "initdb").is_file()), None)


def _folders() -> Iterator[Path]:
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(installed, key=lambda path: path.parent.name.zfill(4), reverse=True)
    config = shutil.which("pg_config")
    if config is not None:
        done = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(done.stdout.strip())


def redis_program() -> Path | None:
    """Debian's redis-server; None where it is not installed."""
    found = shutil.which("redis-server")
    return None if found is None else Path(found)


@dataclass(frozen=True)
class Home:
    """A folder of our own for one server, and whom it runs as."""

    folder: DataFolder
    account: Account | None

    @classmethod
    def make(cls) -> "Home":
        return cls(DataFolder.temporary(), for_servers())

    def own(self, path: Path) -> Path:
        if self.account is not None:
            self.account.own(path)
        return path

    def take(self, certificate: Certificate, name: str = "server") -> Certificate:
        """Copies that the server's account may read, its key for it alone; in the place of the former."""
        kept = Certificate(self.folder.path / f"{name}.pem", self.folder.path / f"{name}.key")
        for path, place in (
            (certificate.certificate, kept.certificate),
            (certificate.key, kept.key),
        ):
            beside = Path(shutil.copy(path, place.with_suffix(f"{place.suffix}.new")))
            beside.chmod(0o600)
            self.own(beside).replace(place)
        return kept


@dataclass(frozen=True)
class Running:
    """A server of ours.

    Attributes:
        address: `127.0.0.1:port`.
        take: lays another certificate into the place of the server's, which then has to be told.
    """

    address: str
    take: Callable[[Certificate], Certificate]


@asynccontextmanager
async def postgres(
    programs: Path, *, certificate: Certificate | None, client_ca: Path | None = None
) -> AsyncIterator[str]:
    """A server; its address, `127.0.0.1:port`. Superuser `postgres`, and PASSWORD."""
    async with postgres_running(programs, certificate=certificate, client_ca=client_ca) as running:
        yield running.address


@asynccontextmanager
async def postgres_running(
    programs: Path,
    *,
    certificate: Certificate | None,
    client_ca: Path | None = None,
    rules: str = "",
) -> AsyncIterator[Running]:
    """As `postgres`, with more than its address; `rules` are those of pg_hba.conf, if others than its own."""
    home = Home.make()
    data, port = home.folder.sub("data", home.account), free_port()
    log = LogFile(home.folder.path / "postgres.log")
    server: Process | None = None
    try:
        await _make_cluster(programs, home, data, log)
        own_rules = _PLAIN if certificate is None else _PROVEN
        (data / "pg_hba.conf").write_text(rules or own_rules, encoding="ascii")
        (data / "pg_ident.conf").write_text(_MAP, encoding="ascii")
        settings = {
            "listen_addresses": LOOPBACK, "unix_socket_directories": "", "port": str(port), "fsync": "off",
        }  # fmt: skip
        if certificate is not None:
            kept = home.take(certificate)
            settings |= {
                "ssl": "on", "ssl_cert_file": str(kept.certificate), "ssl_key_file": str(kept.key),
            }  # fmt: skip
            if client_ca is not None:
                settings["ssl_ca_file"] = str(client_ca)
        server = Process(
            name="postgres",
            command=[
                programs / "postgres", "-D", data,
                *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            ],
            environment={"LC_ALL": "C.UTF-8"},
            folder=data,
            log=log,
            account=home.account,
        )  # fmt: skip
        await server.start()
        address = f"{LOOPBACK}:{port}"

        async def probe() -> None:
            # Whatever its certificate is worth: whether it is up is all that is asked here.
            mode = "prefer" if certificate is None else "require"
            dsn = f"postgresql://postgres:{PASSWORD}@{address}/postgres?sslmode={mode}"
            connection = await asyncpg.connect(dsn, timeout=5)
            await connection.close()

        await server.wait_ready(probe, _READY_LIMIT_S)
        yield Running(address, home.take)
    finally:
        if server is not None:
            await server.stop()
        home.folder.close()


async def _make_cluster(programs: Path, home: Home, data: Path, log: LogFile) -> None:
    word = home.folder.path / "word"
    word.write_text(PASSWORD, encoding="ascii")
    home.own(word)
    initdb = Process(
        name="initdb",
        command=[
            programs / "initdb", f"--pgdata={data}", "--username=postgres", f"--pwfile={word}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        ],
        environment={"LC_ALL": "C.UTF-8"},
        folder=home.folder.path,
        log=log,
        account=home.account,
    )  # fmt: skip
    await initdb.start()
    await initdb.finish()


@asynccontextmanager
async def redis(program: Path, *, certificate: Certificate, client_ca: Path) -> AsyncIterator[str]:
    """A server that speaks TLS only, and asks no client for a certificate; its address."""
    async with redis_running(program, certificate=certificate, client_ca=client_ca) as running:
        yield running.address


@asynccontextmanager
async def redis_running(
    program: Path,
    *,
    certificate: Certificate,
    client_ca: Path,
    client: Certificate | None = None,
) -> AsyncIterator[Running]:
    """As `redis`, with more than its address; with a `client` nobody comes without a certificate like its."""
    home, port = Home.make(), free_port()
    kept, data = home.take(certificate), home.folder.sub("data", home.account)
    server = Process(
        name="redis",
        command=[
            program, "--bind", LOOPBACK, "--port", "0", "--tls-port", str(port),
            "--tls-cert-file", kept.certificate, "--tls-key-file", kept.key,
            "--tls-ca-cert-file", client_ca, "--tls-auth-clients", "yes" if client else "optional",
            "--requirepass", PASSWORD, "--save", "", "--dir", data,
        ],
        environment={},
        folder=data,
        log=LogFile(home.folder.path / "redis.log"),
        account=home.account,
    )  # fmt: skip
    try:
        await server.start()
        address = f"{LOOPBACK}:{port}"

        async def probe() -> None:
            url = f"rediss://:{PASSWORD}@{address}/0?ssl_cert_reqs=none&ssl_check_hostname=false"
            if client is not None:
                url = f"{url}&ssl_certfile={client.certificate}&ssl_keyfile={client.key}"
            async with Redis.from_url(url, protocol=2) as asking:
                await asking.ping()

        await server.wait_ready(probe, _READY_LIMIT_S)
        yield Running(address, home.take)
    finally:
        await server.stop()
        home.folder.close()
