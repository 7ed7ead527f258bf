"""What a gate tells of bases that have ended, in a field that recalls them and in one that does not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from document import digest, parse
from restriction.convert import decision_to
from restriction.gate import Check
from restriction.model import (
    CLEAR,
    Answer,
    Basis,
    DecidedBy,
    Decision,
    Position,
    Reason,
    Verdict,
    undetermined,
)
from tests.builders import digest_key, resident_id
from tests.fakes.parts import Bench
from tests.fakes.restriction_doubles import NOW, BarEverything, facts, order

PAST = NOW - timedelta(days=10)
ENDED = replace(order("past"), ended=True, ended_at=PAST)
IN_GRACE = order("grace", start_at=NOW + timedelta(days=10))
ENDED_IN_GRACE = replace(IN_GRACE, basis_id="settled", ended=True, ended_at=PAST)


def _bench(*held: Basis, at_registry: tuple[Basis, ...] | None = None) -> Bench:
    bench = Bench(*held)
    bench.index.add(digest(parse("RESIDENT_ID", "CHN", resident_id(), NOW.date()), digest_key()))
    if at_registry is not None:
        bench.primary.bases = at_registry
    return bench


async def _ask(bench: Bench, *, recalls_ended: bool = True, serial: int = 0) -> Decision:
    parts = bench.parts(BarEverything(recalls_ended=recalls_ended))
    check: Check[Verdict | None] = Check(
        kind="RESIDENT_ID",
        issuing_state="CHN",
        number=resident_id(serial=serial),
        question=None,
        purpose="ASSESSMENT",
    )
    return await parts.answering.answer(check)


def _told(decision: Decision) -> list[str]:
    return [one.basis_id for one in decision.verdict.recalled]


async def test_what_has_ended_is_told_from_the_store_without_asking_the_registry() -> None:
    bench = _bench(ENDED)
    decision = await _ask(bench)
    assert decision.answer is Answer.CLEAR
    assert _told(decision) == ["past"]
    assert decision.decided_by is DecidedBy.STORE
    await bench.queries.flush()
    assert [list(row.basis_ids) for row in bench.sink.rows] == [["past"]]
    assert decision.as_of == Position("life-1", 1)
    assert not bench.primary.calls


async def test_a_field_that_recalls_nothing_tells_a_miss() -> None:
    bench = _bench(ENDED)
    decision = await _ask(bench, recalls_ended=False)
    assert decision_to(decision) == decision_to(await _ask(bench, serial=1))
    assert _told(decision) == []


@pytest.mark.parametrize("held", [IN_GRACE, ENDED_IN_GRACE])
async def test_what_is_or_was_only_in_grace_is_told_as_a_miss(held: Basis) -> None:
    bench = _bench(held)
    decision = await _ask(bench)
    assert decision_to(decision) == decision_to(await _ask(bench, serial=1))
    assert _told(decision) == []


async def test_what_is_in_grace_is_not_told_beside_what_has_ended() -> None:
    decision = await _ask(_bench(ENDED, IN_GRACE, ENDED_IN_GRACE))
    assert _told(decision) == ["past"]


async def test_while_facts_are_rebuilt_nothing_is_recalled() -> None:
    bench = _bench(ENDED)
    bench.store.answer = facts(ENDED, rebuilding=True)
    decision = await _ask(bench)
    assert decision.verdict == CLEAR
    assert decision.decided_by is DecidedBy.INDEX


async def test_facts_older_than_the_limit_recall_nothing() -> None:
    bench = _bench(ENDED)
    bench.store.answer = facts(ENDED, as_of_at=NOW - timedelta(days=2))
    assert (await _ask(bench)).verdict == undetermined(Reason.STALE)


async def test_a_confirmed_answer_tells_what_has_ended_as_the_registry_says() -> None:
    bench = _bench(order("o1"), ENDED)
    decision = await _ask(bench)
    assert decision.answer is Answer.RESTRICTED
    assert _told(decision) == ["past"]
    # A document that was bound to the wrong person: the registry knows first.
    bench = _bench(order("o1"), ENDED, at_registry=(order("o1"), replace(ENDED, basis_id="p2")))
    assert _told(await _ask(bench)) == ["p2"]


async def test_what_the_registry_has_ended_is_told_as_ended_and_not_as_standing() -> None:
    ended = replace(order("o1"), ended=True, ended_at=NOW - timedelta(seconds=1))
    bench = _bench(order("o1"), at_registry=(ended,))
    decision = await _ask(bench)
    assert decision.answer is Answer.CLEAR
    assert decision.decided_by is DecidedBy.REGISTRY
    assert _told(decision) == ["o1"]
    assert not bench.refusals.recorded


async def test_an_ending_that_a_restore_lost_is_told_neither_way() -> None:
    bench = _bench(order("o1"), ENDED, at_registry=(order("o1"), order("past")))
    decision = await _ask(bench)
    assert [bar.basis.basis_id for bar in decision.verdict.bars] == ["o1"]
    assert _told(decision) == []


async def test_what_ended_and_is_doubted_here_is_not_told_whatever_the_registry_says() -> None:
    """A restored ledger binds a document again that was taken off the wrong person."""
    bench = _bench(order("o1"), replace(ENDED, unsettled=True), at_registry=(order("o1"), ENDED))
    decision = await _ask(bench)
    assert decision.answer is Answer.RESTRICTED
    assert _told(decision) == []


async def test_an_answer_that_cannot_be_given_recalls_nothing() -> None:
    bench = _bench(order("o1"), ENDED, at_registry=(order("o1", unsettled=True), ENDED))
    assert (await _ask(bench)).verdict == undetermined(Reason.UNSETTLED)
    bench = _bench(order("o1", unsettled=True), ENDED)
    assert (await _ask(bench)).verdict == undetermined(Reason.UNSETTLED)
    bench = _bench(order("o1"), ENDED)
    bench.primary.withheld = True
    assert (await _ask(bench)).verdict == undetermined(Reason.NOT_CONFIRMED)


async def test_what_is_recalled_is_no_part_of_the_record() -> None:
    bench = _bench(order("o1"), ENDED)
    await _ask(bench)
    (refusal,) = bench.refusals.recorded
    assert list(refusal.basis_ids) == ["o1"]
