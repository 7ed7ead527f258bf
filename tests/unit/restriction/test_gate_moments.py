"""The gate at the edges of time: passes for some days, periods that begin or end, clocks that differ."""

from dataclasses import replace
from datetime import timedelta

import pytest

from restriction.model import (
    CLEAR,
    Answer,
    Basis,
    DecidedBy,
    Item,
    Pass,
    Reason,
    undetermined,
)
from tests.fakes.restriction_doubles import (
    NOW,
    facts,
    order,
)
from tests.unit.restriction.gate_bench import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def _with_pass(basis: Basis) -> Basis:
    """The same order, from which a pass exempts altogether today."""
    today = Pass(
        pass_id="p1",
        items=frozenset(Item),
        start_at=NOW - timedelta(days=1),
        end_at=NOW + timedelta(days=1),
    )
    return replace(basis, passes=(today,))


async def test_a_pass_that_is_known_here_is_clear_without_asking(bench: Bench) -> None:
    bench.store.answer = facts(_with_pass(order()))
    decision = await bench.ask()
    assert decision.verdict == CLEAR
    assert decision.decided_by is DecidedBy.STORE
    assert not bench.primary.calls


async def test_a_pass_that_has_not_arrived_here_is_clear_by_the_registry(bench: Bench) -> None:
    bench.primary.bases = (_with_pass(order()),)
    decision = await bench.ask()
    assert decision.verdict == CLEAR
    assert decision.decided_by is DecidedBy.REGISTRY
    assert not bench.refusals.recorded


async def test_a_pass_on_one_order_counts_as_the_registry_says_when_another_makes_it_ask(
    bench: Bench,
) -> None:
    # Withdrawn since: the follower still holds it, the registry does not.
    bench.store.answer = facts(_with_pass(order("o1")), order("o2"))
    bench.primary.bases = (order("o1"),)
    decision = await bench.ask()
    assert [bar.basis.basis_id for bar in decision.verdict.bars] == ["o1"]


@pytest.mark.parametrize("registry_is_ahead", [True, False])
async def test_a_refusal_needs_both_clocks_inside_the_period(
    bench: Bench,
    registry_is_ahead: bool,  # noqa: FBT001
) -> None:
    ends_now = order(end_at=NOW + timedelta(seconds=1))
    starts_late = order(start_at=NOW)
    bench.store.answer = facts(ends_now if registry_is_ahead else starts_late)
    bench.primary.bases = (ends_now if registry_is_ahead else starts_late,)
    bench.primary.as_of_at = NOW + timedelta(seconds=1 if registry_is_ahead else -1)
    assert (await bench.ask()).verdict == undetermined(Reason.CLOCKS_DISAGREE)
    assert not bench.refusals.recorded


async def test_an_order_that_ends_while_the_registry_is_asked_refuses_nobody(bench: Bench) -> None:
    async def pass_time() -> None:
        bench.clock.advance(2)

    bench.primary.replying = pass_time
    ending = order(end_at=NOW + timedelta(seconds=1))
    bench.store.answer = facts(ending)
    bench.primary.bases = (ending,)
    assert (await bench.ask()).verdict == undetermined(Reason.CLOCKS_DISAGREE)


async def test_a_basis_at_the_edge_of_its_period_does_not_spoil_a_firm_one(bench: Bench) -> None:
    bench.primary.bases = (order("o1"), order("o2", end_at=NOW + timedelta(seconds=1)))
    bench.primary.as_of_at = NOW + timedelta(seconds=1)
    decision = await bench.ask()
    assert decision.answer is Answer.RESTRICTED
    assert [bar.basis.basis_id for bar in decision.verdict.bars] == ["o1"]
