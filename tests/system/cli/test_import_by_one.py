"""What three people bring in is not brought in by one, whatever certificates, keys and roles she has."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authority.assertion import make
from authority.caller import Actor
from authority.table import CLERK, JUDGE, PRESIDENT, Role
from chassis.clock import SystemClock
from chassis.tls.transport import Transport
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import import_service_pb2 as imports
from courtlist.registry.v1 import import_service_pb2_grpc
from stack.keys import assert_key, assert_key_id, sign_key
from stack.office import Registry, acting, request_id
from stack.papers import Court, Person
from stack.signing import signature
from stack.supervisor import Stack
from tests.system.attacks.attacker import Attacker, Outcome, bearer
from tests.system.attacks.cast import peer_of
from tests.system.attacks.surface import Rpc, surface
from tests.system.courthouse import Courthouse
from tests.system.register import have_judged

pytestmark = pytest.mark.asyncio(loop_scope="session")

_COURT = Court("云0199", "示例市第九人民法院", "0871-0000 0009")
_FURTHER_ID = "further.key.of.one"
_FURTHER: Ed25519PrivateKey = sign_key(_FURTHER_ID)


async def _give_further(registry: Registry, person: str) -> None:
    """She is judge and president, too, and has a second key to act with."""
    president = acting(_COURT.president, "president", _COURT)
    for role in (ledger.ROLE_JUDGE, ledger.ROLE_PRESIDENT):
        officer = admin.EnrolOfficerRequest(
            request_id=request_id(),
            person_id=person,
            name="测试人员",
            role=role,
            court_code=_COURT.code,
        )
        await registry.operators.EnrolOfficer(officer, metadata=president)
    key = admin.EnrolKeyRequest(
        request_id=request_id(),
        person_id=person,
        court_code=_COURT.code,
        key_id=_FURTHER_ID,
        purpose=ledger.KEY_PURPOSE_ASSERT,
        algorithm="ed25519",
        public_key=_FURTHER.public_key().public_bytes_raw(),
    )
    await registry.operators.EnrolKey(key, metadata=president)


class _One:
    """One person at the registry, in any of her roles, by either key, over either certificate."""

    def __init__(self, stack: Stack, rpcs: list[Rpc]) -> None:
        self._attacker = Attacker(stack)
        self._rpcs = {one.name: one for one in rpcs if one.server == "registry"}
        self._stack = stack

    def certificates(self) -> list[Transport]:
        """The court's certificate, and another one of the same court."""
        first = self._stack.proofs.transport_of(peer_of(_COURT))
        made = self._stack.proofs.certificates
        assert made is not None
        made.ensure(peer_of(_COURT), renew=True)
        return [first, type(self._stack.proofs)(made).transport_of(peer_of(_COURT))]

    async def send(
        self, name: str, request: object, role: Role, transport: Transport, *, further: bool
    ) -> Outcome:
        person = _COURT.clerk
        token = make(
            actor=Actor(person_id=person, role=role, court_code=_COURT.code),
            key_id=_FURTHER_ID if further else assert_key_id(person),
            private_key=_FURTHER if further else assert_key(person),
            audience="registry",
            now=SystemClock().now(),
        )
        rpc = self._rpcs[name]
        assert isinstance(request, imports.ApproveImportRequest | imports.SignImportRequest)
        return await self._attacker.call(rpc, request, transport, bearer(token))

    async def close(self) -> None:
        await self._attacker.close()


@pytest.mark.slow
async def test_who_has_prepared_an_import_neither_approves_nor_signs_it(own_system: Stack) -> None:
    one = _One(own_system, await surface(own_system))
    async with own_system.connections.to("registry") as channel:
        registry = Registry.over(channel)
        court = await Courthouse(registry=registry, court=_COURT).open()
        checked = await have_judged(channel, court, [Person(70), Person(71)])
        await _give_further(registry, _COURT.clerk)
        import_id, manifest = checked.import_id, checked.manifest.manifest_hash
        approves = imports.ApproveImportRequest(import_id=import_id, manifest_hash=manifest)
        certificates = one.certificates()
        for role, further in ((CLERK, False), (CLERK, True), (JUDGE, False), (JUDGE, True)):
            for transport in certificates:
                refused = await one.send(
                    "ApproveImport", approves, role, transport, further=further
                )
                assert refused.reason == "SAME_PERSON", (role, further)
        stub = import_service_pb2_grpc.ImportServiceStub(channel)
        await stub.ApproveImport(approves, metadata=court.judge)
        signs = imports.SignImportRequest(
            request_id=request_id(), import_id=import_id, manifest_hash=manifest
        )
        signs.signature.CopyFrom(signature(signs, _COURT.clerk))
        for transport in certificates:
            refused = await one.send("SignImport", signs, PRESIDENT, transport, further=True)
            assert refused.reason == "SAME_PERSON"
        found = await stub.GetImport(
            imports.GetImportRequest(import_id=import_id), metadata=court.clerk
        )
        assert getattr(found, "import").state == imports.IMPORT_STATE_APPROVED
    await one.close()
