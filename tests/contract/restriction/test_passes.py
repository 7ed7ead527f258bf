"""The passes of an order: told with it, gone when withdrawn, and no matter for partners' copies."""

from datetime import UTC, datetime

from courtlist.ledger.v1 import change_pb2
from restriction.facts.store import Cursor
from restriction.model import Item, Pass
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of

DIGEST = digest_of(resident_id(serial=1))
# Legal days 1 to 3 June 2026.
FIRST = datetime(2026, 5, 31, 16, tzinfo=UTC)
END = datetime(2026, 6, 3, 16, tzinfo=UTC)


def _ordered(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", DIGEST)
    bench.ledger.issue("o1", "s1")
    bench.ledger.issue("o2", "s1")


def _grant(bench: Bench, pass_id: str = "p1") -> int:
    return bench.ledger.grant_pass(
        pass_id, "o1", "s1", start_at=FIRST, end_at=END, items=[change_pb2.ITEM_FAST_TRAINS]
    )


async def _passes(bench: Bench) -> dict[str, tuple[Pass, ...]]:
    bases = (await bench.facts.read_facts([DIGEST])).bases
    return {one.basis_id: one.passes for one in bases}


async def test_an_order_is_told_with_its_passes_and_no_other_ones(bench: Bench) -> None:
    _ordered(bench)
    _grant(bench)
    _grant(bench, "p2")
    await bench.take()
    items = frozenset({Item.FAST_TRAINS})
    assert await _passes(bench) == {
        "o1": (
            Pass(pass_id="p1", items=items, start_at=FIRST, end_at=END),
            Pass(pass_id="p2", items=items, start_at=FIRST, end_at=END),
        ),
        "o2": (),
    }


async def test_a_pass_that_was_withdrawn_frees_nothing(bench: Bench) -> None:
    _ordered(bench)
    _grant(bench)
    await bench.take()
    bench.ledger.withdraw_pass("p1", "o1", "s1")
    await bench.take()
    assert await _passes(bench) == {"o1": (), "o2": ()}


async def test_a_withdrawal_that_ran_ahead_is_not_undone_by_the_older_grant(bench: Bench) -> None:
    _ordered(bench)
    _grant(bench)
    # In one act with an ending, which the second cursor brings ahead.
    bench.ledger.act(
        [
            change_pb2.Effect(
                pass_withdrawn=change_pb2.PassWithdrawn(
                    pass_id="p1", order_id="o1", subject_id="s1"
                )
            ),
            change_pb2.Effect(order_lifted=change_pb2.OrderLifted(order_id="o9", subject_id="s9")),
        ]
    )
    await bench.take(cursor=Cursor.ENDINGS)
    await bench.take(4)
    assert await _passes(bench) == {"o1": (), "o2": ()}


async def test_a_pass_read_before_its_order_is_found_with_it(bench: Bench) -> None:
    bench.ledger.bind("s1", "d1", DIGEST)
    _grant(bench)
    await bench.take()
    bench.ledger.issue("o1", "s1")
    await bench.take()
    assert [one.pass_id for one in (await _passes(bench))["o1"]] == ["p1"]


async def test_a_pass_changes_nothing_that_partners_hold(bench: Bench) -> None:
    """A copy never refuses alone: the check that confirms it knows of the pass."""
    _ordered(bench)
    await bench.take()
    before = await bench.facts.read_deliveries(0, 10)
    _grant(bench)
    await bench.take()
    bench.ledger.withdraw_pass("p1", "o1", "s1")
    await bench.take()
    assert await bench.facts.read_deliveries(0, 10) == before
    assert (await bench.facts.read_delivery_head()).number == 2


async def test_passes_are_no_matter_where_listings_bind(lender: Bench) -> None:
    lender.ledger.bind("s1", "d1", DIGEST)
    lender.ledger.enter_listing("o1", "s1")
    _grant(lender)
    await lender.take()
    assert await _passes(lender) == {"o1": ()}
