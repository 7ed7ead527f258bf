"""What a registrar tells the caches of its process, and when."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from authority.caller import Actor
from chassis.postgres import Postgres, PostgresSettings
from chassis.work.errands import Errands
from courtlist.ledger.v1 import change_pb2, position_pb2
from courtlist.registry.v1 import admin_service_pb2 as admin
from registry import rows
from registry.desk import Desk
from registry.plan import Plan, Step, Touched
from registry.queries import ActQueries
from registry.registrar import Act, Registrar
from tests.builders import digest_key, registry_secret
from tests.contract.registry.seed import sealer
from tests.eventually import eventually

TOUCHED = Touched(listing_ids=frozenset({UUID(int=7)}))


@dataclass
class Caches:
    """What they were told, in order."""

    told: list[tuple[str, object, int]] = field(default_factory=list)
    are_asked: asyncio.Event = field(default_factory=asyncio.Event)
    may_forget: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_forget.set()

    async def forget(self, touched: Touched, position: position_pb2.Position) -> None:
        self.are_asked.set()
        await self.may_forget.wait()
        self.told.append(("forget", touched, position.position))

    def distrust(self, position: int) -> None:
        self.told.append(("distrust", None, position))


@dataclass
class Bench:
    registrar: Registrar
    caches: Caches
    postgres: Postgres
    # What happens at an act's stations.
    at: dict[Step, Callable[[], None]]

    async def head(self) -> int:
        async with self.postgres.connection() as connection:
            position: int = await connection.fetchval("SELECT position FROM ledger_head")
        return position


@pytest.fixture
async def bench(database: str) -> AsyncIterator[Bench]:
    settings = PostgresSettings(
        dsn=database, schema="registry", application_name="test", size_min=1
    )
    async with Postgres.open(settings) as postgres:
        caches = Caches()
        at: dict[Step, Callable[[], None]] = {}
        registrar = Registrar(
            postgres=postgres,
            queries=ActQueries.load(),
            sealer=sealer(),
            digest_keys=[digest_key()],
            secrets=[registry_secret()],
            errands=Errands(),
            forget=caches.forget,
            distrust=caches.distrust,
            on_step=lambda step: at.get(step, lambda: None)(),
        )
        yield Bench(registrar, caches, postgres, at)


def enrolment(*, validate_only: bool = False) -> Act[admin.EnrolCourtResponse]:
    """The enrolment of a court, as an act that touches a listing."""
    request = admin.EnrolCourtRequest(request_id=str(uuid4()))

    async def plan(_: Desk) -> Plan[admin.EnrolCourtResponse]:
        return Plan(
            effects=[
                change_pb2.Effect(court_enrolled=change_pb2.CourtEnrolled(court_code="京0199"))
            ],
            rows=[rows.NewCourt("京0199", "测试法院", "010-00000000", "")],
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


def cancel(call: asyncio.Future[admin.EnrolCourtResponse]) -> None:
    call.cancel()


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


async def test_caches_forget_an_act_whose_caller_is_gone_and_trust_nothing_until_then(
    bench: Bench,
) -> None:
    bench.caches.may_forget.clear()
    call = asyncio.ensure_future(bench.registrar.perform(enrolment()))
    await bench.caches.are_asked.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    position = await bench.head()
    assert bench.caches.told == [("distrust", None, position)]
    bench.caches.may_forget.set()
    await eventually(lambda: ("forget", TOUCHED, position) in bench.caches.told)


async def test_caches_trust_nothing_from_before_an_act_that_was_cut_off_as_it_was_committed(
    bench: Bench,
) -> None:
    call = asyncio.ensure_future(bench.registrar.perform(enrolment()))
    before = await bench.head()
    bench.at[Step.WRITTEN] = lambda: cancel(call)
    with pytest.raises(asyncio.CancelledError):
        await call
    assert bench.caches.told == [("distrust", None, before + 1)]


async def test_an_act_that_was_cut_off_before_it_was_written_tells_the_caches_nothing(
    bench: Bench,
) -> None:
    call = asyncio.ensure_future(bench.registrar.perform(enrolment()))
    bench.at[Step.STAGED] = lambda: cancel(call)
    with pytest.raises(asyncio.CancelledError):
        await call
    assert bench.caches.told == []
