"""A court's people, lawfully signed, reach for what is another's: each act is refused by whose it is."""

import hashlib
from functools import partial

import pytest
from google.protobuf.message import Message

from authority.table import Scope
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import import_service_pb2 as imports
from courtlist.registry.v1 import import_service_pb2_grpc, order_pb2
from registry.feed.ending_seals import EndingSeals, endings_of
from registry.keyring import REGISTRY_FILE, Keyring
from stack.office import Metadata, acting, request_id
from stack.papers import day
from tests.system.attacks.attacker import Outcome, assertion_of, bearer
from tests.system.attacks.cast import COURT_A, COURT_B, OTHER_SERVICE, actor, peer_of
from tests.system.attacks.conftest import Scene
from tests.system.attacks.holdings import holdings_of, of_import, reaching
from tests.system.attacks.journal import Journal
from tests.system.attacks.surface import Rpc

pytestmark = pytest.mark.asyncio(loop_scope="session")

_OWN = {Scope.OWN_COURT, Scope.OWN_OR_BELOW}
_ROLES = ("clerk", "judge", "president", "reviewer", "auditor")
# They name no record that another has: what they write or list is the caller's own court's. What
# EnterListing and IssueOrder name is a case, shown below.
_OWN_ALONE = {"SetGoLive", "BeginImport", "ListImports", "EnterListing", "IssueOrder"}
# Whose preparation it is counts there: tests/system/attacks/test_four_eyes.py.
_SHOWN_THERE = {"BindDocument"}


async def test_no_person_of_another_court_reaches_a_record(scene: Scene) -> None:
    debtor = scene.person()
    held = await holdings_of(scene.court_a, debtor, partial(lose, scene))
    requests = reaching(scene.court_a, held, debtor)
    import_id = await import_of_a(scene)
    imported = of_import(import_id)
    journal, before = Journal(scene.stack, "registry"), await scene.head()
    seen: dict[str, str] = {}
    for name, request in (*requests.items(), *imported.items()):
        rpc = scene.rpc(name)
        for role in _allowed(rpc):
            outcome = await send(scene, rpc, request, role)
            seen[f"{name} by a {role}"] = outcome.seen
            line = (await journal.calls_of({outcome.call_id}))[outcome.call_id]
            assert (line["reason"], line["person"]) == (outcome.reason, getattr(COURT_B, role))
    wrong = {
        call: reason
        for call, reason in seen.items()
        if reason not in (_NOT_THEIRS if call.split()[0] in imported else _refusals(call))
    }
    assert not wrong
    assert await scene.head() == before
    assert debtor.resident_id.number not in journal.text()
    assert debtor.name not in journal.text()


async def test_no_court_enters_anybody_in_anothers_case(scene: Scene) -> None:
    before, request = await scene.head(), scene.court_a.entry(scene.person().subject)
    outcome = await send(scene, scene.rpc("EnterListing"), request, "clerk")
    assert outcome.seen == "UNLAWFUL"
    assert "CASE_REFUSED" in outcome.message
    assert await scene.head() == before


async def test_every_act_on_a_courts_own_records_is_among_the_attacks(scene: Scene) -> None:
    debtor = scene.person()
    held = await holdings_of(scene.court_a, debtor, partial(lose, scene))
    attacked = {*reaching(scene.court_a, held, debtor), *of_import(request_id())}
    scoped = {one.name for one in scene.rpcs if one.row is not None and one.row.scope in _OWN}
    assert scoped == attacked | _OWN_ALONE | _SHOWN_THERE


async def test_the_attacked_system_is_unharmed(scene: Scene) -> None:
    assert await scene.is_unharmed()


def _refusals(call: str) -> set[str]:
    """Whose keys are another's is for no clerk, of whatever court: her own alone are hers."""
    name, _, role = call.replace(" by a ", " ").partition(" ")
    of_keys = name in {"EnrolKey", "RetireKey"} and role != "president"
    return {"ROLE_REFUSED"} if of_keys else {"COURT_REFUSED"}


# An import of another court is not even said to be there.
_NOT_THEIRS = {"COURT_REFUSED", "NOT_FOUND"}


def _allowed(rpc: Rpc) -> list[str]:
    assert rpc.row is not None
    return [role for role in _ROLES if actor(COURT_B, role).role in rpc.row.roles]


async def send(scene: Scene, rpc: Rpc, request: Message, role: str) -> Outcome:
    """By court B's person of that role, over its own certificate."""
    transport = scene.attacker.transport_of(peer_of(COURT_B))
    headers = bearer(assertion_of(actor(COURT_B, role)))
    return await scene.attacker.call(rpc, request, transport, headers)


async def lose(scene: Scene, order: order_pb2.Order) -> None:
    """A follower says that it has seen the order end, with the registry's seal, and the ledger does not hold that."""
    lost = ledger.ChangeBody(
        incarnation=request_id(),
        position=await scene.head(),
        effects=[
            ledger.Effect(
                order_lifted=ledger.OrderLifted(
                    order_id=order.order_id, subject_id=order.subject_id
                )
            )
        ],
    )
    keyring = Keyring.load(scene.stack.folder.path / "keys" / REGISTRY_FILE)
    [seal] = EndingSeals(keys=lambda: [one.ending_key for one in keyring.secrets]).of(
        lost, bytes(32)
    )
    [ending] = endings_of(lost, bytes(32))
    ending.seal = seal.seal
    request = feed.ReportEndingsRequest(follower=OTHER_SERVICE.name, last=True, endings=[ending])
    transport = scene.attacker.transport_of(OTHER_SERVICE)
    outcome = await scene.attacker.call(scene.rpc("ReportEndings"), request, transport)
    assert feed.ReportEndingsResponse.FromString(outcome.answer).kept_count == 1


async def import_of_a(scene: Scene) -> str:
    """An import that court A has begun."""
    president: Metadata = acting(COURT_A.president, "president", COURT_A)
    await scene.court_a.registry.operators.SetGoLive(
        admin.SetGoLiveRequest(request_id=request_id(), go_live_on=day(scene.court_a.today)),
        metadata=president,
    )
    async with scene.stack.connections.to("registry") as channel:
        begun = await import_service_pb2_grpc.ImportServiceStub(channel).BeginImport(
            imports.BeginImportRequest(
                format=imports.RECORD_FORMAT_JSONL,
                file_sha256=hashlib.sha256(b"{}").digest(),
                record_count=1,
                file_name="attack.jsonl",
            ),
            metadata=scene.court_a.clerk,
        )
    return str(getattr(begun, "import").import_id)
