"""What takes two people is not done by one, whatever certificates, keys and roles she has."""

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.protobuf.message import Message

from authority.assertion import make
from authority.caller import Actor
from authority.table import CLERK, JUDGE, Role
from chassis.clock import SystemClock
from chassis.tls.transport import Transport
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.keys import sign_key
from stack.office import acting, binding, request_id, second_of
from stack.papers import Court
from tests.system.attacks.attacker import Outcome, bearer
from tests.system.attacks.cast import COURT_A, COURT_B, peer_of
from tests.system.attacks.conftest import Scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

_PERSON = "attack-two-roles"
_KEYS: dict[str, Ed25519PrivateKey] = {
    f"attack.{number}.{court.code.encode().hex()}": sign_key(f"attack-{number}-{court.code}")
    for number in (1, 2)
    for court in (COURT_A, COURT_B)
}


def key_id(number: int, court: Court) -> str:
    return f"attack.{number}.{court.code.encode().hex()}"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def person(scene: Scene) -> str:
    """Clerk and judge at two courts, with two keys at each."""
    operators = scene.court_a.registry.operators
    for court in (COURT_A, COURT_B):
        president = acting(court.president, "president", court)
        for role in (ledger.ROLE_CLERK, ledger.ROLE_JUDGE):
            officer = admin.EnrolOfficerRequest(
                request_id=request_id(),
                person_id=_PERSON,
                name="测试人员",
                role=role,
                court_code=court.code,
            )
            await operators.EnrolOfficer(officer, metadata=president)
        for number in (1, 2):
            key = admin.EnrolKeyRequest(
                request_id=request_id(),
                person_id=_PERSON,
                court_code=court.code,
                key_id=key_id(number, court),
                purpose=ledger.KEY_PURPOSE_ASSERT,
                algorithm="ed25519",
                public_key=_KEYS[key_id(number, court)].public_key().public_bytes_raw(),
            )
            await operators.EnrolKey(key, metadata=president)
    return _PERSON


@pytest.mark.parametrize(
    ("role", "key", "court", "reason"),
    [
        (CLERK, 1, COURT_A, "SAME_PERSON"),
        (CLERK, 2, COURT_A, "SAME_PERSON"),
        (JUDGE, 1, COURT_A, "SAME_PERSON"),
        (JUDGE, 2, COURT_A, "SAME_PERSON"),
        # Neither court nor person: whichever is said, she has not bound it.
        (JUDGE, 2, COURT_B, "COURT_REFUSED"),
    ],
    ids=["again", "another key", "another role", "another role and key", "another court"],
)
async def test_one_person_binds_no_document(
    scene: Scene, person: str, role: Role, key: int, court: Court, reason: str
) -> None:
    debtor = scene.person()
    entered = await scene.court_a.enter(debtor.subject)
    prepared = binding(entered.listing.subject_id, debtor.passport)
    first = await send(scene, "PrepareBinding", prepared, person, CLERK, 1, COURT_A)
    assert first.seen == "OK"
    preparation = rpc.PrepareBindingResponse.FromString(first.answer).preparation_id
    before = await scene.head()
    binds = second_of(prepared, preparation)
    # A renewed certificate of the same court is no other person's either.
    for transport in (None, renewed(scene, court)):
        refused = await send(scene, "BindDocument", binds, person, role, key, court, transport)
        assert refused.reason == reason
    assert await scene.head() == before
    await scene.court_a.registry.courts.BindDocument(binds, metadata=scene.court_a.judge)


async def test_the_attacked_system_is_unharmed(scene: Scene) -> None:
    assert await scene.is_unharmed()


def renewed(scene: Scene, court: Court) -> Transport:
    """Over a second certificate of the court, with a key of its own."""
    proofs = scene.stack.proofs
    assert proofs.certificates is not None
    proofs.certificates.ensure(peer_of(court), renew=True)
    return type(proofs)(proofs.certificates).transport_of(peer_of(court))


async def send(
    scene: Scene,
    name: str,
    request: Message,
    person: str,
    role: Role,
    key: int,
    court: Court,
    transport: Transport | None = None,
) -> Outcome:
    """By the person in that role, with that one of her keys, over that court's certificate."""
    token = make(
        actor=Actor(person_id=person, role=role, court_code=court.code),
        key_id=key_id(key, court),
        private_key=_KEYS[key_id(key, court)],
        audience="registry",
        now=SystemClock().now(),
    )
    shown = transport or scene.attacker.transport_of(peer_of(court))
    return await scene.attacker.call(scene.rpc(name), request, shown, bearer(token))
