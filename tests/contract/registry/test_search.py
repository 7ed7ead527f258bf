"""Searching a court's listings on a real Postgres."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import asyncpg
import pytest

from chassis.errors import ServiceError
from chassis.postgres import Postgres, PostgresSettings
from chassis.stores.faults import Connection
from chassis.stores.queries import NamedQueries
from chassis.wire.pages import PageTokens
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2 as pb
from registry.reading.freshness import FULLY_CONSISTENT
from registry.reading.search import Conditions, ListingSearch, Page
from registry.reading.states import decided_state, state_at
from registry.reading.views import Views
from tests.contract.registry.reading import (
    KEYS,
    SCHEMA,
    Reading,
    foreign_passport,
    id_card,
    reading,
)
from tests.contract.registry.seed import COURT, OTHER_COURT

ANY = Conditions(court_code=COURT)


@pytest.fixture
async def court(database: str) -> AsyncIterator[Reading]:
    """Only Postgres is asked: no cache stands before a search."""
    async with reading(database) as opened:
        yield opened


async def found(court: Reading, conditions: Conditions = ANY) -> list[str]:
    answer = await court.reads.search(conditions, Page())
    assert answer.next_page_token == ""
    return [one.listing_id for one in answer.listings]


async def pages(court: Reading, size: int, conditions: Conditions = ANY) -> list[list[str]]:
    token, result = "", []
    while True:
        answer = await court.reads.search(conditions, Page(size, token))
        result.append([one.listing_id for one in answer.listings])
        token = answer.next_page_token
        if not token:
            return result


async def listings(court: Reading, count: int) -> list[str]:
    """Listings of one court, oldest first."""
    made = []
    for serial in range(count):
        subject_id = await court.seed.subject(id_card(serial))
        made.append(str(await court.seed.listing(subject_id)))
    return made


async def test_a_court_finds_its_own_listings_newest_first(court: Reading) -> None:
    made = await listings(court, 3)
    subject_id = await court.seed.subject(id_card(9))
    other = await court.seed.listing(subject_id, court_code=OTHER_COURT)
    assert await found(court) == made[::-1]
    assert await found(court, Conditions(court_code=OTHER_COURT)) == [str(other)]


async def test_a_listing_is_found_by_its_case(court: Reading) -> None:
    subject_id = await court.seed.subject(id_card())
    case_number = f"（2099）{COURT}执777号"
    obligation_id = await court.seed.obligation(subject_id, cases=[case_number])
    listing_id = await court.seed.listing(subject_id, obligation_id)
    await court.seed.listing(subject_id)
    assert await found(court, Conditions(court_code=COURT, case_number=case_number)) == [
        str(listing_id)
    ]
    nothing = Conditions(court_code=COURT, case_number=f"（2099）{COURT}执778号")
    assert await found(court, nothing) == []


async def test_a_listing_is_found_by_any_document_of_its_debtor(court: Reading) -> None:
    card, passport = id_card(1), foreign_passport()
    subject_id = await court.seed.subject(card, passport)
    listing_id = await court.seed.listing(subject_id)
    await court.seed.listing(await court.seed.subject(id_card(2)))
    for document in (card, passport):
        assert await found(court, Conditions(court_code=COURT, document=document)) == [
            str(listing_id)
        ]
    nobody = Conditions(court_code=COURT, document=id_card(3))
    assert await found(court, nobody) == []


async def test_every_condition_given_must_hold(court: Reading) -> None:
    card = id_card()
    subject_id = await court.seed.subject(card)
    first = await court.seed.listing(subject_id)
    second = await court.seed.listing(subject_id, ground=ledger.GROUND_EVADES)
    await court.seed.listing(await court.seed.subject(id_card(1)), ground=ledger.GROUND_EVADES)
    evades = Conditions(court_code=COURT, document=card, ground=ledger.GROUND_EVADES)
    assert await found(court, evades) == [str(second)]
    refuses = Conditions(court_code=COURT, ground=ledger.GROUND_ABLE_BUT_REFUSES)
    assert await found(court, refuses) == [str(first)]


async def one_in_each_state(court: Reading) -> dict[int, str]:
    now, hour = datetime.now(UTC), timedelta(hours=1)
    subject_id = await court.seed.subject(id_card())
    seed = court.seed
    pending = await seed.listing(subject_id, start_at=now + hour)
    in_force = await seed.listing(subject_id)
    expired = await seed.listing(
        subject_id, ground=ledger.GROUND_EVADES, start_at=now - 2 * hour, term_end_at=now - hour
    )
    deleted = await seed.listing(subject_id, start_at=now + hour)
    await seed.end_listing(deleted)
    revoked = await seed.listing(
        subject_id, ground=ledger.GROUND_EVADES, start_at=now - 2 * hour, term_end_at=now - hour
    )
    await seed.end_listing(revoked, ledger.ENDING_KIND_REVOKED)
    await seed.unsettle(revoked, subject_id)
    unsettled = await seed.listing(subject_id, start_at=now + hour)
    await seed.unsettle(unsettled, subject_id)
    return {
        pb.BASIS_STATE_PENDING: str(pending),
        pb.BASIS_STATE_IN_FORCE: str(in_force),
        pb.BASIS_STATE_EXPIRED: str(expired),
        pb.BASIS_STATE_DELETED: str(deleted),
        pb.BASIS_STATE_REVOKED: str(revoked),
        pb.BASIS_STATE_UNSETTLED: str(unsettled),
    }


async def test_a_listing_is_found_by_the_state_it_is_shown_in_and_by_no_other(
    court: Reading,
) -> None:
    made = await one_in_each_state(court)
    for state in pb.BasisState.values():
        if state == pb.BASIS_STATE_UNSPECIFIED:
            continue
        answer = await court.reads.search(Conditions(court_code=COURT, state=state), Page())
        expected = [made[state]] if state in made else []
        assert [one.listing_id for one in answer.listings] == expected, pb.BasisState.Name(state)
        assert all(one.state == state for one in answer.listings)
    everything = await court.reads.search(ANY, Page())
    assert {one.state: one.listing_id for one in everything.listings} == made


START = datetime(2030, 5, 1, 16, 0, tzinfo=UTC)
END = datetime(2032, 5, 1, 16, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize("now", [START - MICROSECOND, START, END - MICROSECOND, END])
async def test_the_state_sought_is_the_state_shown_to_the_microsecond(
    court: Reading, now: datetime
) -> None:
    subject_id = await court.seed.subject(id_card())
    await court.seed.listing(
        subject_id, ground=ledger.GROUND_EVADES, start_at=START, term_end_at=END
    )
    shown = state_at(
        now,
        decided=decided_state(ended_kind=None, unsettled=False),
        start_at=START,
        end_at=END,
    )
    search = NamedQueries.load("registry", "sql/search.sql")["search"]
    assert "clock_timestamp()" in search
    at_now = search.replace("clock_timestamp()", f"timestamptz '{now.isoformat()}'")
    for state in pb.BasisState.values()[1:]:
        rows = await court.seed.connection.fetch(
            at_now, COURT, None, None, None, None, state, None, None, 10
        )
        assert bool(rows) == (state == shown), pb.BasisState.Name(state)


async def test_pages_hold_every_listing_once_in_order(court: Reading) -> None:
    made = await listings(court, 5)
    newest_first = made[::-1]
    assert await pages(court, 2) == [newest_first[:2], newest_first[2:4], newest_first[4:]]
    assert await pages(court, 5) == [newest_first]
    assert await pages(court, 6) == [newest_first]


async def test_listings_of_one_act_are_paged_without_loss(court: Reading) -> None:
    subject_id = await court.seed.subject(id_card())
    obligations = [await court.seed.obligation(subject_id) for _ in range(5)]
    position = await court.seed.act()
    made = {
        str(await court.seed.listing(subject_id, one, position=position)) for one in obligations
    }
    sent = [one for page in await pages(court, 2) for one in page]
    assert len(sent) == len(made)
    assert set(sent) == made


async def test_a_listing_entered_meanwhile_moves_no_page(court: Reading) -> None:
    made = await listings(court, 4)
    first = await court.reads.search(ANY, Page(2))
    await court.seed.listing(await court.seed.subject(id_card(9)))
    second = await court.reads.search(ANY, Page(2, first.next_page_token))
    assert [one.listing_id for one in second.listings] == [made[1], made[0]]


async def test_a_page_holds_fifty_unless_asked_and_never_more_than_two_hundred(
    court: Reading,
) -> None:
    subject_id = await court.seed.subject(id_card())
    position = await court.seed.act()
    first = await court.seed.listing(subject_id, position=position)
    await court.seed.connection.execute(
        """
        INSERT INTO listing
        SELECT (json_populate_record(l, json_build_object(
            'listing_id', gen_random_uuid(), 'ended_at', now(), 'ended_kind', 1, 'ended_cause', 1
        ))).*
        FROM listing l CROSS JOIN generate_series(1, 250) WHERE l.listing_id = $1
        """,
        first,
    )
    # The text is sealed for its own listing only.
    rows = await court.seed.connection.fetch("SELECT listing_id FROM listing")
    for row in rows:
        await court.seed.connection.execute(
            "UPDATE listing SET text_sealed = $2 WHERE listing_id = $1",
            row["listing_id"],
            court.seed.sealer.seal(b"", f"listing/{row['listing_id']}"),
        )
    for asked, sent in ((0, 50), (1, 1), (200, 200), (5_000, 200)):
        answer = await court.reads.search(ANY, Page(asked))
        assert len(answer.listings) == sent
        assert answer.next_page_token


async def test_a_negative_page_size_is_refused(court: Reading) -> None:
    with pytest.raises(ServiceError) as refused:
        await court.reads.search(ANY, Page(-1))
    assert [one.field for one in refused.value.violations] == ["page_size"]


@pytest.mark.parametrize(
    "other",
    [
        Conditions(court_code=OTHER_COURT),
        Conditions(court_code=COURT, case_number=f"（2099）{COURT}执1号"),
        Conditions(court_code=COURT, document=id_card(7)),
        Conditions(court_code=COURT, ground=ledger.GROUND_EVADES),
        Conditions(court_code=COURT, state=pb.BASIS_STATE_IN_FORCE),
    ],
    ids=["court", "case", "document", "ground", "state"],
)
async def test_a_page_token_belongs_to_its_court_and_its_conditions(
    court: Reading, other: Conditions
) -> None:
    await listings(court, 2)
    token = (await court.reads.search(ANY, Page(1))).next_page_token
    for conditions, given in ((other, token), (ANY, token[:-2]), (ANY, "AAAA")):
        with pytest.raises(ServiceError) as refused:
            await court.reads.search(conditions, Page(1, given))
        assert refused.value.reason == reasons.ERROR_REASON_PAGE_TOKEN_INVALID


async def test_a_found_listing_is_shown_as_when_read_alone(court: Reading) -> None:
    subject_id = await court.seed.subject(id_card(), foreign_passport())
    obligation_id = await court.seed.obligation(subject_id)
    listing_id = await court.seed.listing(subject_id, obligation_id)
    await court.seed.task(obligation_id=obligation_id)
    alone = await court.reads.get_listing(listing_id, FULLY_CONSISTENT)
    [among] = (await court.reads.search(ANY, Page())).listings
    for message in (alone, among):
        message.ClearField("as_of_time")
    assert among == alone


class CountingPostgres:
    """Runs a transaction's work on a plain connection and counts its statements."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self.statements = 0

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        self.statements += 1
        return await self._connection.fetch(statement, *arguments)

    async def transaction(self, work: Callable[[Any], Awaitable[Any]], **_: Any) -> Any:
        return await work(self)


async def test_a_page_takes_two_statements_however_long_it_is(court: Reading) -> None:
    await listings(court, 6)
    for size in (1, 6):
        postgres = CountingPostgres(court.seed.connection)
        search = ListingSearch(
            postgres=cast("Postgres", postgres),
            views=Views(sealer=court.seed.sealer),
            digest_keys=KEYS,
            page_tokens=PageTokens(keys=lambda: [bytes(16)]),
        )
        assert len((await search.page(ANY, Page(size))).listings) == size
        assert postgres.statements == 2


class LateViews(Views):
    """The listing ends by an act after it was found and before it is read."""

    def __init__(self, court: Reading) -> None:
        super().__init__(sealer=court.seed.sealer)
        self._seed = court.seed

    async def listings(
        self, connection: Connection, listing_ids: Sequence[UUID]
    ) -> list[pb.Listing]:
        for listing_id in listing_ids:
            await self._seed.end_listing(listing_id)
        return await super().listings(connection, listing_ids)


async def test_a_listing_found_by_its_state_is_shown_in_it_whatever_happens_meanwhile(
    court: Reading, database: str
) -> None:
    await listings(court, 1)
    settings = PostgresSettings(dsn=database, schema=SCHEMA, application_name="test", size_min=1)
    async with Postgres.open(settings) as postgres:
        search = ListingSearch(
            postgres=postgres,
            views=LateViews(court),
            digest_keys=KEYS,
            page_tokens=PageTokens(keys=lambda: [bytes(16)]),
        )
        conditions = Conditions(court_code=COURT, state=pb.BASIS_STATE_IN_FORCE)
        [listing] = (await search.page(conditions, Page())).listings
    assert listing.state == pb.BASIS_STATE_IN_FORCE
    assert await found(court, conditions) == []
