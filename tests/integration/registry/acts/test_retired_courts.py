"""What waits for a second person at a court does not outlive its people, and nobody acts who has left."""

import asyncio

import grpc
import pytest

from chassis.wire.status import parse
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import OPERATOR, Metadata, Registry, acting, binding, request_id, second_of
from stack.papers import Court
from tests.eventually import eventually
from tests.integration.registry.acts.courthouse import FIRST, CourtHouse
from tests.integration.registry.lock_waits import are_waiting

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(house: CourtHouse) -> Court:
    """A court of its own, with its people."""
    request = house.court()
    court = Court(request.court_code, request.name, request.contact)
    await Registry.enrol(house.registry, court)
    return court


async def retired_and_back(house: CourtHouse, court: Court) -> Metadata:
    """The court is retired and enrolled again; its new judge."""
    await house.do(admin.RetireCourtRequest(request_id=request_id(), court_code=court.code))
    await house.do(house.court(court_code=court.code, name=court.name, contact=court.contact))
    judge = house.officer(court_code=court.code, role=ledger.ROLE_JUDGE)
    await house.do(judge, who=OPERATOR)
    return acting(judge.person_id, "judge", court)


async def test_what_somebody_prepared_is_not_bound_by_the_people_who_come_after(
    house: CourtHouse,
) -> None:
    court, person = await opened(house), house.person()
    entered = await house.enter(court, subject=person.subject)
    request = await house.prepared(entered.listing.subject_id, person.passport, court)
    judge = await retired_and_back(house, court)
    error = await house.refused(request, who=judge)
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "preparation")
    assert (await house.standing(person.passport)).subject_id == ""


async def test_what_somebody_is_just_preparing_goes_with_the_court_too(house: CourtHouse) -> None:
    court, person = await opened(house), house.person()
    subject_id = (await house.enter(court, subject=person.subject)).listing.subject_id
    prepared = binding(subject_id, person.passport)
    async with house.held("subject", subject_id) as hold:
        preparing = hold.start(house.do(prepared, court=court))
        await eventually(hold.is_awaited)
        back = hold.start(retired_and_back(house, court))
        await eventually(lambda: _is_retired_or_waits(house, court))
    reply, judge = await preparing, await back
    error = await house.refused(second_of(prepared, reply.preparation_id), who=judge)
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "preparation")


async def test_nobody_acts_whose_office_was_taken_away_while_she_waited_for_her_turn(
    house: CourtHouse,
) -> None:
    clerk = house.officer()
    await house.do(clerk)
    away = admin.RetireOfficerRequest(
        request_id=request_id(),
        person_id=clerk.person_id,
        role=ledger.ROLE_CLERK,
        court_code=FIRST.code,
    )
    async with house.connection.transaction():
        await house.connection.execute("SELECT FROM ledger_head FOR UPDATE")
        retiring = asyncio.create_task(house.do(away))
        await eventually(lambda: are_waiting(house.connection, 1))
        entry = house.do(house.entry(), who=acting(clerk.person_id, "clerk", FIRST))
        entering = asyncio.create_task(entry)
        await eventually(lambda: are_waiting(house.connection, 2))
    await retiring
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await entering
    assert parse(refused.value).reason_name == "ACTOR_UNKNOWN"


async def _is_retired_or_waits(house: CourtHouse, court: Court) -> bool:
    """Whether the court's retirement is done, or waits for who is still at work there."""
    ended = "SELECT ended_position IS NOT NULL FROM court WHERE court_code = $1"
    is_ended = await house.connection.fetchval(ended, court.code)
    return bool(is_ended) or await are_waiting(house.connection, 2)


async def test_a_retirement_that_is_only_looked_at_leaves_it_waiting(house: CourtHouse) -> None:
    court, person = await opened(house), house.person()
    entered = await house.enter(court, subject=person.subject)
    request = await house.prepared(entered.listing.subject_id, person.passport, court)
    await house.do(
        admin.RetireCourtRequest(request_id=request_id(), court_code=court.code, validate_only=True)
    )
    bound: rpc.BindDocumentResponse = await house.do(request, court=court)
    assert bound.document.document_id
