"""The people of a court that was retired act on by words that have not expired: in vain, and for good."""

import pytest
from google.protobuf.message import Message

from authority.caller import Actor
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.restriction.v1 import query_service_pb2 as asking
from stack.office import OPERATOR, request_id
from stack.papers import Court
from tests.eventually import eventually
from tests.system.attacks.attacker import Outcome, assertion_of, bearer
from tests.system.attacks.cast import FOLLOWED, actor, peer_of
from tests.system.attacks.conftest import Scene
from tests.system.courthouse import Courthouse, gate_has_read

pytestmark = pytest.mark.asyncio(loop_scope="session")

COURT_C = Court("辽0199", "示例市第七人民法院", "024-0000 0007")
CLERK: Actor = actor(COURT_C, "clerk")
_UNKNOWN = ("ASSERTION_INVALID", "KEY_UNKNOWN")


async def test_an_assertion_that_has_not_expired_is_no_word_of_a_retired_court(
    scene: Scene,
) -> None:
    registry = scene.court_a.registry
    court = await Courthouse(registry=registry, court=COURT_C).open()
    of_person = asking.ListQueriesRequest(
        document=scene.person().resident_id, request_reference="(2026)辽0199查1号"
    )
    kept = {
        server: [assertion_of(CLERK, audience=server) for _ in range(2)]
        for server in ("registry", FOLLOWED)
    }

    async def ask(server: str, token: str = "") -> Outcome:
        name, request = _READS[server], of_person if server == FOLLOWED else rpc.ListTasksRequest()
        return await _ask(scene, server, name, request, token)

    async def is_known() -> bool:
        return (await ask(FOLLOWED)).seen == "OK"

    await eventually(is_known)
    assert (await ask("registry")).seen == "OK"
    await registry.operators.RetireCourt(
        admin.RetireCourtRequest(request_id=request_id(), court_code=COURT_C.code),
        metadata=OPERATOR,
    )
    # At once: what the registry has seen of her a moment ago counts no more.
    assert _told(await ask("registry", kept["registry"][0])) == _UNKNOWN

    async def is_gone() -> bool:
        return _told(await ask(FOLLOWED)) == _UNKNOWN

    await eventually(is_gone)
    assert _told(await ask(FOLLOWED, kept[FOLLOWED][0])) == _UNKNOWN
    back = await registry.operators.EnrolCourt(
        admin.EnrolCourtRequest(
            request_id=request_id(),
            court_code=COURT_C.code,
            name=COURT_C.name,
            contact=COURT_C.contact,
        ),
        metadata=OPERATOR,
    )
    await gate_has_read(scene.office, back.position)
    for server, tokens in kept.items():
        assert _told(await ask(server, tokens[1])) == _UNKNOWN
    before, entry = await scene.head(), court.entry(scene.person().subject)
    refused = await _ask(scene, "registry", "EnterListing", entry, assertion_of(CLERK))
    assert _told(refused) == _UNKNOWN
    assert await scene.head() == before


async def test_the_attacked_system_is_unharmed(scene: Scene) -> None:
    assert await scene.is_unharmed()


_READS = {"registry": "ListTasks", FOLLOWED: "ListQueries"}


def _told(outcome: Outcome) -> tuple[str, str]:
    return outcome.reason, outcome.why


async def _ask(scene: Scene, server: str, name: str, request: Message, token: str) -> Outcome:
    """By the court's clerk over its certificate; with a fresh word where none is given."""
    word = token or assertion_of(CLERK, audience=server)
    transport = scene.attacker.transport_of(peer_of(COURT_C))
    return await scene.attacker.call(scene.rpc(name, server), request, transport, bearer(word))
