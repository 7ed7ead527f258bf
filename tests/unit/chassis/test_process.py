from datetime import UTC, datetime

from chassis.clock import HeldClock
from chassis.health import Health
from chassis.metrics import registry_of
from chassis.process import ProcessServicer, ProcessViews, readings
from chassis.version import VERSION
from courtlist.process.v1 import process_service_pb2 as pb

NOON = datetime(2099, 1, 31, 12, tzinfo=UTC)


async def passes() -> None:
    """A probe that is content."""


async def fails() -> None:
    raise RuntimeError("off")


async def polled() -> Health:
    health = Health(ready={"postgres": passes}, named={"cache": {"valkey": fails}})
    await health.poll()
    return health


def views() -> ProcessViews:
    failing = pb.PartnerView(partner_id="rail-1", acknowledged=3, head=10)
    failing.failing_since_time.FromDatetime(NOON)
    return ProcessViews(
        ledger=lambda: pb.LedgerView(incarnation="life-1", position=40, head=42),
        partners=lambda: (failing, pb.PartnerView(partner_id="hotel-1", acknowledged=10, head=10)),
    )


async def test_a_process_says_who_it_is_and_how_its_checks_are() -> None:
    clock = HeldClock(NOON)
    servicer = ProcessServicer(service="travel", health=await polled(), views=views(), clock=clock)
    clock.advance(60)
    answer = await servicer.GetProcess(pb.GetProcessRequest(), None)
    assert (answer.service, answer.version) == ("travel", VERSION)
    assert answer.now_time.ToSeconds() - answer.started_time.ToSeconds() == 60
    assert {one.check: one.serving for one in answer.checks} == {
        "ready": True,
        "ready/postgres": True,
        "cache": False,
        "cache/valkey": False,
    }
    assert answer.ledger.head == 42
    assert [one.partner_id for one in answer.partners] == ["rail-1", "hotel-1"]


async def test_a_process_that_follows_no_ledger_says_none() -> None:
    servicer = ProcessServicer(
        service="import", health=await polled(), views=ProcessViews(), clock=HeldClock(NOON)
    )
    answer = await servicer.GetProcess(pb.GetProcessRequest(), None)
    assert not answer.HasField("ledger")
    assert not answer.partners


async def test_the_same_views_are_metrics() -> None:
    clock = HeldClock(NOON)
    clock.advance(90)
    registry = registry_of(readings(health=await polled(), views=views(), clock=clock))
    shown = registry.get_sample_value
    assert shown("courtlist_ledger_lag_positions") == 2
    assert shown("courtlist_check_serving", {"check": "ready"}) == 1
    assert shown("courtlist_check_serving", {"check": "cache/valkey"}) == 0
    assert shown("courtlist_partner_lag", {"partner": "rail-1"}) == 7
    assert shown("courtlist_partner_failing_seconds", {"partner": "rail-1"}) == 90
    assert shown("courtlist_partner_failing_seconds", {"partner": "hotel-1"}) == 0
