"""Who asked about whom is found by a person's document after its digest key has changed, and by no older key."""

import uuid
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from restriction.asking.query_store import PostgresQueryStore
from restriction.config import Config
from restriction.model import Query
from restriction.wiring import open_stores
from tests.fakes.ledger import FakeLedger
from tests.fakes.travel import CLEAR, RESTRICTED, RunningTravel, running_travel, ticket
from tests.integration.restriction.epochs.town import (
    BARRED,
    digest_in,
    fill,
    only_holds,
)
from travel.policy import TravelPolicy


async def test_who_asked_is_told_by_the_present_key_at_every_moment_of_a_change(
    config: Config, ledger: FakeLedger
) -> None:
    async with running_travel(config) as travel:
        await _reach(travel, ledger)
        decision = await travel.check(ticket(BARRED[0]))
        assert decision.answer == RESTRICTED
        assert await _told(config, digest_in(2, BARRED[0])) == []
        ledger.open_epoch(2)
        fill(ledger)
        await travel.reached(ledger.switch_epoch(2))
        # Keyed by the former key still, and found without it.
        assert await _keyed(config) == {(1, digest_in(1, BARRED[0]))}
        assert await _told(config, digest_in(2, BARRED[0])) == [decision.decision_id]
        await travel.reached(ledger.close_epoch(1))
        await only_holds(config, 2)
        assert await _keyed(config) == {(2, digest_in(2, BARRED[0]))}
        assert await _told(config, digest_in(2, BARRED[0])) == [decision.decision_id]


async def test_of_a_document_that_was_unbound_no_digest_outlives_its_key(
    config: Config, ledger: FakeLedger
) -> None:
    async with running_travel(config) as travel:
        await _reach(travel, ledger)
        await travel.check(ticket(BARRED[0]))
        ledger.unbind(f"s{BARRED[0]}", f"d{BARRED[0]}")
        ledger.open_epoch(2)
        fill(ledger)
        ledger.switch_epoch(2)
        await travel.reached(ledger.close_epoch(1))
        await only_holds(config, 2)
        assert await _keyed(config) == {(2, b"")}


@pytest.mark.parametrize("moment", ["before it is filled", "before the switch", "after it"])
async def test_who_is_erased_at_any_moment_of_a_change_is_clear_and_leaves_no_digest(
    config: Config, ledger: FakeLedger, moment: str
) -> None:
    erased = BARRED[0]
    steps: dict[str, Callable[[], object]] = {
        "opened": lambda: ledger.open_epoch(2),
        "before it is filled": lambda: None,
        "filled": lambda: fill(ledger),
        "before the switch": lambda: None,
        "switched": lambda: ledger.switch_epoch(2),
        "after it": lambda: None,
    }
    steps[moment] = lambda: ledger.erase(f"s{erased}")
    async with running_travel(config) as travel:
        await _reach(travel, ledger)
        assert (await travel.check(ticket(erased))).answer == RESTRICTED
        ledger.lift(f"o{erased}", f"s{erased}")
        for step in steps.values():
            step()
            await _reach(travel, ledger)
        await travel.reached(ledger.close_epoch(1))
        await only_holds(config, 2)
        assert await _keyed(config) == {(2, b"")}
        assert digest_in(2, erased) not in await _digests(config)
        assert (await travel.check(ticket(erased))).answer == CLEAR
        assert (await travel.check(ticket(BARRED[1]))).answer == RESTRICTED


async def _reach(travel: RunningTravel, ledger: FakeLedger) -> None:
    await travel.reached(len(ledger.changes))


async def _told(config: Config, digest: bytes) -> list[str]:
    """The checks about a document that a court is told of by this digest."""
    told = Query(
        decision_id=str(uuid.uuid4()),
        decided_at=datetime.now(UTC),
        partner_id="court/京0000",
        purpose="PERSON_CONCERNED",
        product="QUERIES",
        answer=None,
        digest=b"",
        epoch=2,
    )
    async with AsyncExitStack() as stack:
        stores = await open_stores(config, TravelPolicy(), stack)
        found = await PostgresQueryStore(postgres=stores.postgres).tell(told, [digest], 10)
    return [str(one.decision_id) for one in found]


async def _keyed(config: Config) -> set[tuple[int, bytes]]:
    """Epoch and digest of every logged check."""
    async with AsyncExitStack() as stack:
        stores = await open_stores(config, TravelPolicy(), stack)
        async with stores.postgres.connection() as connection:
            rows = await connection.fetch("SELECT epoch, digest FROM query_log WHERE answer <> 0")
    return {(row["epoch"], row["digest"]) for row in rows}


async def _digests(config: Config) -> set[bytes]:
    """Every digest by which somebody could be found."""
    async with AsyncExitStack() as stack:
        stores = await open_stores(config, TravelPolicy(), stack)
        async with stores.postgres.connection() as connection:
            rows = await connection.fetch("SELECT digest FROM digest")
    return {row["digest"] for row in rows}
