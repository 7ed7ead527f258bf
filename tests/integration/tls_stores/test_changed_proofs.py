"""What the stores and their clients prove themselves by is changed while a court acts.

Both stores ask the registry for a certificate of its own throughout.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from registry.wiring import load_schema
from stack.databases import Database, ensure_database
from stack.folders import DataFolder
from stack.office import Registry
from stack.papers import Court
from stack.ports import LOOPBACK
from tests.eventually import eventually
from tests.integration.tls_stores import servers
from tests.integration.tls_stores.acting import Acting
from tests.integration.tls_stores.papers import Authority, Certificate
from tests.integration.tls_stores.stores import Stores, put_bundle, serial_of
from tests.integration.tls_stores.test_postgres_tls import dsn_of
from tests.registry_server import registry_server
from tests.system.courthouse import Courthouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

_COURT = Court("浙0199", "示例市第八人民法院", "0571-0000 0008")
_NAME = "service/registry"
_BOTH, _NEITHER = (True, True), (False, False)


@dataclass
class Scene:
    """A clerk who may act, the stores beneath her, and who signed what these and the registry show."""

    folder: Path
    stores: Stores
    made: Database
    acting: Acting
    stores_ca: Authority
    clients_ca: Authority


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(postgres_programs: Path, redis_program: Path) -> AsyncIterator[Scene]:
    folder = DataFolder.temporary()
    of_stores, of_clients = Authority(folder.path, "stores"), Authority(folder.path, "clients")
    worn = of_stores.issue("worn", common_name="a server", address=LOOPBACK)
    own = Certificate(folder.path / "own.pem", folder.path / "own.key")
    trust, admitted = folder.path / "stores-ca.pem", folder.path / "clients-ca.pem"
    put_bundle(trust, of_stores)
    put_bundle(admitted, of_clients)
    first = of_clients.issue("first", common_name=_NAME)
    async with (
        servers.postgres_running(
            postgres_programs, certificate=worn, client_ca=admitted, rules=servers.CERTIFIED
        ) as postgres,
        servers.redis_running(
            redis_program, certificate=worn, client_ca=admitted, client=first
        ) as redis,
    ):
        stores = Stores(postgres, redis, trust, admitted, own)
        stores.show(first)
        made = await ensure_database(
            dsn_of(postgres.address, trust),
            "registry",
            beside=("registry_import", "registry_erase"),
            password=lambda role: f"{role}-word",
        )
        await load_schema().bring_forward(owner_dsn=made.owner, role="registry")
        async with registry_server(dsn=stores.dsn(own), redis_url=stores.url(own)) as server:
            court = Courthouse(registry=Registry.over(server.channel), court=_COURT)
            acting = Acting(await court.open())
            yield Scene(folder.path, stores, made, acting, of_stores, of_clients)
    folder.close()


async def test_the_certificates_of_the_stores_and_their_ca_change_while_a_court_acts(
    scene: Scene,
) -> None:
    """The CA by way of a bundle of both."""
    stores, acting = scene.stores, scene.acting
    former, coming = scene.stores_ca, Authority(scene.folder, "coming-stores")
    async with acting.working():
        await stores.wear(former.issue("second-worn", common_name="a server", address=LOOPBACK))
        await stores.connect_anew()
        await acting.goes_on()
        stores.believe(former, coming)
        await stores.connect_anew()
        await stores.wear(coming.issue("third-worn", common_name="a server", address=LOOPBACK))
        await stores.connect_anew()
        stores.believe(coming)
        await stores.connect_anew()
    scene.stores_ca = coming
    with pytest.raises(OSError, match="certificate"):
        await asyncpg.connect(dsn_of(stores.postgres.address, former.certificate))


async def test_what_the_registry_shows_the_stores_is_renewed_while_a_court_acts(
    scene: Scene,
) -> None:
    stores, acting = scene.stores, scene.acting
    fresh = scene.clients_ca.issue("renewed", common_name=_NAME)
    async with acting.working():
        before = acting.refused
        stores.show(fresh)
        await acting.goes_on()
        assert acting.refused == before, "whoever is connected is not asked again"
        await stores.connect_anew()
        await acting.goes_on()
        assert await stores.serials_shown() == {serial_of(fresh)}


async def test_the_stores_drop_the_ca_of_the_registrys_certificate_while_a_court_acts(
    scene: Scene,
) -> None:
    """The new one is admitted beside it, shown, and then the only one that is."""
    stores, acting = scene.stores, scene.acting
    former, coming = scene.clients_ca, Authority(scene.folder, "coming-clients")
    left = former.issue("left", common_name=_NAME)
    fresh = coming.issue("fresh", common_name=_NAME)
    async with acting.working():
        before = acting.refused
        await stores.admit(former, coming)
        await eventually(lambda: _are_let_in(stores, fresh, _BOTH))
        stores.show(fresh)
        await stores.admit(coming)
        await eventually(lambda: _are_let_in(stores, left, _NEITHER))
        await acting.goes_on()
        assert acting.refused == before, "whoever is connected is not asked again"
        await stores.connect_anew()
        await acting.goes_on()
        assert await stores.serials_shown() == {serial_of(fresh)}
        stranger = coming.issue("stranger", common_name="service/travel")
        assert await stores.let_in(stranger) == (False, True), "PostgreSQL asks for the name, too"
    scene.clients_ca = coming


async def test_a_certificate_comes_as_each_role_of_its_process_and_as_no_other(
    scene: Scene,
) -> None:
    importers = scene.clients_ca.issue("importer", common_name="service/importer")
    for role in ("registry_import", "registry_erase"):
        await (await asyncpg.connect(scene.stores.dsn(importers, role))).close()
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        await asyncpg.connect(scene.stores.dsn(importers))


async def test_an_owners_password_changes_while_a_court_acts(scene: Scene) -> None:
    """The next migration says the new one; whoever serves knows neither."""
    async with scene.acting.working():
        async with scene.stores.superuser() as connection:
            await connection.execute("ALTER ROLE registry_owner PASSWORD 'another-word'")
        fresh = scene.made.owner.replace("registry_owner-word", "another-word")
        await load_schema().bring_forward(owner_dsn=fresh, role="registry")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(scene.made.owner)


async def _are_let_in(stores: Stores, shown: Certificate, expected: tuple[bool, bool]) -> bool:
    return await stores.let_in(shown) == expected
