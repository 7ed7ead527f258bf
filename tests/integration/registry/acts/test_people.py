"""Who signs that she acts is believed once, by one process of the registry, while key and office count."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from authority.assertion import make
from authority.caller import Actor
from authority.peer import Peer, PeerKind
from authority.people import SignedPeople
from chassis.clock import Clock, HeldClock, SystemClock
from chassis.errors import ServiceError, name_of
from chassis.postgres import Postgres, PostgresSettings
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from registry.enrolments import BELIEVED_S, Enrolments
from stack.keys import assert_key, assert_key_id, sign_key, sign_key_id
from stack.office import request_id
from tests.eventually import eventually
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

OFFICE = Peer(PeerKind.COURT, FIRST.code)
JUDGE = Actor(person_id=FIRST.judge, role=ledger.ROLE_JUDGE, court_code=FIRST.code)


@dataclass(frozen=True)
class Call:
    """What a server knows of a call: its metadata."""

    metadata: tuple[tuple[str, str | bytes], ...]

    def invocation_metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        return self.metadata


def bearing(token: str) -> Call:
    return Call((("x-request-id", "call-1"), ("authorization", f"Bearer {token}")))


def token_of(actor: Actor = JUDGE, *, now: datetime | None = None, **changes: Any) -> str:
    given = {
        "key_id": assert_key_id(actor.person_id),
        "private_key": assert_key(actor.person_id),
        "audience": "registry",
        "now": now or datetime.now(UTC),
    }
    return make(actor=actor, **{**given, **changes})


@asynccontextmanager
async def process(dsn: str, clock: Clock | None = None) -> AsyncIterator[Enrolments]:
    """What one process of the registry knows of people."""
    settings = PostgresSettings(dsn=dsn, schema="registry", application_name="test", size_max=2)
    async with Postgres.open(settings) as postgres:
        yield Enrolments(postgres=postgres, clock=clock or SystemClock())


@pytest_asyncio.fixture(loop_scope="session")
async def enrolments(house: CourtHouse, acts_database: str) -> AsyncIterator[Enrolments]:
    del house  # has both courts enrolled, and watches the log
    async with process(acts_database) as one:
        yield one


async def believed(enrolments: Enrolments, call: Any, office: Peer = OFFICE) -> Actor:
    people = SignedPeople(enrolments=enrolments, audience="registry", clock=SystemClock())
    return await people.actor_of(call, office)


async def refused(enrolments: Enrolments, call: Any, office: Peer = OFFICE) -> ServiceError:
    with pytest.raises(ServiceError) as error:
        await believed(enrolments, call, office)
    return error.value


async def reason(enrolments: Enrolments, call: Any, office: Peer = OFFICE) -> str:
    return name_of((await refused(enrolments, call, office)).reason)


async def test_who_signs_with_her_own_key_acts(enrolments: Enrolments) -> None:
    assert await believed(enrolments, bearing(token_of())) == JUDGE


async def test_the_scheme_of_the_header_has_no_case(enrolments: Enrolments) -> None:
    assert await believed(enrolments, Call((("authorization", f"bearer {token_of()}"),))) == JUDGE


async def test_an_assertion_is_good_once_in_every_process_and_after_a_restart(
    enrolments: Enrolments, acts_database: str
) -> None:
    call = bearing(token_of())
    await believed(enrolments, call)
    assert await reason(enrolments, call) == "ASSERTION_REPLAYED"
    async with process(acts_database) as another:
        assert await reason(another, call) == "ASSERTION_REPLAYED"


@pytest.mark.parametrize(
    "metadata",
    [
        (),
        (("authorization", ""),),
        (("authorization", "Basic anVkZ2U6anVkZ2U="),),
        (("courtlist-person", FIRST.judge), ("courtlist-role", "judge")),
        (("authorization", f"Bearer {token_of()}"), ("authorization", f"Bearer {token_of()}")),
    ],
    ids=["nothing", "empty", "password", "word of mouth", "two"],
)
async def test_a_call_without_one_assertion_says_nobody(
    enrolments: Enrolments, metadata: tuple[tuple[str, str], ...]
) -> None:
    assert await reason(enrolments, Call(metadata)) == "ACTOR_REQUIRED"


async def test_an_assertion_over_another_court_s_certificate_is_borrowed(
    enrolments: Enrolments,
) -> None:
    other = Peer(PeerKind.COURT, SECOND.code)
    assert await reason(enrolments, bearing(token_of()), other) == "ASSERTION_BORROWED"


async def test_a_role_that_she_does_not_hold_is_not_hers(enrolments: Enrolments) -> None:
    president = Actor(person_id=FIRST.judge, role=ledger.ROLE_PRESIDENT, court_code=FIRST.code)
    assert await reason(enrolments, bearing(token_of(president))) == "ACTOR_UNKNOWN"


@pytest.mark.parametrize(
    "changes",
    [
        {"key_id": "key-of-nobody"},
        {"key_id": assert_key_id(FIRST.clerk)},
        {"key_id": sign_key_id(FIRST.president), "private_key": sign_key(FIRST.president)},
    ],
    ids=["no key", "another person's", "one for decisions"],
)
async def test_a_key_that_does_not_speak_for_her_is_unknown(
    enrolments: Enrolments, changes: dict[str, Any]
) -> None:
    president = Actor(person_id=FIRST.president, role=ledger.ROLE_PRESIDENT, court_code=FIRST.code)
    error = await refused(enrolments, bearing(token_of(president, **changes)))
    assert error.metadata["why"] in {"KEY_UNKNOWN", "SIGNATURE"}
    assert name_of(error.reason) == "ASSERTION_INVALID"


async def test_a_retired_key_speaks_no_more(house: CourtHouse, enrolments: Enrolments) -> None:
    clerk = house.officer()
    key = house.key(
        clerk.person_id,
        key_id=assert_key_id(clerk.person_id),
        public_key=assert_key(clerk.person_id).public_key().public_bytes_raw(),
    )
    for request in (clerk, key):
        await house.do(request)
    actor = Actor(person_id=clerk.person_id, role=ledger.ROLE_CLERK, court_code=FIRST.code)
    assert await believed(enrolments, bearing(token_of(actor))) == actor
    await house.do(admin.RetireKeyRequest(request_id=request_id(), key_id=key.key_id))
    enrolments.forget()
    error = await refused(enrolments, bearing(token_of(actor)))
    assert error.metadata["why"] == "KEY_UNKNOWN"


async def test_a_call_that_is_refused_uses_nothing_up(
    house: CourtHouse, enrolments: Enrolments
) -> None:
    clerk = house.officer()
    await house.do(clerk)
    await house.do(
        house.key(
            clerk.person_id,
            key_id=assert_key_id(clerk.person_id),
            public_key=assert_key(clerk.person_id).public_key().public_bytes_raw(),
        )
    )
    judge = Actor(person_id=clerk.person_id, role=ledger.ROLE_JUDGE, court_code=FIRST.code)
    call = bearing(token_of(judge))
    assert await reason(enrolments, call) == "ACTOR_UNKNOWN"
    await house.do(house.officer(person_id=clerk.person_id, role=ledger.ROLE_JUDGE))
    assert await believed(enrolments, call) == judge


async def test_what_another_process_changed_counts_after_ten_seconds(
    house: CourtHouse, acts_database: str
) -> None:
    clerk = house.officer()
    await house.do(clerk)
    actor = Actor(person_id=clerk.person_id, role=ledger.ROLE_CLERK, court_code=FIRST.code)
    clock = HeldClock(datetime.now(UTC))
    async with process(acts_database, clock) as other:
        assert await other.is_enrolled(actor)
        await house.do(_retiring(clerk))
        clock.advance(BELIEVED_S - 0.001)
        assert await other.is_enrolled(actor)
        clock.advance(0.001)
        assert not await other.is_enrolled(actor)


async def test_what_was_being_looked_up_while_people_changed_is_not_kept(
    house: CourtHouse, acts_database: str, enrolments: Enrolments
) -> None:
    clerk = house.officer()
    await house.do(clerk)
    actor = Actor(person_id=clerk.person_id, role=ledger.ROLE_CLERK, court_code=FIRST.code)
    connection = await asyncpg.connect(acts_database, server_settings={"search_path": "registry"})
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE officer IN ACCESS EXCLUSIVE MODE")
            looking = asyncio.create_task(enrolments.is_enrolled(actor))
            await eventually(lambda: _is_blocking(connection))
            enrolments.forget()
        assert await looking
    finally:
        await connection.close()
    await house.do(_retiring(clerk))
    assert not await enrolments.is_enrolled(actor)


async def test_used_assertions_are_forgotten_once_nobody_believes_them(
    house: CourtHouse, enrolments: Enrolments
) -> None:
    now = datetime.now(UTC)
    for hours, person_id in ((-1, "swept"), (0, "kept")):
        await house.connection.execute(
            "INSERT INTO assertion_nonce (person_id, nonce, expires_at) VALUES ($1, $2, $3)",
            person_id,
            bytes(16),
            now + timedelta(hours=hours),
        )
    await enrolments.sweep()
    left = await house.connection.fetch("SELECT person_id FROM assertion_nonce")
    people = {row["person_id"] for row in left}
    assert "kept" in people
    assert "swept" not in people


async def _is_blocking(connection: "asyncpg.Connection[asyncpg.Record]") -> bool:
    """Whether somebody waits for what this transaction holds."""
    found = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    )
    return bool(found)


def _retiring(officer: admin.EnrolOfficerRequest) -> admin.RetireOfficerRequest:
    return admin.RetireOfficerRequest(
        request_id=request_id(),
        person_id=officer.person_id,
        role=officer.role,
        court_code=officer.court_code,
    )
