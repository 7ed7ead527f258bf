"""The registry's secret is changed: whoever comes with what a former version made goes on, and nothing is done twice."""

import asyncio
import hashlib
import hmac
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from chassis.clock import SystemClock
from chassis.postgres import Postgres, PostgresSettings
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry import keyring_file
from registry.command import execute
from registry.keyring import Keyring, generate
from registry.keyring_changes import SETTLED_S
from registry.keyring_file import Purpose
from registry.resealing.rekeying import Rekeying
from stack.office import Registry, request_id
from tests.databases import Databases, Schema
from tests.integration.registry.acts.courthouse import FIRST, CourtHouse
from tests.integration.registry.acts.endings import remedy
from tests.integration.registry.acts.signatures import signed, unsigned_for
from tests.registry_server import registry_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A record with its keyring file, and the processes that serve it one after the other."""

    dsn: str
    redis_url: str
    file: Path
    connection: "asyncpg.Connection[asyncpg.Record]" = field(repr=False)

    @asynccontextmanager
    async def served(self, keyring: Keyring | None = None) -> AsyncIterator[CourtHouse]:
        """By a process that has read the file as it is now, or another state of it."""
        async with registry_server(
            dsn=self.dsn, redis_url=self.redis_url, keyring=keyring or self.keyring
        ) as server:
            yield CourtHouse.over(server, self.connection)

    @property
    def keyring(self) -> Keyring:
        return Keyring.load(self.file)

    def add(self) -> int:
        return keyring_file.add_secret(self.file, Purpose.REGISTRY)

    def use(self, version: int) -> None:
        keyring_file.use_secret(self.file, Purpose.REGISTRY, version, at=LONG_AGO)

    def change(self) -> int:
        """A further version is in use; returns the former."""
        former = self.keyring.secrets[0].version
        self.use(self.add())
        return former

    async def keep(self, keyring: Keyring | None = None) -> Rekeying:
        """What the importer does with a change, to its end."""
        async with registry_postgres(self.dsn) as postgres:
            keyring = keyring or self.keyring
            work = Rekeying(
                postgres=postgres,
                sealer=keyring.sealer,
                secrets=keyring.secrets,
                clock=SystemClock(),
                batch=2,
            )
            while await work.work():
                pass
            assert await work.count_left() == 0
            return work

    async def drop(
        self,
        version: int,
        oldest_copy: datetime = LONG_AGO + timedelta(1),
        changed_at: float = 0.0,
    ) -> int:
        """As an operator drops it, when every process has looked at the file; the exit code."""
        os.utime(self.file, (changed_at, changed_at))
        return await asyncio.to_thread(
            execute,
            [
                *("keyring", "drop-registry-secret", str(self.file), str(version)),
                *("--oldest-copy", oldest_copy.isoformat()),
            ],
            {
                "COURTLIST_POSTGRES_DSN": self.dsn,
                "COURTLIST_REDIS_URL": self.redis_url,
                "COURTLIST_KEYRING": str(self.file),
                "COURTLIST_PLAINTEXT": "1",
            },
        )


@asynccontextmanager
async def registry_postgres(dsn: str) -> AsyncIterator[Postgres]:
    settings = PostgresSettings(dsn=dsn, schema="registry", application_name="test", size_min=1)
    async with Postgres.open(settings) as postgres:
        yield postgres


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def archive(
    databases: Databases,
    schema: Schema,
    valkey_server: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Archive]:
    dsn = await databases.fresh(schema)
    file, _ = generate(tmp_path_factory.mktemp("keys"))
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "registry"})
    made = Archive(dsn=dsn, redis_url=valkey_server, file=file, connection=connection)
    async with registry_server(dsn=dsn, redis_url=valkey_server, keyring=made.keyring) as server:
        await Registry.over(server.channel).enrol(FIRST)
    yield made
    await connection.close()
    await databases.drop(dsn)


async def entered_and_void(archive: Archive) -> rpc.EnterListingRequest:
    """A signed entry that was done and undone: only its used signature stands against its coming again."""
    async with archive.served() as house:
        # On a debt that is on record, so that nothing but the signature stands against doing it again.
        obligation_id = (await house.enter()).listing.obligation_id
        request: rpc.EnterListingRequest = signed(
            house.entry(case_number=house.case(), obligation_id=obligation_id)
        )
        await remedy(house, await house.do(request))
    return request


async def refused_as_used(house: CourtHouse, request: rpc.EnterListingRequest) -> None:
    again = rpc.EnterListingRequest()
    again.CopyFrom(request)
    again.request_id = request_id()
    assert "was done on this signature" in unsigned_for(await house.refused(again))


async def test_a_repeated_request_is_known_until_the_version_that_knew_it_is_gone(
    archive: Archive,
) -> None:
    async with archive.served() as house:
        request = signed(house.entry())
        done = await house.do(request)
    former = archive.change()
    async with archive.served() as house:
        assert await house.do(request) == done
        other = rpc.EnterListingRequest()
        other.CopyFrom(request)
        other.listing.conduct = "另一行为情形"
        assert (await house.refused(other)).reason_name == "REQUEST_ID_REUSED"
    await archive.keep()
    assert await archive.drop(former) == 0
    async with archive.served() as house:
        error = await house.refused(request)
    assert error.reason_name == "REQUEST_ID_REUSED"
    assert "see whether this is on record" in error.message, "nobody is invited to do it twice"


async def test_a_used_signature_stays_used_through_every_change(archive: Archive) -> None:
    first = await entered_and_void(archive)
    former = archive.change()
    second = await entered_and_void(archive)
    async with archive.served() as house:
        await refused_as_used(house, first)
        await refused_as_used(house, second)
    assert await archive.drop(former) == 1, "it is needed still"
    assert (await archive.keep()).rekeyed > 0
    assert await archive.drop(former) == 0
    async with archive.served() as house:
        await refused_as_used(house, first)
        await refused_as_used(house, second)


async def test_a_used_signature_is_keyed_anew_though_its_facts_are_erased(archive: Archive) -> None:
    request = await entered_and_void(archive)
    await archive.connection.execute("DELETE FROM change_facts")
    former = archive.change()
    await archive.keep()
    assert await archive.drop(former) == 0
    async with archive.served() as house:
        await refused_as_used(house, request)


async def test_an_importer_that_has_not_read_the_file_yet_keys_nothing_back(
    archive: Archive,
) -> None:
    await entered_and_void(archive)
    before = archive.keyring
    archive.change()
    await archive.keep()
    assert (await archive.keep(before)).rekeyed == 0


async def as_before_versions(archive: Archive) -> None:
    """Have the last used signature be known as a former release knew it."""
    [secret, *_] = archive.keyring.secrets
    [(position, facts)] = await archive.connection.fetch(
        "SELECT position, facts_sealed FROM used_signature JOIN change_facts USING (position)"
        " ORDER BY position DESC LIMIT 1"
    )
    plain = archive.keyring.sealer.unseal(facts, f"change/{position}")
    request = rpc.EnterListingRequest.FromString(plain.partition(b"Request\0")[2])
    signed_bytes = request.DESCRIPTOR.full_name.encode() + b"\0" + request.signature.content
    key = hashlib.sha256(b"courtlist.signature.v1" + secret.secret).digest()
    await archive.connection.execute(
        "UPDATE used_signature SET hash_sealed = NULL, content_digest = $2 WHERE position = $1",
        position,
        hmac.digest(key, signed_bytes, "sha256"),
    )


async def test_a_signature_that_was_used_before_there_were_versions_stays_used(
    archive: Archive,
) -> None:
    request = await entered_and_void(archive)
    await as_before_versions(archive)
    async with archive.served() as house:
        await refused_as_used(house, request)
    former = archive.change()
    async with archive.served() as house:
        await refused_as_used(house, request)
    await archive.keep()
    assert await archive.drop(former) == 0
    async with archive.served() as house:
        await refused_as_used(house, request)


async def test_a_version_is_not_dropped_while_a_copy_is_kept_from_before_the_next(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    former = archive.change()
    await archive.keep()
    # Another process may have gone by the former for a moment longer.
    for oldest_copy in (LONG_AGO, LONG_AGO + timedelta(seconds=SETTLED_S / 2)):
        assert await archive.drop(former, oldest_copy=oldest_copy) == 1
        assert "would not believe what its gates say of endings" in capsys.readouterr().err
    assert former in [one.version for one in archive.keyring.secrets]
    assert await archive.drop(former) == 0


async def test_a_version_is_not_used_before_every_process_has_looked_at_it(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    in_use, version = archive.keyring.secrets[0].version, archive.add()
    use = ["keyring", "use-registry-secret", str(archive.file), str(version)]
    assert execute(use, {}) == 1
    assert "looks every 1 s" in capsys.readouterr().err
    assert archive.keyring.secrets[0].version == in_use
    os.utime(archive.file, (0, 0))
    assert execute(use, {}) == 0
    assert archive.keyring.secrets[0].version == version


async def test_a_version_is_not_dropped_before_every_process_has_looked_at_the_next(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    former = archive.change()
    await archive.keep()
    assert await archive.drop(former, changed_at=time.time() - SETTLED_S / 2) == 1
    assert "looks every 1 s" in capsys.readouterr().err
    assert await archive.drop(former) == 0


async def test_the_oldest_copy_is_an_instant_with_its_offset(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        await archive.drop(1, oldest_copy=LONG_AGO.replace(tzinfo=None))
    assert ended.value.code == 2
    assert "--oldest-copy" in capsys.readouterr().err


async def test_a_page_is_followed_by_the_next_after_a_change(archive: Archive) -> None:
    async with archive.served() as house:
        for _ in range(2):
            await house.enter()
        size = rpc.SearchListingsRequest(page_size=1)
        first = await house.do(size)
    archive.change()
    async with archive.served() as house:
        size.page_token = first.next_page_token
        second = await house.do(size)
    assert second.listings[0].listing_id != first.listings[0].listing_id


async def test_nothing_from_before_an_act_is_answered_while_two_processes_use_two_versions(
    archive: Archive,
) -> None:
    version = archive.add()
    before = archive.keyring
    archive.use(version)
    async with archive.served(before) as late, archive.served() as early:
        for reads, writes in ((early, late), (late, early)):
            person = writes.person()
            entry = writes.entry(subject=person.subject)
            entered = await writes.do(entry)
            # With no word on consistency the cache may answer, and does.
            asked = rpc.GetStandingRequest(document=entry.subject.documents[0])
            for _ in range(2):
                assert len((await reads.do(asked)).listings) == 1
            await remedy(writes, entered)
            assert not (await reads.do(asked)).listings
