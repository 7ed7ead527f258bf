"""How much a partner may ask: by its enrolment, its manifests by their items, and never as an answer."""

from datetime import UTC, datetime

import pytest

from chassis.clock import HeldClock
from chassis.errors import ServiceError
from restriction.asking.leases import Leases
from restriction.asking.limits import Limits
from restriction.facts.effects import PartnerEnrolled
from restriction.model import Position
from restriction.partners import Partners
from restriction.progress import Progress
from tests.eventually import eventually
from tests.fakes.restriction_doubles import NOW


class Bench:
    """Limits over leases of this process alone."""

    def __init__(self, *, per_s: int = 10, per_day: int = 1_000_000) -> None:
        self.clock = HeldClock(NOW)
        progress = Progress(max_staleness_s=5, stale_limit_s=60)
        progress.load(Position("life-1", 9), NOW)
        self.partners = Partners(progress=progress)
        self.limits = Limits(
            partners=self.partners,
            leases=Leases(field="travel", shared=None, clock=self.clock),
            clock=self.clock,
            per_s=per_s,
            per_day=per_day,
        )

    def enrol(self, position: int, *, per_s: int = 0, per_day: int = 0) -> None:
        self.partners.add(
            [
                PartnerEnrolled(
                    position=position,
                    partner_id="rail",
                    fields=frozenset({"travel"}),
                    push_address="",
                    checks_per_s=per_s,
                    checks_per_day=per_day,
                )
            ]
        )

    async def spend_all(self, cost: int = 1) -> ServiceError:
        """Ask until it is refused."""
        refusals: list[ServiceError] = []

        async def refused() -> bool:
            try:
                self.limits.charge("rail", cost)
            except ServiceError as error:
                refusals.append(error)
            # Each lease goes on in a task of its own.
            return bool(refusals)

        await eventually(refused)
        return refusals[0]


async def test_who_asks_more_than_its_rate_is_told_so_and_when_to_come_back() -> None:
    bench = Bench(per_s=1)
    error = await bench.spend_all()
    assert error.reason_name == "OVER_LIMIT"
    assert error.metadata == {"limit": "RATE"}
    assert error.retry_after_s
    assert "no answer about anybody" in error.message
    assert bench.limits.refused() == {("rail", "RATE"): 1}


async def test_a_daily_quota_is_refused_until_the_legal_day_ends() -> None:
    bench = Bench(per_day=5)
    bench.clock.set(datetime(2026, 6, 1, 15, 0, tzinfo=UTC))
    error = await bench.spend_all()
    assert error.metadata == {"limit": "QUOTA"}
    assert error.retry_after_s == pytest.approx(3600)
    bench.clock.advance(3600)
    bench.limits.charge("rail", 1)


async def test_a_manifest_costs_its_items() -> None:
    bench = Bench(per_s=10)
    bench.limits.charge("rail", 100)
    with pytest.raises(ServiceError):
        bench.limits.charge("rail", 1)


async def test_a_manifest_larger_than_a_window_is_let_through_and_paid_afterwards() -> None:
    bench = Bench(per_s=10)
    bench.limits.charge("rail", 1_000)
    with pytest.raises(ServiceError):
        bench.limits.charge("rail", 1)


async def test_the_enrolment_says_how_much_and_a_new_one_counts_at_once() -> None:
    bench = Bench(per_s=1)
    bench.enrol(1, per_s=2)
    bench.limits.charge("rail", 20)
    with pytest.raises(ServiceError):
        bench.limits.charge("rail", 1)
    bench.enrol(2, per_s=50)
    bench.limits.charge("rail", 500)
    # A partner that is enrolled with 0 has the service's own.
    bench.enrol(3)
    bench.limits.charge("rail", 10)
    with pytest.raises(ServiceError):
        bench.limits.charge("rail", 1)


async def test_one_partner_spends_nothing_of_another() -> None:
    bench = Bench(per_s=1)
    await bench.spend_all()
    bench.limits.charge("air", 1)


async def test_a_call_that_one_limit_refuses_costs_nothing_of_the_other() -> None:
    bench = Bench(per_s=10, per_day=40)
    for _ in range(9):
        with pytest.raises(ServiceError) as refused:
            bench.limits.charge("rail", 41)
        assert refused.value.metadata == {"items_max": "40"}
    bench.limits.charge("rail", 40)


async def test_a_manifest_larger_than_a_days_quota_is_told_that_it_never_fits_and_what_does() -> (
    None
):
    bench = Bench(per_day=40)
    with pytest.raises(ServiceError) as refused:
        bench.limits.charge("rail", 41)
    error = refused.value
    assert error.reason_name == "MANIFEST_OVER_QUOTA"
    # To come back later would be in vain.
    assert error.retry_after_s is None
    assert "no answer about anybody" in error.message
    assert bench.limits.refused() == {("rail", "QUOTA"): 1}
    bench.limits.charge("rail", int(error.metadata["items_max"]))


async def test_a_manifest_that_no_longer_fits_today_fits_tomorrow() -> None:
    bench = Bench(per_day=40)
    bench.clock.set(datetime(2026, 6, 1, 15, 0, tzinfo=UTC))
    bench.limits.charge("rail", 10)
    with pytest.raises(ServiceError) as refused:
        bench.limits.charge("rail", 40)
    assert refused.value.metadata == {"limit": "QUOTA"}
    assert refused.value.retry_after_s == pytest.approx(3600)
    bench.limits.charge("rail", 30)
    bench.clock.advance(3600)
    bench.limits.charge("rail", 40)
