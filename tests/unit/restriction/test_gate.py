"""The gate: a clear is local, a refusal is confirmed, and nothing that goes wrong refuses anybody."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from restriction.convert import decision_to
from restriction.index import CountedIndex
from restriction.ledger import LedgerError, LedgerRewoundError
from restriction.model import (
    CLEAR,
    Answer,
    Basis,
    DecidedBy,
    Facts,
    Position,
    Reason,
    undetermined,
)
from restriction.progress import Progress
from tests.builders import resident_id
from tests.fakes.restriction_doubles import (
    NOW,
    facts,
    order,
)
from tests.unit.restriction.gate_bench import DAY_S, Bench

FREE = replace(order(), items=frozenset())
"""An order in force that leaves free what is asked."""


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_a_refusal_is_confirmed_recorded_and_explained(bench: Bench) -> None:
    decision = await bench.ask()
    assert decision.answer is Answer.RESTRICTED
    assert decision.decided_by is DecidedBy.REGISTRY
    assert decision.as_of == Position("life-1", 9)
    assert decision.as_of_at == NOW
    (refusal,) = bench.refusals.recorded
    assert refusal.decision_id == decision.decision_id
    assert list(refusal.basis_ids) == ["o1"]
    assert refusal.product == "EVERYTHING"
    assert resident_id() not in repr(refusal)


async def test_what_was_found_is_logged_with_who_asked_and_why(bench: Bench) -> None:
    bench.store.answer = facts(FREE)
    assert (await bench.ask()).answer is Answer.CLEAR
    await bench.queries.flush()
    (row,) = bench.sink.rows
    assert (row.partner_id, row.purpose, row.product) == ("rail", "ORDER", "EVERYTHING")
    assert (row.answer, list(row.basis_ids)) == (Answer.CLEAR, ["o1"])
    assert resident_id() not in repr(row)
    assert str(row.digest) not in repr(row)


async def test_a_refusal_is_recorded_before_it_is_given_and_not_a_second_time(
    bench: Bench,
) -> None:
    await bench.ask()
    await bench.queries.flush()
    assert not bench.sink.rows
    (refusal,) = bench.refusals.recorded
    assert (refusal.partner_id, refusal.purpose) == ("rail", "ORDER")


async def test_a_refusal_that_could_not_be_recorded_is_logged_as_what_was_answered(
    bench: Bench,
) -> None:
    bench.refusals.fault = OSError()
    assert (await bench.ask()).reason is Reason.NOT_RECORDED
    await bench.queries.flush()
    (row,) = bench.sink.rows
    assert (row.answer, row.reason) == (Answer.UNDETERMINED, Reason.NOT_RECORDED)


@pytest.mark.parametrize(
    "held",
    [(), (order(start_at=NOW + timedelta(days=1)),), (order(end_at=NOW),), (order(ended=True),)],
)
async def test_a_stranger_and_somebody_in_grace_leave_no_row(
    bench: Bench, held: tuple[Basis, ...]
) -> None:
    bench.store.answer = facts(*held)
    assert (await bench.ask()).answer is Answer.CLEAR
    await bench.ask(resident_id(serial=9))
    await bench.queries.flush()
    assert not bench.sink.rows


async def test_a_document_is_looked_up_under_the_epoch_in_force(bench: Bench) -> None:
    bench.index, bench.epoch = CountedIndex(), 2
    bench.list_person(epoch=2)
    assert (await bench.ask()).answer is Answer.RESTRICTED
    ((inquiries, _),) = bench.primary.calls
    assert [one.epoch for one in inquiries] == [2]


async def test_without_the_key_of_the_epoch_in_force_nobody_is_clear_and_nobody_refused(
    bench: Bench,
) -> None:
    bench.epochs, bench.epoch = (1,), 2
    for number in (resident_id(), resident_id(serial=1)):
        decision = await bench.ask(number)
        assert decision.answer is Answer.UNDETERMINED
        assert decision.reason is Reason.STARTING


async def test_somebody_in_no_index_is_clear_without_any_io(bench: Bench) -> None:
    decision = await bench.ask(resident_id(serial=1))
    assert decision.verdict == CLEAR
    assert decision.decided_by is DecidedBy.INDEX
    assert decision.as_of == Position("life-1", 5)
    assert bench.store.reads == 0


async def test_a_miss_never_yields_to_the_event_loop(bench: Bench) -> None:
    step = bench.ask(resident_id(serial=1))
    with pytest.raises(StopIteration) as ended:
        step.send(None)
    assert ended.value.value.answer is Answer.CLEAR


async def test_a_number_that_cannot_be_right_is_no_ground_to_refuse(bench: Bench) -> None:
    number = resident_id()[:-1] + ("0" if resident_id()[-1] != "0" else "1")
    decision = await bench.ask(number)
    assert decision.verdict == undetermined(Reason.DOCUMENT_INVALID)
    assert bench.store.reads == 0


async def test_an_unknown_kind_of_document_is_no_ground_to_refuse(bench: Bench) -> None:
    assert (await bench.ask(kind="")).verdict == undetermined(Reason.DOCUMENT_INVALID)


async def test_a_rule_of_the_field_comes_before_any_look_up(bench: Bench) -> None:
    decision = await bench.ask(rule=undetermined(Reason.CHILD_TICKET))
    assert decision.reason is Reason.CHILD_TICKET
    assert decision.decided_by is DecidedBy.RULE
    assert bench.store.reads == 0


async def test_before_the_first_catch_up_nothing_is_said(bench: Bench) -> None:
    bench.progress = Progress(max_staleness_s=5, stale_limit_s=DAY_S)
    assert (await bench.ask(resident_id(serial=1))).reason is Reason.STARTING
    assert (await bench.ask()).reason is Reason.STARTING
    # A store that never saw a head is no catch-up, either.
    bench.progress.load(Position("life-1", 5), None)
    assert (await bench.ask(resident_id(serial=1))).reason is Reason.STARTING


async def test_a_stale_miss_is_clear_and_says_so_until_the_courts_limit(bench: Bench) -> None:
    bench.clock.advance(5)
    assert not (await bench.ask(resident_id(serial=1))).stale
    bench.clock.advance(1)
    decision = await bench.ask(resident_id(serial=1))
    assert (decision.answer, decision.stale) == (Answer.CLEAR, True)
    assert decision.as_of_at == NOW
    bench.clock.advance(DAY_S)
    decision = await bench.ask(resident_id(serial=1))
    assert (decision.verdict, decision.stale) == (undetermined(Reason.STALE), True)


async def test_what_an_order_in_force_leaves_free_is_clear_by_the_facts(bench: Bench) -> None:
    bench.store.answer = facts(FREE)
    decision = await bench.ask()
    assert decision.verdict == CLEAR
    assert decision.decided_by is DecidedBy.STORE
    assert decision.as_of == Position("life-1", 1)
    assert not bench.primary.calls


@pytest.mark.parametrize("rebuilding", [False, True])
@pytest.mark.parametrize(
    "held",
    [
        facts(),
        facts(order(start_at=NOW + timedelta(days=10))),
        facts(order(end_at=NOW)),
        facts(order(ended=True)),
        facts(order("o1", ended=True), order("o2", start_at=NOW + timedelta(days=10))),
    ],
    ids=["nothing", "in grace", "expired", "ended", "ended and in grace"],
)
async def test_somebody_on_whom_nothing_rests_now_is_told_as_a_miss(
    bench: Bench,
    held: Facts,
    rebuilding: bool,  # noqa: FBT001
) -> None:
    # What is in grace never leaves the court: not even by what an answer says that it rests on.
    bench.store.answer = replace(held, rebuilding=rebuilding)
    for wait_s in (0, 6, DAY_S):  # fresh, stale, beyond the court's limit
        bench.clock.advance(wait_s)
        known, stranger = await bench.ask(), await bench.ask(resident_id(serial=1))
        assert decision_to(known) == decision_to(stranger)
        assert (known.looked_up, stranger.looked_up) == (True, False)
    assert not bench.primary.calls


async def test_facts_older_than_the_limit_clear_nobody(bench: Bench) -> None:
    bench.store.answer = facts(FREE, as_of_at=NOW - timedelta(days=2))
    assert (await bench.ask()).verdict == undetermined(Reason.STALE)


async def test_a_lift_that_has_not_arrived_here_is_clear_by_the_registry(bench: Bench) -> None:
    bench.primary.bases = ()
    decision = await bench.ask()
    assert decision.verdict == CLEAR
    assert decision.decided_by is DecidedBy.REGISTRY
    assert not bench.refusals.recorded


@pytest.mark.parametrize("fault", [LedgerError("UNAVAILABLE"), LedgerRewoundError("rewound")])
async def test_no_confirmation_no_refusal(bench: Bench, fault: LedgerError) -> None:
    bench.primary.fault = fault
    assert (await bench.ask()).verdict == undetermined(Reason.NOT_CONFIRMED)


async def test_a_confirmation_that_is_too_late_refuses_nobody(bench: Bench) -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    bench.primary.reading = hang
    assert (await bench.ask()).verdict == undetermined(Reason.NOT_CONFIRMED)


async def test_a_withheld_confirmation_refuses_nobody(bench: Bench) -> None:
    bench.primary.withheld = True
    assert (await bench.ask()).verdict == undetermined(Reason.NOT_CONFIRMED)


async def test_an_unreadable_store_refuses_nobody(bench: Bench) -> None:
    bench.store.answer = OSError("gone")
    assert (await bench.ask()).verdict == undetermined(Reason.STORE_UNREADABLE)
    assert not bench.primary.calls


async def test_while_facts_are_rebuilt_every_hit_is_undetermined(bench: Bench) -> None:
    bench.store.answer = facts(order(), rebuilding=True)
    assert (await bench.ask()).verdict == undetermined(Reason.NOT_CONFIRMED)
    assert not bench.primary.calls


async def test_a_refusal_that_cannot_be_recorded_is_none(bench: Bench) -> None:
    bench.refusals.fault = OSError("gone")
    decision = await bench.ask()
    assert decision.verdict == undetermined(Reason.NOT_RECORDED)
    assert decision.decision_id == ""


async def test_a_record_that_takes_too_long_is_no_refusal(bench: Bench) -> None:
    bench.refusals.pause = asyncio.Event()
    assert (await bench.ask()).verdict == undetermined(Reason.NOT_RECORDED)
    bench.refusals.pause.set()


async def test_nobody_is_refused_on_an_unsettled_basis(bench: Bench) -> None:
    bench.primary.bases = (order(unsettled=True),)
    assert (await bench.ask()).verdict == undetermined(Reason.UNSETTLED)


@pytest.mark.parametrize("known", [order(ended=True), order(unsettled=True)])
async def test_an_ending_seen_here_protects_whatever_a_restored_registry_says(
    bench: Bench, known: object
) -> None:
    assert isinstance(known, type(order()))
    # Another basis makes the gate ask; the registry holds both as standing.
    bench.store.answer = facts(known, order("o2"))
    bench.primary.bases = (order("o1"),)
    assert (await bench.ask()).verdict == undetermined(Reason.UNSETTLED)
    bench.primary.bases = (order("o1"), order("o2"))
    decision = await bench.ask()
    assert [bar.basis.basis_id for bar in decision.verdict.bars] == ["o2"]
