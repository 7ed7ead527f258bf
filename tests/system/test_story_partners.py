"""What a partner who keeps a copy is sent: numbered steps, digests of its own, nothing in grace."""

import asyncio
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from courtlist.identity.v1 import document_pb2 as identity
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from document import digest, parse
from restriction.keyring import parse_keyring
from stack.office import TicketOffice
from stack.papers import Person
from stack.supervisor import Stack
from tests.system.courthouse import Courthouse, gate_has_read, gate_knows, legal_today

pytestmark = pytest.mark.asyncio(loop_scope="session")

_SET, _LIFTED = restriction.RESTRICTION_EVENT_SET, restriction.RESTRICTION_EVENT_LIFTED


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def pulling(court: Courthouse, office: TicketOffice) -> None:
    """Two who pull."""
    for partner in ("railway", "airline"):
        await court.registry.enrol_partner(partner, "travel")
        await gate_knows(partial(_read, office, partner, limit=1))


async def _read(
    office: TicketOffice, partner: str, *, after: int = 0, wait_ms: int = 0, limit: int = 0
) -> restriction.ReadRestrictionsResponse:
    request = travel.ReadRestrictionsRequest(
        page=restriction.ReadRestrictionsRequest(after=after, wait_ms=wait_ms, limit=limit)
    )
    reply = await office.gate.ReadRestrictions(request, metadata=(("courtlist-partner", partner),))
    return reply.page


async def _read_all(office: TicketOffice, partner: str) -> list[restriction.RestrictionEntry]:
    """Page by page from the start, in small pages."""
    entries: list[restriction.RestrictionEntry] = []
    while True:
        page = await _read(office, partner, after=len(entries), limit=7)
        entries.extend(page.entries)
        if not page.entries:
            assert page.head == len(entries)
            return entries


async def _steps(
    office: TicketOffice, partner: str, restriction_id: str
) -> list[restriction.RestrictionEntry]:
    every = await _read_all(office, partner)
    return [entry for entry in every if entry.restriction_id == restriction_id]


def _inner_digest(system: Stack, document: identity.Document) -> bytes:
    keyring: Path = system.folder.path / "keys" / "gate.keyring.json"
    [key] = parse_keyring(keyring.read_bytes()).digest_keys
    kind = identity.DocumentKind.Name(document.kind).removeprefix("DOCUMENT_KIND_")
    return digest(parse(kind, document.issuing_state, document.number, legal_today()), key)


async def test_a_partner_reads_set_then_set_with_the_passport_then_lifted(
    court: Courthouse, office: TicketOffice
) -> None:
    debtor = Person(90_001)
    entered = await court.enter(debtor.subject)
    order_id = entered.order.order_id
    await gate_has_read(office, entered.position)
    [first] = await _steps(office, "railway", order_id)
    assert (first.event, len(first.digests)) == (_SET, 1)

    bound = await court.bind(entered.listing.subject_id, debtor.passport)
    await gate_has_read(office, bound.position)
    second = (await _steps(office, "railway", order_id))[-1]
    assert (second.event, len(second.digests)) == (_SET, 2)
    assert first.digests[0] in second.digests

    paid = await court.pay_off(entered.listing.obligation_id)
    await gate_has_read(office, paid.position)
    last = (await _steps(office, "railway", order_id))[-1]
    assert (last.event, list(last.digests)) == (_LIFTED, [])
    assert first.number < second.number < last.number
    assert last.position == paid.position.position


async def test_whoever_reads_late_is_never_sent_what_is_lifted_by_now(
    court: Courthouse, office: TicketOffice
) -> None:
    entered = await court.enter(Person(90_006).subject)
    paid = await court.pay_off(entered.listing.obligation_id)
    await gate_has_read(office, paid.position)
    steps = await _steps(office, "airline", entered.order.order_id)
    assert steps
    assert all((step.event, list(step.digests)) == (_LIFTED, []) for step in steps)


async def test_digests_are_the_partners_own(
    court: Courthouse, office: TicketOffice, system: Stack
) -> None:
    debtor = Person(90_002)
    entered = await court.enter(debtor.subject)
    bound = await court.bind(entered.listing.subject_id, debtor.passport)
    await gate_has_read(office, bound.position)
    mine = (await _steps(office, "railway", entered.order.order_id))[-1]
    theirs = (await _steps(office, "airline", entered.order.order_id))[-1]
    again = (await _steps(office, "railway", entered.order.order_id))[-1]
    inner = {_inner_digest(system, one) for one in (debtor.resident_id, debtor.passport)}
    assert len(set(mine.digests)) == len(set(theirs.digests)) == len(inner) == 2
    assert set(mine.digests) == set(again.digests)
    assert not set(mine.digests) & set(theirs.digests)
    assert not inner & (set(mine.digests) | set(theirs.digests))
    assert (mine.case_number, mine.order_number, mine.court_name) == (
        entered.order.case_number,
        entered.order.order_number,
        court.court.name,
    )


async def test_numbers_are_gapless_from_one(court: Courthouse, office: TicketOffice) -> None:
    entered = await court.enter(Person(90_003).subject)
    await gate_has_read(office, entered.position)
    entries = await _read_all(office, "railway")
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))


async def test_what_is_in_grace_is_not_sent(court: Courthouse, office: TicketOffice) -> None:
    entered = await court.enter(Person(90_004).subject, grace_days=45)
    await gate_has_read(office, entered.position)
    assert not await _steps(office, "railway", entered.order.order_id)


async def test_a_waiting_read_is_answered_by_the_next_entry(
    court: Courthouse, office: TicketOffice
) -> None:
    head = (await _read(office, "railway", limit=1)).head
    waiting = asyncio.create_task(_read(office, "railway", after=head, wait_ms=20_000))
    entered = await court.enter(Person(90_005).subject)
    page = await waiting
    assert [entry.restriction_id for entry in page.entries] == [entered.order.order_id]
