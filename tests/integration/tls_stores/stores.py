"""Both stores as their operator has them: what they show, whom they believe, and who is connected."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg
from cryptography import x509
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.eventually import eventually
from tests.integration.tls_stores.papers import Authority, Certificate
from tests.integration.tls_stores.servers import Running
from tests.integration.tls_stores.test_postgres_tls import dsn_of
from tests.integration.tls_stores.test_redis_tls import url_of

# As the runbook has it: whoever is connected as the role, LISTEN and all.
_CUT: Final = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'registry'"
# Who listens has no name beside the role's.
_ANEW: Final = (
    "SELECT count(DISTINCT application_name) = 2 AND bool_and(backend_start > $1)"
    " FROM pg_stat_activity WHERE usename = 'registry'"
)
_SHOWN: Final = (
    "SELECT DISTINCT client_serial FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
    " WHERE usename = 'registry'"
)


@dataclass
class Stores:
    """Both servers, and the files by which they and their clients believe one another.

    Attributes:
        trust: the CAs by which clients believe the stores.
        admitted: the CAs by which the stores believe clients.
        own: what the registry shows them.
    """

    postgres: Running
    redis: Running
    trust: Path
    admitted: Path
    own: Certificate

    def believe(self, *authorities: Authority) -> None:
        """Replace the clients' bundle."""
        put_bundle(self.trust, *authorities)

    async def admit(self, *authorities: Authority) -> None:
        """Replace the stores' bundle, and have both read it."""
        async with self.superuser() as connection, self.client() as client:
            put_bundle(self.admitted, *authorities)
            await connection.execute("SELECT pg_reload_conf()")
            await client.execute_command("CONFIG", "SET", "tls-ca-cert-file", str(self.admitted))

    def show(self, certificate: Certificate) -> None:
        """Replace what the registry shows, as certificates are handed out: the key first."""
        put(self.own.key, certificate.key.read_bytes())
        put(self.own.certificate, certificate.certificate.read_bytes())

    @asynccontextmanager
    async def superuser(self) -> AsyncIterator[asyncpg.Connection]:
        """Whom PostgreSQL asks for a password alone."""
        connection = await asyncpg.connect(dsn_of(self.postgres.address, self.trust))
        try:
            yield connection
        finally:
            await connection.close()

    def dsn(self, shown: Certificate, role: str = "registry") -> str:
        """Of the registry's database, without a password."""
        parts = dsn_of(self.postgres.address, self.trust).partition("@")[2]
        at = parts.replace("/postgres?", "/registry?")
        return f"postgresql://{role}@{at}&sslcert={shown.certificate}&sslkey={shown.key}"

    def url(self, shown: Certificate) -> str:
        """Of Redis."""
        given = url_of(self.redis.address, self.trust)
        return f"{given}&ssl_certfile={shown.certificate}&ssl_keyfile={shown.key}"

    def client(self) -> Any:
        """Of Redis, with what the registry shows."""
        return Redis.from_url(self.url(self.own), protocol=2)

    async def let_in(self, shown: Certificate) -> tuple[bool, bool]:
        """Whether PostgreSQL, and Redis, take this for the registry's."""
        try:
            await (await asyncpg.connect(self.dsn(shown))).close()
            by_postgres = True
        except (OSError, asyncpg.PostgresError):
            by_postgres = False
        try:
            async with Redis.from_url(self.url(shown), protocol=2) as client:
                await client.ping()
            by_redis = True
        except RedisError:
            by_redis = False
        return by_postgres, by_redis

    async def wear(self, certificate: Certificate) -> None:
        """Both show another certificate from the next handshake on; as an operator tells them to."""
        async with self.superuser() as connection, self.client() as client:
            self.postgres.take(certificate)
            await connection.execute("SELECT pg_reload_conf()")
            kept = self.redis.take(certificate)
            await client.execute_command(
                "CONFIG", "SET",
                "tls-cert-file", str(kept.certificate),
                "tls-key-file", str(kept.key),
            )  # fmt: skip

    async def connect_anew(self) -> None:
        """Cut whoever is connected, and return when the registry has connected to both again."""
        async with self.superuser() as connection, self.client() as client:
            cut_at = await connection.fetchval("SELECT clock_timestamp()")
            last = max(int(one["id"]) for one in await client.client_list())
            await connection.fetch(_CUT)
            await client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

            async def has() -> bool:
                # One that is refused in the handshake is in the list for a moment, and has said nothing.
                heard = (one for one in await client.client_list() if one["cmd"] != "NULL")
                is_back = max(int(one["id"]) for one in heard) > last
                return is_back and bool(await connection.fetchval(_ANEW, cut_at))

            await eventually(has)

    async def serials_shown(self) -> set[int]:
        """Of the certificates with which the registry is connected to PostgreSQL now."""
        async with self.superuser() as connection:
            return {int(row["client_serial"]) for row in await connection.fetch(_SHOWN)}


def put(path: Path, content: bytes) -> None:
    """In the file's place at once."""
    beside = path.with_suffix(f"{path.suffix}.new")
    beside.write_bytes(content)
    # A server's account reads bundles; whose key it is reads that alone.
    beside.chmod(0o600 if path.suffix == ".key" else 0o644)
    beside.replace(path)


def put_bundle(path: Path, *authorities: Authority) -> None:
    """CAs one after the other, in the file's place."""
    put(path, b"".join(one.certificate.read_bytes() for one in authorities))


def serial_of(certificate: Certificate) -> int:
    """The number by which its CA tells it apart."""
    return x509.load_pem_x509_certificate(certificate.certificate.read_bytes()).serial_number
