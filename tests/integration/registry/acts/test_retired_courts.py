"""What waits for a second person at a court does not outlive its people."""

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import OPERATOR, Metadata, Registry, acting, request_id
from stack.papers import Court
from tests.integration.registry.acts.courthouse import CourtHouse

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


async def test_a_retirement_that_is_only_looked_at_leaves_it_waiting(house: CourtHouse) -> None:
    court, person = await opened(house), house.person()
    entered = await house.enter(court, subject=person.subject)
    request = await house.prepared(entered.listing.subject_id, person.passport, court)
    await house.do(
        admin.RetireCourtRequest(request_id=request_id(), court_code=court.code, validate_only=True)
    )
    bound: rpc.BindDocumentResponse = await house.do(request, court=court)
    assert bound.document.document_id
