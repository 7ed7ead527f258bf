"""A name that comes with a check: looked at only where it would be refused, and then it only frees."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from restriction.gate import Check, Hit
from restriction.ledger import Inquiry
from restriction.model import (
    CLEAR,
    Answer,
    Basis,
    DecidedBy,
    Decision,
    Reason,
    Verdict,
    undetermined,
)
from tests.builders import resident_id
from tests.fakes.field import digest_of
from tests.fakes.parts import Bench
from tests.fakes.restriction_doubles import NOW, BarEverything, facts, order

NAME = "测试甲"
FREE = replace(order(), items=frozenset())


def _bench(*held: Basis) -> Bench:
    bench = Bench(*held)
    bench.enter(0)
    return bench


def _check(name: str = NAME, *, serial: int = 0) -> Check[Verdict | None]:
    return Check(
        kind="RESIDENT_ID",
        issuing_state="CHN",
        number=resident_id(serial=serial),
        name=name,
        question=None,
        purpose="ORDER",
    )


async def _ask(
    bench: Bench, name: str = NAME, *, serial: int = 0, recalls_ended: bool = False
) -> Decision:
    parts = bench.parts(BarEverything(recalls_ended=recalls_ended))
    return await parts.answering.answer(_check(name, serial=serial))


async def test_a_name_goes_with_the_confirmation_of_a_refusal() -> None:
    bench = _bench()
    assert (await _ask(bench)).answer is Answer.RESTRICTED
    ((inquiries, _),) = bench.primary.calls
    assert list(inquiries) == [Inquiry(1, digest_of(resident_id()), NAME)]


async def test_a_name_that_does_not_fit_refuses_nobody_and_clears_nobody() -> None:
    bench = _bench()
    bench.primary.misfits = (NAME,)
    decision = await _ask(bench)
    assert decision.verdict == undetermined(Reason.NAME_MISFIT)
    assert decision.decided_by is DecidedBy.REGISTRY
    assert not bench.refusals.recorded, "what is no refusal is not recorded as one"


async def test_an_entry_on_the_list_is_not_told_of_a_name_that_does_not_fit() -> None:
    ended = replace(order("past"), ended=True, ended_at=NOW - timedelta(days=10))
    bench = _bench(order(), ended)
    assert (await _ask(bench, recalls_ended=True)).verdict.recalled == (ended,)
    bench.primary.misfits = (NAME,)
    assert (await _ask(bench, recalls_ended=True)).verdict == undetermined(Reason.NAME_MISFIT)


async def test_a_check_without_a_name_is_refused_as_ever() -> None:
    bench = _bench()
    bench.primary.misfits = (NAME,)
    assert (await _ask(bench, name="")).answer is Answer.RESTRICTED


async def test_what_the_registry_holds_to_be_free_stays_clear_whatever_the_name() -> None:
    bench = _bench()
    bench.primary.bases, bench.primary.misfits = (FREE,), (NAME,)
    assert (await _ask(bench)).verdict == CLEAR


@pytest.mark.parametrize(
    "held",
    [facts(FREE), facts(order(ended=True)), facts(order(end_at=NOW))],
    ids=["free", "ended", "expired"],
)
async def test_a_clear_check_sends_its_name_nowhere(held: object) -> None:
    bench = _bench()
    bench.store.answer = held  # type: ignore[assignment] # one of three
    assert (await _ask(bench)).answer is Answer.CLEAR
    assert (await _ask(bench, serial=1)).answer is Answer.CLEAR
    assert not bench.primary.calls


async def test_checks_of_one_document_that_share_a_call_keep_their_names_apart() -> None:
    bench = _bench()
    bench.primary.misfits = ("测试乙", "测试丁")
    names = ["测试甲", "测试乙", "", "测试丁", "测试甲", "测试乙"]
    parts = bench.parts(BarEverything())
    decisions = await asyncio.gather(*(parts.answering.answer(_check(name)) for name in names))
    ((inquiries, _),) = bench.primary.calls
    assert [one.name for one in inquiries] == names
    assert [one.answer for one in decisions] == [
        Answer.UNDETERMINED if name in bench.primary.misfits else Answer.RESTRICTED
        for name in names
    ]


def test_nothing_that_holds_a_name_shows_it() -> None:
    check, inquiry = _check(), Inquiry(1, bytes(16), NAME)
    for shown in (check, inquiry, Hit(None, "ORDER", inquiry)):
        assert NAME not in repr(shown)
        assert NAME not in str(shown)
