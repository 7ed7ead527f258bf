"""Each service, lawfully certified, says that it saw endings which never were: nobody goes free by it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from uuid import uuid4

import grpc
import pytest
import pytest_asyncio

from authority.peer import Peer, PeerKind
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.restriction.v1 import restriction_pb2
from stack.office import OPERATOR, flight
from stack.papers import Person
from tests.system.attacks.cast import FIELDS, OTHER_SERVICE
from tests.system.attacks.conftest import Scene
from tests.system.attacks.journal import Journal
from tests.system.courthouse import gate_has_read

pytestmark = pytest.mark.asyncio(loop_scope="session")

_SERVICES = (
    *(Peer(PeerKind.SERVICE, name) for name in ("registry", "importer", *sorted(FIELDS))),
    OTHER_SERVICE,
)


@dataclass(frozen=True, kw_only=True)
class Target:
    """Somebody listed, and what a service lawfully knows: the true ending of another's order, with its seal."""

    person: Person
    entered: rpc.EnterListingResponse
    incarnation: str
    another: feed.EndingSeal
    position: int

    def inventions(self) -> Iterator[feed.SeenEnding]:
        """Every basis of hers and her document, in this life and one that never was, by all that passes for a seal."""
        seals = (b"", bytes(33), self.another.seal)
        for ended, life, seal in product(self._ended(), (self.incarnation, str(uuid4())), seals):
            ended_so = feed.SeenEnding(
                position=self.position, hash=bytes(32), incarnation=life, seal=seal
            )
            ended_so.MergeFrom(ended)
            yield ended_so

    def _ended(self) -> Iterator[feed.SeenEnding]:
        listing, order = self.entered.listing, self.entered.order
        whose = listing.subject_id
        yield feed.SeenEnding(
            basis_id=listing.listing_id, measure=ledger.MEASURE_LISTING, subject_id=whose
        )
        yield feed.SeenEnding(
            basis_id=order.order_id, measure=ledger.MEASURE_ORDER, subject_id=whose
        )
        yield feed.SeenEnding(document_id=listing.documents[0].document_id, subject_id=whose)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def target(scene: Scene) -> Target:
    person = scene.person()
    entered = await scene.court_a.enter(person.subject)
    freed = await scene.court_a.enter(scene.person().subject)
    lifted = await scene.court_a.lift(freed.order.order_id)
    await gate_has_read(scene.office, lifted.position)
    return Target(
        person=person,
        entered=entered,
        incarnation=lifted.position.incarnation,
        another=await _seal(scene, lifted),
        position=lifted.position.position,
    )


@pytest.mark.parametrize("service", _SERVICES, ids=lambda one: one.name)
async def test_no_service_frees_anybody_by_an_ending_that_never_was(
    scene: Scene, target: Target, service: Peer
) -> None:
    journal, before = Journal(scene.stack, "registry"), await scene.head()
    transport = scene.attacker.transport_of(service)
    outcomes = [
        await scene.attacker.call(
            scene.rpc("ReportEndings"),
            feed.ReportEndingsRequest(follower=service.name, endings=[ending], last=True),
            transport,
        )
        for ending in target.inventions()
    ]
    assert {one.seen for one in outcomes} == {"ENDING_UNPROVEN"}
    lines = await journal.calls_of({one.call_id for one in outcomes})
    assert {(one["reason"], one["peer"]) for one in lines.values()} == {
        ("ENDING_UNPROVEN", f"service/{service.name}")
    }
    said = [one for one in journal.lines() if one["event"] == "endings_unproven"]
    assert {one["call_id"] for one in said} == lines.keys()
    assert await scene.head() == before
    decision = await scene.office.check(target.person.resident_id, flight())
    assert decision.answer == restriction_pb2.ANSWER_RESTRICTED


async def test_the_attacked_system_is_unharmed(scene: Scene) -> None:
    assert await scene.is_unharmed()


async def _seal(scene: Scene, lifted: rpc.LiftOrderResponse) -> feed.EndingSeal:
    """As any follower of the feed is told; the follower is forgotten again."""
    registry, at = scene.court_a.registry.operators, lifted.position
    stored = await registry.ReadLedger(
        admin.ReadLedgerRequest(after=at.position - 2, limit=1), metadata=OPERATOR
    )
    request = feed.ReadChangesRequest(
        follower=OTHER_SERVICE.name, limit=1, seen_hash=stored.changes[0].hash, keeps_seals=True
    )
    request.after.incarnation, request.after.position = at.incarnation, at.position - 1
    transport = scene.attacker.transport_of(OTHER_SERVICE)
    outcome = await scene.attacker.call(scene.rpc("ReadChanges"), request, transport)
    assert outcome.code is grpc.StatusCode.OK
    await registry.RetireFollower(
        admin.RetireFollowerRequest(follower=OTHER_SERVICE.name), metadata=OPERATOR
    )
    [change] = feed.ReadChangesResponse.FromString(outcome.answer).changes
    [seal] = change.ending_seals
    return seal
