"""What the stores prove themselves by is changed while a court acts: certificates, their CA, an owner's password."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import grpc
import pytest
from redis.asyncio import Redis

from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry.wiring import load_schema
from stack.databases import Database, ensure_database
from stack.folders import DataFolder
from stack.office import Registry
from stack.papers import Court, Person
from stack.ports import LOOPBACK
from tests.eventually import eventually
from tests.integration.tls_stores import servers
from tests.integration.tls_stores.papers import Authority, Certificate
from tests.integration.tls_stores.servers import Running
from tests.integration.tls_stores.test_postgres_tls import dsn_of
from tests.integration.tls_stores.test_redis_tls import url_of
from tests.registry_server import registry_server
from tests.system.courthouse import Courthouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

_COURT = Court("浙0199", "示例市第八人民法院", "0571-0000 0008")
_IDLE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'registry' AND state = 'idle'"
    " AND query NOT ILIKE 'LISTEN%'"
)
_NEW = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'registry' AND backend_start > $1)"
)


@dataclass
class Stores:
    """Both servers, and the file by which clients believe them."""

    postgres: Running
    redis: Running
    trust: Path

    def believe(self, *authorities: Authority) -> None:
        """Replace the clients' bundle, at once."""
        beside = self.trust.with_suffix(".new")
        beside.write_bytes(b"".join(one.certificate.read_bytes() for one in authorities))
        beside.replace(self.trust)

    @asynccontextmanager
    async def superuser(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(dsn_of(self.postgres.address, self.trust))
        try:
            yield connection
        finally:
            await connection.close()

    def client(self) -> Any:
        return Redis.from_url(url_of(self.redis.address, self.trust), protocol=2)

    async def wear(self, certificate: Certificate) -> None:
        """Both show another certificate from the next handshake on; as an operator tells them to."""
        async with self.superuser() as connection, self.client() as client:
            self.postgres.take(certificate)
            await connection.execute("SELECT pg_reload_conf()")
            kept = self.redis.take(certificate)
            await client.execute_command(
                "CONFIG",
                "SET",
                "tls-cert-file",
                str(kept.certificate),
                "tls-key-file",
                str(kept.key),
            )

    async def connect_anew(self) -> None:
        """Cut what is idle, and return when the registry has connected to both again."""
        async with self.superuser() as connection, self.client() as client:
            cut_at = await connection.fetchval("SELECT clock_timestamp()")
            await connection.fetch(_IDLE)
            last = max(int(one["id"]) for one in await client.client_list())
            await client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

            async def has() -> bool:
                clients = {int(one["id"]) for one in await client.client_list()}
                return max(clients) > last and bool(await connection.fetchval(_NEW, cut_at))

            await eventually(has)


class Acting:
    """A clerk who enters one debtor after the other and reads what she entered; each is repeated until answered."""

    def __init__(self, court: Courthouse) -> None:
        self._court = court
        self._serial = 7_400_000
        self.entered: list[rpc.EnterListingResponse] = []

    async def run(self) -> None:
        courts = self._court.registry.courts
        while True:
            self._serial += 1
            request = self._court.entry(Person(self._serial).subject)
            entered = await self._insist(courts.EnterListing, request)
            read = rpc.GetListingRequest(listing_id=entered.listing.listing_id)
            found = await self._insist(courts.GetListing, read)
            assert found.listing.subject_id == entered.listing.subject_id
            self.entered.append(entered)

    async def goes_on(self, count: int = 3) -> None:
        before = len(self.entered)
        await eventually(lambda: len(self.entered) >= before + count)

    async def _insist(self, call: Any, request: Any) -> Any:
        while True:
            try:
                return await call(request, metadata=self._court.clerk)
            except grpc.aio.AioRpcError as error:
                # A connection was cut under it.
                if error.code() is not grpc.StatusCode.UNAVAILABLE:
                    raise
                await asyncio.sleep(0)


async def test_certificates_and_ca_of_the_stores_and_an_owners_password_change_while_a_court_acts(
    postgres_programs: Path, redis_program: Path
) -> None:
    folder = DataFolder.temporary()
    former, coming = Authority(folder.path, "former"), Authority(folder.path, "coming")
    first = former.issue("first", common_name="a server", address=LOOPBACK)
    try:
        async with (
            servers.postgres_running(postgres_programs, certificate=first) as postgres,
            servers.redis_running(
                redis_program, certificate=first, client_ca=former.certificate
            ) as redis,
        ):
            stores = Stores(postgres, redis, folder.path / "stores-ca.pem")
            stores.believe(former)
            made = await ensure_database(
                dsn_of(postgres.address, stores.trust),
                "registry",
                beside=("registry_import", "registry_erase"),
                password=lambda role: f"{role}-word",
            )
            await load_schema().bring_forward(owner_dsn=made.owner, role="registry")
            async with registry_server(
                dsn=made.roles["registry"], redis_url=url_of(redis.address, stores.trust)
            ) as server:
                court = await Courthouse(
                    registry=Registry.over(server.channel), court=_COURT
                ).open()
                acting = Acting(court)
                work = asyncio.create_task(acting.run())
                await acting.goes_on()
                await stores.wear(former.issue("second", common_name="a server", address=LOOPBACK))
                await stores.connect_anew()
                await acting.goes_on()
                await _replace_the_ca(stores, former, coming, acting)
                await _replace_the_owners_password(stores, made)
                await acting.goes_on()
                assert not work.done()
                work.cancel()
                await asyncio.wait([work])
            positions = [one.position.position for one in acting.entered]
            assert len(set(positions)) == len(positions)
    finally:
        folder.close()


async def _replace_the_ca(
    stores: Stores, former: Authority, coming: Authority, acting: Acting
) -> None:
    """By way of a bundle of both."""
    stores.believe(former, coming)
    await stores.connect_anew()
    await stores.wear(coming.issue("third", common_name="a server", address=LOOPBACK))
    await stores.connect_anew()
    stores.believe(coming)
    await stores.connect_anew()
    await acting.goes_on()
    with pytest.raises(OSError, match="certificate"):
        await asyncpg.connect(dsn_of(stores.postgres.address, former.certificate))


async def _replace_the_owners_password(stores: Stores, made: Database) -> None:
    """The next migration says the new one; whoever serves knows neither."""
    async with stores.superuser() as connection:
        await connection.execute("ALTER ROLE registry_owner PASSWORD 'another-word'")
    fresh = made.owner.replace("registry_owner-word", "another-word")
    await load_schema().bring_forward(owner_dsn=fresh, role="registry")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(made.owner)
