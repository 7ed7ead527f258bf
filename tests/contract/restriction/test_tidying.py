"""What is left of a rebuild is tidied up by pages, and goes on wherever it was cut off."""

from collections.abc import Awaitable, Callable
from itertools import count
from unittest.mock import create_autospec

import pytest
import structlog
from structlog.testing import CapturingLogger

from chassis.clock import SystemClock
from restriction.epochs import EpochLoading
from restriction.facts.rebuild_store import PostgresRebuildStore
from restriction.facts.statements import load_statements
from restriction.facts.witness import Witness
from restriction.ledger import Ledger
from restriction.rewind import Rewinder
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of

ROWS = 3
PEOPLE = 4 * ROWS - 1
TABLES = ("court", "basis", "binding", "digest", "obligation", "pass", "partner", "rating")


class CutOffError(Exception):
    """The process ends here."""


def _store(bench: Bench) -> PostgresRebuildStore:
    return PostgresRebuildStore(
        postgres=bench.postgres,
        statements=load_statements(),
        projection=bench.facts,
        rows_per_page=ROWS,
    )


def _cut_off_after(bench: Bench, transactions: int, patch: pytest.MonkeyPatch) -> None:
    whole = bench.postgres.transaction
    left = count(transactions, -1)

    async def transaction(work: Callable[..., Awaitable[object]]) -> object:
        if next(left) == 0:
            raise CutOffError
        return await whole(work)

    patch.setattr(bench.postgres, "transaction", transaction)


async def _fill(bench: Bench) -> None:
    for number in range(PEOPLE):
        bench.ledger.enrol_court(f"京{number:04d}")
        bench.ledger.bind(f"s{number}", f"d{number}", digest_of(resident_id(serial=number)))
        bench.ledger.issue(f"o{number}", f"s{number}")
        bench.ledger.perform(f"b{number}")
        bench.ledger.withdraw_pass(f"p{number}", f"o{number}", f"s{number}")
        bench.ledger.enrol_partner(f"partner-{number}")
        bench.ledger.rate(f"partner-{number}", 3)
    await bench.take()


async def _rows(bench: Bench, generation: int) -> int:
    total = 0
    async with bench.postgres.connection() as connection:
        for table in (*TABLES, "follower"):
            total += await connection.fetchval(
                f"SELECT count(*) FROM {table} WHERE generation = $1",
                generation,
            )
    return total


async def _allow_pages_only(bench: Bench) -> None:
    async with bench.postgres.connection() as connection:
        await connection.execute(
            "CREATE FUNCTION check_page() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF (SELECT count(*) FROM gone) > {ROWS} THEN RAISE 'more than a page'; END IF; "
            "RETURN NULL; END $$"
        )
        for table in TABLES:
            await connection.execute(
                f"CREATE TRIGGER page AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone "
                "FOR EACH STATEMENT EXECUTE FUNCTION check_page()"
            )


async def test_no_transaction_deletes_more_than_a_page(bench: Bench) -> None:
    await _fill(bench)
    store = _store(bench)
    await store.start_generation(2)
    await bench.take(generation=2)
    await _allow_pages_only(bench)
    await store.start_generation(2)
    assert await _rows(bench, 2) == 1
    await bench.take(generation=2)
    await store.switch_to(2)
    await store.drop_others()
    assert await _rows(bench, 1) == 0
    assert await _rows(bench, 2) == len(TABLES) * PEOPLE + 1


async def test_nobody_goes_on_with_a_generation_that_was_deleted_in_part(bench: Bench) -> None:
    await _fill(bench)
    store = _store(bench)
    await store.start_generation(2)
    await bench.take(generation=2)
    for transactions in count(1):
        with pytest.MonkeyPatch.context() as patch:
            _cut_off_after(bench, transactions, patch)
            try:
                await store.start_generation(2)
                break
            except CutOffError:
                assert await store.read_generation(2) is None
    assert transactions > 3
    await bench.take(generation=2)
    assert await store.count_differences(1, 2) == {}


async def test_a_generation_that_was_dropped_in_part_is_found_again(bench: Bench) -> None:
    await _fill(bench)
    store = _store(bench)
    await store.start_generation(2)
    await store.switch_to(2)
    for transactions in (1, 2):
        with pytest.MonkeyPatch.context() as patch:
            _cut_off_after(bench, transactions, patch)
            with pytest.raises(CutOffError):
                await store.drop_others()
    await store.drop_others()
    assert await _rows(bench, 1) == 0


async def _told(bench: Bench, store: PostgresRebuildStore) -> list[str]:
    """Tidy up; returns the orders on the list for the judge."""
    lines = CapturingLogger()
    rewinder = Rewinder(
        ledger=create_autospec(Ledger),
        store=store,
        loading=create_autospec(EpochLoading),
        witness=create_autospec(Witness),
        clock=SystemClock(),
        log=structlog.wrap_logger(
            lines, processors=[], wrapper_class=structlog.make_filtering_bound_logger("debug")
        ),
    )
    await rewinder.tidy(await store.read_follower())
    return [line.kwargs["basis_id"] for line in lines.calls]


async def test_tidying_up_that_was_cut_off_anywhere_begins_again(bench: Bench) -> None:
    await _fill(bench)
    copy = len(bench.ledger.changes)
    bench.ledger.lift("o1", "s1")
    await bench.take()
    bench.ledger.restore(copy)
    store = _store(bench)
    await store.start_generation(2)
    await bench.take(generation=2)
    await store.switch_to(2)
    for transactions in count(0):
        with pytest.MonkeyPatch.context() as patch:
            _cut_off_after(bench, transactions, patch)
            try:
                # Whoever comes to the end has told the list, whatever was told before.
                assert await _told(bench, store) == ["o1"]
                break
            except CutOffError:
                assert not (await store.read_follower()).reconciled
    assert transactions > 3
    assert (await store.read_follower()).reconciled
    assert await _rows(bench, 1) == 0
    assert await _told(bench, store) == []
