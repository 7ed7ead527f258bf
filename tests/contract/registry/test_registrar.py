"""What a registrar tells the caches of its process, and when."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from chassis.postgres import Postgres, PostgresSettings
from courtlist.ledger.v1 import change_pb2, position_pb2
from courtlist.registry.v1 import admin_service_pb2 as admin
from registry import rows
from registry.desk import Desk
from registry.plan import Plan, Touched
from registry.queries import ActQueries
from registry.registrar import Act, Actor, Registrar
from tests.builders import digest_key
from tests.contract.registry.seed import sealer

TOUCHED = Touched(listing_ids=frozenset({UUID(int=7)}))


@dataclass
class Caches:
    """What they were told, in order."""

    told: list[tuple[str, object, int]] = field(default_factory=list)

    async def forget(self, touched: Touched, position: position_pb2.Position) -> None:
        self.told.append(("forget", touched, position.position))

    def distrust(self, position: int) -> None:
        self.told.append(("distrust", None, position))


@dataclass
class Bench:
    registrar: Registrar
    caches: Caches


@pytest.fixture
async def bench(database: str) -> AsyncIterator[Bench]:
    settings = PostgresSettings(
        dsn=database, schema="registry", application_name="test", size_min=1
    )
    async with Postgres.open(settings) as postgres:
        caches = Caches()
        registrar = Registrar(
            postgres=postgres,
            queries=ActQueries.load(),
            sealer=sealer(),
            digest_keys=[digest_key()],
            forget=caches.forget,
            distrust=caches.distrust,
        )
        yield Bench(registrar, caches)


def enrolment(*, validate_only: bool = False) -> Act[admin.EnrolCourtResponse]:
    """The enrolment of a court, as an act that touches a listing."""
    request = admin.EnrolCourtRequest(request_id=str(uuid4()))

    async def plan(_: Desk) -> Plan[admin.EnrolCourtResponse]:
        return Plan(
            effects=[
                change_pb2.Effect(court_enrolled=change_pb2.CourtEnrolled(court_code="京0199"))
            ],
            rows=[rows.NewCourt("京0199", "测试法院", "010-00000000")],
            answer=answer,
            touched=TOUCHED,
        )

    async def answer(_: Desk, position: position_pb2.Position) -> admin.EnrolCourtResponse:
        return admin.EnrolCourtResponse(position=position)

    return Act(
        kind=change_pb2.ACT_ENROL_COURT,
        actor=Actor(person_id="operator-1", role=change_pb2.ROLE_OPERATOR, court_code=""),
        request=request,
        request_id=request.request_id,
        validate_only=validate_only,
        plan=plan,
        answer_type=admin.EnrolCourtResponse,
    )


async def test_an_act_makes_the_caches_forget_what_it_touched(bench: Bench) -> None:
    reply = await bench.registrar.perform(enrolment())
    assert bench.caches.told == [("forget", TOUCHED, reply.position.position)]


async def test_a_repeated_act_makes_the_caches_trust_nothing_from_before_it(bench: Bench) -> None:
    act = enrolment()
    first = await bench.registrar.perform(act)
    bench.caches.told.clear()
    assert await bench.registrar.perform(act) == first
    assert bench.caches.told == [("distrust", None, first.position.position)]


async def test_a_validated_act_tells_the_caches_nothing(bench: Bench) -> None:
    await bench.registrar.perform(enrolment(validate_only=True))
    assert bench.caches.told == []
