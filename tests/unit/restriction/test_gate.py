"""The gate: a clear is local, a refusal is confirmed, and nothing that goes wrong refuses anybody."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.clock import HeldClock
from document import digest, parse
from restriction.asking.query_log import QueryLog
from restriction.confirm import Confirmer
from restriction.convert import decision_to
from restriction.gate import Check, Gate
from restriction.index import CountedIndex
from restriction.keyring import CurrentGateKeys
from restriction.ledger import LedgerError, LedgerRewoundError
from restriction.lookup import Lookup
from restriction.model import (
    CLEAR,
    Answer,
    Basis,
    DecidedBy,
    Decision,
    Facts,
    Item,
    Pass,
    Position,
    Reason,
    Verdict,
    undetermined,
)
from restriction.progress import Progress
from restriction.refusals import RefusalRecorder
from tests.builders import digest_key, gate_keys, resident_id
from tests.fakes.restriction_doubles import (
    NOW,
    BarEverything,
    MemoryFacts,
    MemoryPrimary,
    MemoryQueries,
    MemoryRefusals,
    facts,
    order,
)

DAY_S = 86_400.0
FREE = replace(order(), items=frozenset())
"""An order in force that leaves free what is asked."""


class Bench:
    """A gate with its neighbours within reach. By default the person asked about is restricted."""

    def __init__(self) -> None:
        self.clock = HeldClock(NOW)
        self.index = CountedIndex()
        self.progress = Progress(max_staleness_s=5, stale_limit_s=DAY_S)
        self.progress.load(Position("life-1", 5), NOW)
        self.store = MemoryFacts(facts(order()))
        self.primary = MemoryPrimary(bases=(order(),))
        self.refusals = MemoryRefusals()
        self.epochs: tuple[int, ...] = (1, 2)
        self.epoch = 1
        self.sink = MemoryQueries()
        self.queries = QueryLog(sink=self.sink, clock=self.clock)
        self.list_person(epoch=1)

    def list_person(self, *, epoch: int) -> None:
        document = parse("RESIDENT_ID", "CHN", resident_id(), NOW.date())
        self.index.add(digest(document, digest_key(epoch)))

    async def ask(
        self, number: str | None = None, rule: Verdict | None = None, kind: str = "RESIDENT_ID"
    ) -> Decision:
        gate = Gate(
            policy=BarEverything(),
            lookup=Lookup(
                index=self.index, keys=CurrentGateKeys(gate_keys(*self.epochs)), epoch=self.epoch
            ),
            progress=self.progress,
            store=self.store,
            confirmer=Confirmer(primary=self.primary, timeout_s=0.05),
            recorder=RefusalRecorder(store=self.refusals, timeout_s=0.05),
            queries=self.queries,
            clock=self.clock,
            store_timeout_s=0.05,
        )
        check = Check(
            kind=kind,
            issuing_state="CHN",
            number=number or resident_id(),
            question=rule,
            purpose="ORDER",
        )
        return await gate.check(check, "rail")


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
