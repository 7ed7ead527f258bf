"""The image, built and run over TLS as compose.yaml runs it, on a PostgreSQL and a Valkey of our own."""

import asyncio
import json
import secrets
import warnings
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from certificates.folder import CertificateFolder
from chassis.ready import ask
from chassis.tls.transport import TRUST_DOMAIN_DEFAULT
from chassis.version import VERSION
from courtlist.process.v1 import process_service_pb2 as process_pb2
from courtlist.process.v1 import process_service_pb2_grpc
from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.connections import RAIL_PEER, Connections, StackProofs
from stack.databases import ensure_database, owner_of
from stack.layout import IMPORTER, Service, ours
from stack.office import Registry, TicketOffice, flight
from stack.papers import Court, Person
from stack.ports import free_port
from tests import backends
from tests.container_engine import Engine, EngineError, base_image, find_engine
from tests.eventually import eventually
from tests.system.courthouse import Courthouse, gate_refuses, legal_today, open_office

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

COURT = Court("豫0199", "示例市第六人民法院", "0371-0000 0006")
ACCOUNT = "10001"
SAILING = (*ours(), IMPORTER)
"""Every service that gets a container."""


@dataclass(kw_only=True)
class Ship:
    """Containers of one image, by name of service."""

    engine: Engine
    image: str
    name: str
    proofs: StackProofs
    addresses: dict[str, str] = field(default_factory=dict)

    @property
    def connections(self) -> Connections:
        """Channels to the containers, for clients that say in a call's metadata who makes it."""
        servers = {service.name: service.peer for service in SAILING}
        return Connections(addresses=self.addresses, servers=servers, proofs=self.proofs)

    def container(self, service: str) -> str:
        return f"{self.name}-{service}"

    def keys(self, service: Service) -> str:
        """The volume and the folder of its key file, as compose.yaml mounts them."""
        folder = "keys" if service.keyring.startswith("registry") else "gate-keys"
        return f"{self.name}-{folder}:/var/lib/courtlist/{folder}"

    def start(self, service: Service, given: Path) -> None:
        """One container: nothing may be written but what is mounted, and no rights are held."""
        self.addresses[service.name] = f"127.0.0.1:{free_port()}"
        settings = {
            "COURTLIST_LISTEN": self.addresses[service.name],
            "COURTLIST_TLS_CERTIFICATE": "/run/tls/certificate.pem",
            "COURTLIST_TLS_KEY": "/run/tls/key.pem",
            "COURTLIST_TLS_TRUST": "/run/tls/trust.pem",
            "COURTLIST_KEY_READERS": "anyone",
            "COURTLIST_KEYRING": f"{self.keys(service).rpartition(':')[2]}/{service.keyring}",
            "COURTLIST_POSTGRES_DSN_FILE": "/run/secrets/dsn",
            "COURTLIST_REDIS_URL_FILE": "/run/secrets/redis.url",
            "COURTLIST_REGISTRY": self.addresses["registry"],
        }
        self.engine.run(
            "run", "--detach", "--name", self.container(service.name), "--network=host", "--read-only",
            "--cap-drop=ALL", "--security-opt=no-new-privileges",
            *(f"--env={key}={value}" for key, value in settings.items()),
            f"--volume={self.keys(service)}:ro",
            f"--volume={given / (service.role or service.name)}:/run/secrets/dsn:ro",
            f"--volume={given / 'redis.url'}:/run/secrets/redis.url:ro",
            f"--volume={self.hand(service, given)}:/run/tls:ro",
            self.image, *(service.command[1:] or (service.name,)),
        )  # fmt: skip

    def hand(self, service: Service, given: Path) -> Path:
        """The service's own folder of certificate, key and trust, as deploy/certificates.sh makes it."""
        files = self.proofs.transport_of(service.peer).files
        assert files is not None, "the containers speak TLS"
        folder = given / "tls" / service.name
        folder.mkdir(parents=True)
        for name, path in (
            ("trust.pem", files.trust),
            ("key.pem", files.key),
            ("certificate.pem", files.certificate),
        ):
            (folder / name).write_bytes(path.read_bytes())
            (folder / name).chmod(0o444)
        return folder

    def migrate(self, service: Service, given: Path) -> None:
        """What compose.yaml's service `migrate` does for one of them."""
        self.engine.run(
            "run", "--rm", "--network=host", "--read-only", "--cap-drop=ALL",
            "--env=COURTLIST_POSTGRES_OWNER_DSN_FILE=/run/secrets/owner.dsn",
            f"--env=COURTLIST_POSTGRES_DSN=postgresql://{service.name}@127.0.0.1/{service.name}",
            f"--volume={given / owner_of(service.name)}:/run/secrets/owner.dsn:ro",
            self.image, service.name, "migrate",
        )  # fmt: skip

    def log(self, service: str) -> str:
        return self.engine.run("logs", self.container(service))

    def remove(self) -> None:
        """Leave nothing of this test behind, but the layers that make the next build quick."""
        for service in (*self.addresses, "keys"):
            _try(self.engine, "rm", "--force", self.container(service))
        for folder in ("keys", "gate-keys"):
            _try(self.engine, "volume", "rm", "--force", f"{self.name}-{folder}")


def _try(engine: Engine, *command: str) -> None:
    try:
        engine.run(*command)
    except EngineError as error:
        warnings.warn(str(error), stacklevel=1)


def _skip(why: str) -> None:
    pytest.skip(f"THE IMAGE IS NOT TESTED: {why}; see tests/container_engine.py")


@pytest.fixture(scope="module")
def ship(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ship]:
    """The image, built from this tree."""
    engine = find_engine()
    if engine is None:
        _skip("neither Docker nor podman answers")
        return
    if not engine.holds(base_image()):
        _skip(f"its base {base_image()} is not here and cannot be fetched")
    image = "localhost/courtlist:test"
    engine.build(image)
    certificates = CertificateFolder(
        tmp_path_factory.mktemp("certificates"), trust_domain=TRUST_DOMAIN_DEFAULT
    )
    made = Ship(
        engine=engine,
        image=image,
        name=f"courtlist-test-{secrets.token_hex(4)}",
        proofs=StackProofs(certificates),
    )
    yield made
    made.remove()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def afloat(ship: Ship, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ship]:
    """Every service in a container of its own, as compose.yaml starts them."""
    given = tmp_path_factory.mktemp("secrets")
    # What compose.yaml's service `keys` does.
    await asyncio.to_thread(
        ship.engine.run,
        "run", "--name", ship.container("keys"), "--cap-drop=ALL", "--workdir=/var/lib/courtlist",
        f"--volume={ship.name}-keys:/var/lib/courtlist/keys",
        f"--volume={ship.name}-gate-keys:/var/lib/courtlist/gate-keys",
        "--entrypoint=sh", ship.image, "-euc",
        "python -m registry keyring --out keys && cp keys/gate.keyring.json gate-keys/",
    )  # fmt: skip
    async with backends.embedded_postgres() as postgres, backends.embedded_valkey() as valkey:
        _give(given / "redis.url", valkey.url)
        word = cache(lambda _: secrets.token_hex(16))
        for service in ours():
            database = await ensure_database(
                postgres.dsn, service.name, beside=service.beside, password=word
            )
            for role, dsn in {owner_of(service.name): database.owner, **database.roles}.items():
                _give(given / role, dsn)
            await asyncio.to_thread(ship.migrate, service, given)
        for service in SAILING:
            await asyncio.to_thread(ship.start, service, given)
        for service in SAILING:
            await eventually(lambda service=service: _is_ready(ship, service), 90)
        yield ship
        await asyncio.to_thread(ship.remove)


def _give(path: Path, value: str) -> None:
    """A secret as compose.yaml gives it: a file that the account in the container can read."""
    path.write_text(value, encoding="ascii")
    path.chmod(0o444)


async def _is_ready(ship: Ship, service: Service) -> bool:
    name = service.name
    state = (await asyncio.to_thread(ship.engine.inspect, ship.container(name)))["State"]
    assert state["Running"], f"{name} has ended:\n{ship.log(name)[-4000:]}"
    # As the container asks itself, by the certificate that it has.
    return not await ask(ship.addresses[name], ship.proofs.transport_of(service.peer))


def _shell(ship: Ship, command: str) -> str:
    return ship.engine.run("run", "--rm", "--entrypoint=sh", ship.image, "-euc", command)


def test_the_image_runs_as_an_account_without_rights(ship: Ship) -> None:
    assert _shell(ship, "id -u") == ACCOUNT
    with pytest.raises(EngineError, match=r"denied|Permission"):
        _shell(ship, "touch /opt/courtlist/services/registry/mark")


def test_the_image_holds_the_services_and_no_tool_no_test_and_nothing_of_its_build(
    ship: Ship,
) -> None:
    assert _shell(ship, "ls /opt/courtlist") == "LICENSE\nimage.lock\nservices"
    assert _shell(ship, "ls /run/secrets 2>/dev/null || true") == ""
    for package in ("pytest", "mypy", "embedded_postgres"):
        with pytest.raises(EngineError, match="No module named"):
            ship.engine.run("run", "--rm", ship.image, package)
    for service in ours():
        said = ship.engine.run("run", "--rm", ship.image, service.name, "--help")
        assert "COURTLIST_METRICS_LISTEN" in said


async def test_every_process_runs_from_the_image_and_says_its_version(afloat: Ship) -> None:
    for name in afloat.addresses:
        async with afloat.connections.to(name) as channel:
            stub: Any = process_service_pb2_grpc.ProcessServiceStub(channel)
            answer = await stub.GetProcess(process_pb2.GetProcessRequest())
        assert answer.version == VERSION, name


async def test_a_debtor_is_entered_refused_and_freed_across_containers(afloat: Ship) -> None:
    person = Person(7_100_001)
    async with (
        afloat.connections.to("registry") as registry,
        afloat.connections.to("travel", own=RAIL_PEER) as travel,
    ):
        court = await Courthouse(registry=Registry.over(registry), court=COURT).open()
        office = TicketOffice.over(travel, legal_today() + timedelta(days=1))
        await open_office(Registry.over(registry), office)
        entered = await court.enter(person.subject)
        await gate_refuses(office, person.resident_id)
        await court.pay_off(entered.listing.obligation_id)
        decision = await office.check(person.resident_id, flight())
    assert decision.answer == restriction.ANSWER_CLEAR


async def test_a_container_is_asked_for_its_health_from_within(afloat: Ship) -> None:
    container = afloat.container("travel")
    await asyncio.to_thread(afloat.engine.run, "exec", container, "python", "-m", "chassis.ready")


async def test_a_container_drains_when_it_is_stopped_and_logs_json_all_along(
    afloat: Ship,
) -> None:
    container = afloat.container("loan")
    await asyncio.to_thread(afloat.engine.run, "stop", "--time=15", container)
    state = (await asyncio.to_thread(afloat.engine.inspect, container))["State"]
    assert state["ExitCode"] == 0
    events = [json.loads(line)["event"] for line in afloat.log("loan").splitlines()]
    assert events[-1] == "stopped"
    await asyncio.to_thread(afloat.engine.run, "start", container)
    [loan] = [one for one in SAILING if one.name == "loan"]
    await eventually(lambda: _is_ready(afloat, loan), 60)
