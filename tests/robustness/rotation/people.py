"""The keys with which people say that they act, and with which presidents sign."""

from typing import Final

import grpc
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authority.caller import Actor
from authority.proving_channel import PersonKey
from chassis.wire.status import parse
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.registry.v1 import registry_service_pb2_grpc
from stack.connections import Connections, StackProofs
from stack.office import acting, request_id
from stack.papers import Court
from tests.robustness.chambers import Chambers
from tests.robustness.rotation import importing
from tests.robustness.rotation.scene import Scene

_ROLES: Final = ("clerk", "judge", "reviewer", "auditor", "president")


async def replace_every_persons_key(scene: Scene, label: str) -> None:
    """Enrolled by each court's president, used by everybody, and the former retired; `label` names the new."""
    former = {
        (court.code, role): _proofs(scene).key_of(_actor(court, role))
        for court in scene.world.courts
        for role in _ROLES
    }
    for court in scene.world.courts:
        chambers = Chambers(scene.world, court, scene.diary)
        for role in _ROLES:
            fresh = _fresh(f"{label}.assert.{_person(court, role)}")
            await _enrol(scene, chambers, role, fresh, ledger.KEY_PURPOSE_ASSERT)
            _proofs(scene).give_key(_person(court, role), fresh)
    # Whatever was on its way by the former keys has arrived.
    await scene.goes_on()
    for court in scene.world.courts:
        chambers = Chambers(scene.world, court, scene.diary)
        for role in _ROLES:
            await _retire(scene, chambers, former[court.code, role])
    for court in scene.world.courts:
        await _only_the_new_keys_act(scene, court, former)
    await scene.goes_on()


async def replace_every_sign_key(scene: Scene, label: str) -> None:
    """What a president signed before stays signed; what she signs by the former key afterwards is not."""
    keys, imports = scene.sign_keys, scene.importing
    courts = (*scene.world.courts, importing.COURT)
    former = {court.code: keys.of(court.president) for court in courts}
    for court in courts:
        fresh = _fresh(f"{label}.sign.{court.president}")
        chambers = Chambers(scene.world, court, scene.diary)
        await _enrol(scene, chambers, "president", fresh, ledger.KEY_PURPOSE_SIGN)
        keys.give(court.president, fresh)
    await scene.goes_on()
    async with imports.calls:
        for court in courts:
            await _retire(scene, Chambers(scene.world, court, scene.diary), former[court.code])
        import_id = await imports.approved(1)
        fresh = keys.of(importing.COURT.president)
        keys.give(importing.COURT.president, former[importing.COURT.code])
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await imports.sign(import_id)
        assert "NOT_SIGNED" in [one.reason_name for one in parse(refused.value).violations]
        keys.give(importing.COURT.president, fresh)
        await imports.sign(import_id)
    await imports.finish(import_id)
    await scene.goes_on()


def _proofs(scene: Scene) -> StackProofs:
    return scene.world.stack.proofs


def _person(court: Court, role: str) -> str:
    return str(getattr(court, role))


def _actor(court: Court, role: str) -> Actor:
    number = ledger.Role.Value(f"ROLE_{role.upper()}")
    return Actor(person_id=_person(court, role), role=number, court_code=court.code)


def _fresh(key_id: str) -> PersonKey:
    return PersonKey(key_id=key_id, private_key=Ed25519PrivateKey.generate())


async def _enrol(
    scene: Scene,
    chambers: Chambers,
    role: str,
    key: PersonKey,
    purpose: ledger.KeyPurpose.ValueType,
) -> None:
    court = chambers.court
    request = admin.EnrolKeyRequest(
        request_id=request_id(),
        person_id=_person(court, role),
        court_code=court.code,
        key_id=key.key_id,
        purpose=purpose,
        algorithm="ed25519",
        public_key=key.private_key.public_key().public_bytes_raw(),
    )
    president = acting(court.president, "president", court)
    await chambers.insist("enrol_key", scene.world.registry.operators.EnrolKey, request, president)


async def _retire(scene: Scene, chambers: Chambers, key: PersonKey) -> None:
    court = chambers.court
    request = admin.RetireKeyRequest(request_id=request_id(), key_id=key.key_id)
    president = acting(court.president, "president", court)
    await chambers.insist(
        "retire_key", scene.world.registry.operators.RetireKey, request, president
    )


async def _only_the_new_keys_act(
    scene: Scene, court: Court, former: dict[tuple[str, str], PersonKey]
) -> None:
    """Each person is believed by her new key, and by her former one refused with its reason."""
    stack = scene.world.stack
    by_former = StackProofs(stack.proofs.certificates)
    for role in _ROLES:
        by_former.give_key(_person(court, role), former[court.code, role])
    servers = {one.name: one.peer for one in stack.layout}
    for proofs, is_believed in ((stack.proofs, True), (by_former, False)):
        ways = Connections(addresses=stack.addresses, servers=servers, proofs=proofs)
        async with ways.to("registry") as channel:
            courts = registry_service_pb2_grpc.RegistryServiceStub(channel)
            for role in _ROLES:
                # Elsewhere a key is believed for ten seconds more: this registry retired it itself.
                assert await _is_believed(courts, court, role) is is_believed


async def _is_believed(
    courts: registry_service_pb2_grpc.RegistryServiceStub, court: Court, role: str
) -> bool:
    """Whether the registry believes that this person calls; she may have no right to what she asks."""
    try:
        await courts.ListTasks(
            rpc.ListTasksRequest(), metadata=acting(_person(court, role), role, court)
        )
    except grpc.aio.AioRpcError as error:
        refused = parse(error)
        if refused.reason == reasons.ERROR_REASON_ASSERTION_INVALID:
            return bool(refused.metadata["why"] != "KEY_UNKNOWN")
        if error.code() is not grpc.StatusCode.PERMISSION_DENIED:
            raise
    return True
