"""Somebody's time is over while every field follows: what is left of her, who is told, and what still verifies."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from chassis.cache import CacheSettings, PositionedCache
from chassis.clock import SystemClock
from chassis.postgres import Postgres, PostgresSettings
from courtlist.identity.v1 import document_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.restriction.v1 import query_service_pb2 as asking
from courtlist.restriction.v1 import query_service_pb2_grpc
from courtlist.restriction.v1 import restriction_pb2 as restriction
from registry.current_keyring import CurrentKeyring
from registry.erasing.erasing import Erasing
from registry.importing.wiring import ImportParts
from registry.keyring import Keyring
from registry.law.retention import YEARS_DEFAULT
from registry.reading.record_cache import RecordCache
from registry.wiring import SCHEMA
from restriction.keyring import parse_keyring
from stack.office import TicketOffice, flight
from stack.papers import Person
from stack.supervisor import Stack
from tests.eventually import eventually
from tests.system.courthouse import Courthouse, gate_refuses
from tests.system.privacy.needles import Needles
from tests.system.privacy.places import held_by, rows_of, store_of
from tests.system.privacy.sweep import digests_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIELDS = ("travel", "hotel", "loan", "procurement")
_ON_RECORD = {
    "registry's registry.document_digest",
    *(f"{field}'s {field}.digest" for field in FIELDS),
}
# The log of who asked has a time of its own: by it she is told.
_LOG = {"travel's travel.query_log"}
_AGE = (
    "UPDATE registry.listing SET ended_at = ended_at - $2::int * interval '1 day' WHERE subject_id = $1",
    "UPDATE registry.consumption_order SET ended_at = ended_at - $2::int * interval '1 day' WHERE subject_id = $1",
)


async def test_who_is_erased_is_clear_everywhere_and_nothing_finds_her_but_who_asked(
    system: Stack, court: Courthouse, office: TicketOffice
) -> None:
    debtor = Person(36_901)
    entered = await court.enter(debtor.subject)
    await gate_refuses(office, debtor.resident_id)
    assert await _standing(court, debtor.resident_id) == entered.listing.subject_id
    await court.pay_off(entered.listing.obligation_id)
    await eventually(lambda: _stands_in(system, debtor, _ON_RECORD | _LOG))

    await _age(system, entered.listing.subject_id, days=YEARS_DEFAULT * 366 + 2)
    async with _eraser(system) as erasing:
        while await erasing.work():
            # While she is erased nobody who asks about her waits, or hears anything else.
            assert (await office.check(debtor.resident_id, flight())).answer == _CLEAR
        assert erasing.erased == 1

    await eventually(lambda: _stands_in(system, debtor, _LOG))
    decision = await office.check(debtor.resident_id, flight())
    assert (decision.answer, decision.decided_by) == (_CLEAR, restriction.DECIDED_BY_INDEX)
    assert await _standing(court, debtor.resident_id) == ""
    assert set(await _answers_told(system, court, debtor)) == {"RESTRICTED"}
    for name, word in (("registry", "verified"), ("travel", "equal")):
        assert (await _verified(system, name))[word], name

    # A new matter of the same person begins as anybody's.
    anew = await court.enter(debtor.subject)
    assert anew.listing.subject_id != entered.listing.subject_id
    await gate_refuses(office, debtor.resident_id)


_CLEAR = restriction.ANSWER_CLEAR


@asynccontextmanager
async def _eraser(stack: Stack) -> AsyncIterator[Erasing]:
    """What the importer's process erases with, on the store of the registry that runs."""
    assert stack.valkey is not None
    clock = SystemClock()
    keyring = CurrentKeyring(Keyring.load(stack.keys / "registry.keyring.json"), path=None)
    settings = PostgresSettings(
        dsn=stack.stores["registry"],
        schema=SCHEMA,
        application_name="eraser",
        size_min=1,
        only_lookups=True,
    )
    caching = CacheSettings(url=stack.valkey.url, prefix=SCHEMA)
    async with (
        Postgres.open(settings) as postgres,
        PositionedCache.open(caching, clock=clock) as cache,
    ):
        parts = ImportParts(
            postgres=postgres,
            keyring=keyring,
            records=RecordCache(cache=cache, sealer=keyring.sealer, clock=clock),
            clock=clock,
        )
        yield Erasing(
            postgres=postgres,
            appending=parts.appending(),
            forgetting=parts.forgetting(),
            clock=clock,
            years=YEARS_DEFAULT,
        )


async def _age(stack: Stack, subject_id: str, *, days: int) -> None:
    """As if what has ended for somebody had ended so many days earlier."""
    connection = await asyncpg.connect(stack.stores["registry"])
    try:
        for statement in _AGE:
            await connection.execute(statement, UUID(subject_id), days)
    finally:
        await connection.close()


async def _stands_in(stack: Stack, person: Person, expected: set[str]) -> bool:
    """Whether her number, or a digest of it under any key of the gates, stands in these places alone."""
    assert stack.valkey is not None
    number = person.resident_id.number
    keys = parse_keyring((stack.keys / "gate.keyring.json").read_bytes()).digest_keys
    needles = Needles.of(numbers=[number])
    for value in digests_of(number, keys):
        needles.add((value, value.hex().encode()), whose=number)
    places = {"Valkey": await held_by(stack.valkey.url)}
    for name in (SCHEMA, *FIELDS):
        for table, rows in (await rows_of(store_of(stack, name))).items():
            places[f"{name}'s {table}"] = rows
    found = {place for place, content in places.items() if needles.found_in(content)}
    return found == expected


async def _standing(court: Courthouse, document: document_pb2.Document) -> str:
    """Who is found under the document; the court's clerk looks, and what she sees is cached."""
    reply = await court.registry.courts.GetStanding(
        rpc.GetStandingRequest(document=document), metadata=court.clerk
    )
    return str(reply.subject_id)


async def _answers_told(stack: Stack, court: Courthouse, person: Person) -> list[str]:
    """What was answered to those who asked about her, as she is told through a court."""
    async with stack.connections.to("travel") as channel:
        stub = query_service_pb2_grpc.QueryServiceStub(channel)
        reply = await stub.ListQueries(
            asking.ListQueriesRequest(
                document=person.resident_id, request_reference="（2026）津0199信访1号"
            ),
            metadata=court.clerk,
        )
    return [one.answer for one in reply.queries]


async def _verified(stack: Stack, name: str) -> Any:
    """What `python -m NAME verify` prints."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", name, "verify"),
        env=stack.services[name].process.environment,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await program.communicate()
    assert program.returncode == 0, printed
    return json.loads(printed)
