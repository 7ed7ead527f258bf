"""Every identity calls every RPC: each is let in or refused as the table says, and nothing else happens."""

import asyncio

import grpc
import pytest
from google.protobuf.message import Message

from authority.peer import PeerKind
from tests.system.attacks.attacker import Outcome, assertion_of, bearer
from tests.system.attacks.cast import FOLLOWED, IDENTITIES, Identity
from tests.system.attacks.conftest import Scene
from tests.system.attacks.journal import Journal
from tests.system.attacks.surface import Rpc

pytestmark = pytest.mark.asyncio(loop_scope="session")

_AT_ONCE = 16


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda one: one.words)
async def test_each_call_is_let_in_or_refused_as_the_table_says(
    scene: Scene, identity: Identity
) -> None:
    journals = {server: Journal(scene.stack, server) for server in scene.stack.addresses}
    before, turn = await scene.head(), asyncio.Semaphore(_AT_ONCE)

    async def one(rpc: Rpc) -> Outcome:
        async with turn:
            return await attack(scene, identity, rpc)

    outcomes = dict(zip(scene.rpcs, await asyncio.gather(*map(one, scene.rpcs)), strict=True))
    wrong = {
        rpc.method: outcome.seen
        for rpc, outcome in outcomes.items()
        if not is_as_expected(identity, rpc, outcome)
    }
    assert not wrong
    assert await scene.head() == before
    await check_audit(identity, outcomes, journals)


async def test_every_server_is_attacked_and_every_refusal_of_the_table_comes_about(
    scene: Scene,
) -> None:
    assert {rpc.server for rpc in scene.rpcs} == scene.stack.addresses.keys()
    expected = {one.expected(rpc.row, rpc.field) for one in IDENTITIES for rpc in scene.rpcs}
    assert expected == {
        None,
        "PEER_REFUSED",
        "PARTNER_UNKNOWN",
        "FIELD_REFUSED",
        "ACTOR_REQUIRED",
        "ROLE_REFUSED",
    }


async def test_the_attacked_system_is_unharmed(scene: Scene) -> None:
    assert await scene.is_unharmed()


async def attack(scene: Scene, identity: Identity, rpc: Rpc) -> Outcome:
    """One call, signed by the identity's person towards that server."""
    person = identity.person
    headers = () if person is None else bearer(assertion_of(person, audience=rpc.server))
    transport = scene.attacker.transport_of(identity.peer)
    return await scene.attacker.call(rpc, request_to(rpc), transport, headers)


def request_to(rpc: Rpc) -> Message:
    """Nothing, but another's name where the caller has to say its own."""
    request = rpc.empty()
    if rpc.row is not None and rpc.row.names:
        setattr(request, rpc.row.names, FOLLOWED)
    return request


def is_as_expected(identity: Identity, rpc: Rpc, outcome: Outcome) -> bool:
    expected = identity.expected(rpc.row, rpc.field)
    if expected is not None:
        return outcome.seen == expected
    # An act that says nothing is never done; what only reads may need no word.
    may_be_answered = not rpc.is_act and outcome.code is grpc.StatusCode.OK
    return outcome.code is grpc.StatusCode.INVALID_ARGUMENT or may_be_answered


async def check_audit(
    identity: Identity, outcomes: dict[Rpc, Outcome], journals: dict[str, Journal]
) -> None:
    """Each refused call has its line, with the reason, the peer, and the person where one signed."""
    for server, journal in journals.items():
        refused = {
            outcome.call_id: (rpc, outcome)
            for rpc, outcome in outcomes.items()
            if rpc.server == server and outcome.reason
        }
        lines = await journal.calls_of(set(refused))
        for call_id, (rpc, outcome) in refused.items():
            line = lines[call_id]
            assert line["method"] == rpc.method
            assert line["reason"] == outcome.reason
            assert line["peer"] == f"{identity.peer.kind}/{identity.peer.name}"
            if identity.peer.kind is PeerKind.COURT and outcome.reason == "ROLE_REFUSED":
                assert identity.person is not None
                assert line["person"] == identity.person.person_id
