"""A database that an older release filled: made whole from the ledger, and no wrong answer meanwhile."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from chassis.clock import SystemClock
from chassis.migrate import MigrationSettings, load_migrations, migrate
from courtlist.ledger.v1 import change_pb2
from restriction.facts.verify import verify
from restriction.wiring import Stores, open_stores
from tests.builders import resident_id
from tests.databases import Schema
from tests.eventually import eventually
from tests.fakes.field import digest_of, settings
from tests.fakes.ledger import START, FakeLedger
from tests.fakes.ledger_server import Served
from tests.fakes.travel import (
    CLEAR,
    RESTRICTED,
    SCHEMA,
    UNDETERMINED,
    RunningTravel,
    running_travel,
    ticket,
)
from travel.policy import TravelPolicy

PASSED, BARRED, LIFTED, NOBODY = 1, 2, 3, 9
ITEMS = (change_pb2.ITEM_TRANSPORT, change_pb2.ITEM_FAST_TRAINS)


async def _migrate_first(dsn: str) -> None:
    """To the schema of the release before, with nothing read yet."""
    first = load_migrations("restriction", "sql/migrations")[:1]
    await migrate(first, MigrationSettings(dsn=dsn, schema=SCHEMA))


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema("travel of the first migration", _migrate_first)


@asynccontextmanager
async def _connected(database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database, server_settings={"search_path": SCHEMA})
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _stores(service: RunningTravel) -> AsyncIterator[Stores]:
    async with AsyncExitStack() as stack:
        yield await open_stores(service.config, TravelPolicy(), stack)


async def _is_rebuilt(service: RunningTravel, generation: int) -> None:
    async with _stores(service) as stores:

        async def is_there() -> bool:
            follower = await stores.facts.read_follower()
            return follower.generation == generation and follower.reconciled

        await eventually(is_there)


async def _equals_a_replay(service: RunningTravel) -> bool:
    async with _stores(service) as stores:
        return not await verify(
            ledger=stores.ledger, store=stores.rebuild, loading=stores.loading, clock=SystemClock()
        )


def _act(ledger: FakeLedger) -> None:
    """One who has a pass for the day asked about, one who is barred, one whose order was lifted."""
    ledger.enrol_court()
    for serial in (PASSED, BARRED, LIFTED):
        ledger.bind(f"s{serial}", f"d{serial}", digest_of(resident_id(serial=serial)))
        # Of the field's own items: that release sent the others, too.
        ledger.issue(f"o{serial}", f"s{serial}", items=ITEMS, obligation_id=f"b{serial}")
    day = datetime(2026, 5, 31, 16, tzinfo=UTC)
    ledger.grant_pass(
        "p1", f"o{PASSED}", f"s{PASSED}", start_at=day, end_at=day + timedelta(days=1)
    )
    ledger.enrol_partner("rail", push_address="")
    ledger.rate("inn", 4)
    ledger.perform(f"b{LIFTED}")
    ledger.lift(f"o{LIFTED}", f"s{LIFTED}")


async def _fill_as_before(database: str, ledger: FakeLedger) -> None:
    """The rows that the release before held of the same acts, its deliveries among them."""
    head = ledger.changes[-1].change
    async with _connected(database) as connection:
        await connection.execute(
            "UPDATE follower SET incarnation = $1, position = $2, hash = $3,"
            " endings_position = $2, endings_hash = $3, as_of_at = now()",
            ledger.incarnation,
            len(ledger.changes),
            head.hash,
        )
        await connection.execute(
            "INSERT INTO court VALUES (1, '京0000', '某区人民法院', '000-0000000', 1)"
        )
        for serial in (PASSED, BARRED, LIFTED):
            bound = 2 * serial
            ended_at = ledger.now() if serial == LIFTED else None
            await connection.execute(
                "INSERT INTO binding VALUES (1, 'd' || $1, 's' || $1, $2, 0)", str(serial), bound
            )
            await connection.execute(
                "INSERT INTO digest VALUES (1, 'd' || $1, 1, $2, $3)",
                str(serial),
                digest_of(resident_id(serial=serial)),
                serial != LIFTED,
            )
            await connection.execute(
                "INSERT INTO basis VALUES (1, 'o' || $1, 's' || $1, '京0000', 514, NULL, $2, NULL,"
                " $3, $4, $5, false, 0, '(2026)京0000执1号', '限o' || $1, $3)",
                str(serial),
                START,
                bound + 1,
                ended_at,
                None if ended_at is None else len(ledger.changes),
            )
        await connection.execute(
            "INSERT INTO seen_ending VALUES ($1, 'o3', '', 2, 's3', $2, $3, 1)",
            head.hash,
            ledger.incarnation,
            len(ledger.changes),
        )
        await _deliver_as_before(connection)


async def _deliver_as_before(connection: asyncpg.Connection) -> None:
    """With the content by which that release told whether anything is to be sent again."""
    await connection.execute("""
        WITH live AS (
            SELECT b.*, ARRAY[g.digest] AS digests, row_number() OVER (ORDER BY b.basis_id) AS number
            FROM basis b
            JOIN binding USING (generation, subject_id)
            JOIN digest g USING (generation, document_id)
            WHERE b.ended_position IS NULL
        ), written AS (
            INSERT INTO delivery
            SELECT number, basis_id, 1, digests, items, start_at, end_at, case_number, reference,
                   '某区人民法院', '000-0000000', start_position
            FROM live
        )
        INSERT INTO delivered
        SELECT basis_id, number, true,
               md5(ROW (digests, items, start_at, end_at, case_number, reference,
                        '某区人民法院'::text, '000-0000000'::text)::text)
        FROM live
    """)
    await connection.execute("UPDATE engine SET delivery_head = 2")


async def test_what_the_release_before_passed_over_is_made_whole(
    database: str, ledger: FakeLedger, registry: Served
) -> None:
    _act(ledger)
    await _fill_as_before(database, ledger)
    async with running_travel(settings(database, registry.address)) as service:
        await _is_rebuilt(service, 2)
        await service.answers(CLEAR, ticket(PASSED))
        await service.answers(RESTRICTED, ticket(BARRED))
        await service.answers(CLEAR, ticket(LIFTED))
        assert await _equals_a_replay(service)
    async with _connected(database) as connection:
        counts = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM pass) AS passes, (SELECT count(*) FROM partner) AS partners,"
            " (SELECT count(*) FROM rating) AS ratings, (SELECT count(*) FROM obligation) AS performed"
        )
    assert counts is not None
    assert dict(counts) == {"passes": 1, "partners": 1, "ratings": 1, "performed": 1}


async def test_until_then_nobody_is_refused_and_strangers_are_clear(
    database: str, ledger: FakeLedger, registry: Served
) -> None:
    _act(ledger)
    await _fill_as_before(database, ledger)
    ledger.takes_reports = False  # a rebuild cannot begin
    async with running_travel(settings(database, registry.address)) as service:
        await service.answers(CLEAR, ticket(NOBODY))
        for _ in range(10):
            assert (await service.check(ticket(PASSED))).answer == UNDETERMINED
            assert (await service.check(ticket(BARRED))).answer == UNDETERMINED
            assert (await service.check(ticket(LIFTED))).answer == CLEAR
        ledger.takes_reports = True
        await _is_rebuilt(service, 2)
        await service.answers(RESTRICTED, ticket(BARRED))


async def test_partners_are_sent_nothing_again(
    database: str, ledger: FakeLedger, registry: Served
) -> None:
    _act(ledger)
    await _fill_as_before(database, ledger)
    async with running_travel(settings(database, registry.address)) as service:
        await _is_rebuilt(service, 2)
        async with _stores(service) as stores:
            sent = await stores.facts.read_deliveries(0, 100)
        assert [one.restriction_id for one in sent] == [f"o{PASSED}", f"o{BARRED}"]


async def test_a_rebuild_that_the_release_before_left_half_done_is_begun_anew(
    database: str, ledger: FakeLedger, registry: Served
) -> None:
    _act(ledger)
    await _fill_as_before(database, ledger)
    async with _connected(database) as connection:
        await connection.execute(
            "INSERT INTO follower (generation, incarnation, position, hash) VALUES (2, $1, 3, $2)",
            ledger.incarnation,
            ledger.changes[2].change.hash,
        )
        await connection.execute(
            "INSERT INTO binding SELECT 2, document_id || 'x', subject_id, 2, 0 FROM binding"
        )
    async with running_travel(settings(database, registry.address)) as service:
        await _is_rebuilt(service, 2)
        assert await _equals_a_replay(service)


async def test_a_copy_that_the_release_before_makes_later_is_outdated_too(
    database: str, ledger: FakeLedger, registry: Served
) -> None:
    """Its process may still run, and lead, when the schema is already that of now."""
    _act(ledger)
    async with running_travel(settings(database, registry.address)) as service:
        await service.answers(RESTRICTED, ticket(BARRED))
    async with _connected(database) as connection:
        await connection.execute("INSERT INTO follower (generation) VALUES (2)")
        await connection.execute("UPDATE engine SET generation = 2")
    async with running_travel(settings(database, registry.address)) as service:
        await _is_rebuilt(service, 3)
        await service.answers(RESTRICTED, ticket(BARRED))
        assert await _equals_a_replay(service)


async def test_where_nothing_was_read_nothing_is_rebuilt(
    database: str, ledger: FakeLedger, registry: Served
) -> None:
    _act(ledger)
    async with running_travel(settings(database, registry.address)) as service:
        await service.answers(RESTRICTED, ticket(BARRED))
        async with _stores(service) as stores:
            assert (await stores.facts.read_follower()).generation == 1
