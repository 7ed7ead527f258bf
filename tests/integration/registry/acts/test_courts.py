"""Courts, enrolled and retired by acts, and who is shown to act at one."""

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import OPERATOR, Registry, acting, request_id
from stack.papers import Court
from tests.integration.registry.acts.courthouse import (
    FIRST,
    SECOND,
    CourtHouse,
)
from tests.integration.registry.acts.staff import (
    retiring_key,
    shown,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


# ------------------------------------------------------------------------------------------- courts


async def test_the_people_of_a_retired_court_act_no_more_and_do_not_come_back_with_it(
    house: CourtHouse,
) -> None:
    request = house.court()
    court = Court(request.court_code, request.name, request.contact)
    await Registry.enrol(house.registry, court)
    clerk = acting(court.clerk, "clerk", court)
    await house.do(house.entry(court), who=clerk)
    retired = admin.RetireCourtRequest(request_id=request_id(), court_code=court.code)
    await house.do(retired)
    assert (await house.refused(house.entry(court), who=clerk)).reason_name == "ACTOR_UNKNOWN"
    retired.request_id = request_id()
    assert (await house.refused(retired)).reason_name == "ALREADY_ENDED"
    error = await house.refused(house.officer(court_code=court.code), who=OPERATOR)
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "court")
    request.request_id = request_id()
    await house.do(request)
    assert (await house.refused(house.entry(court), who=clerk)).reason_name == "ACTOR_UNKNOWN"
    listed = await shown(house, court.code)
    assert all(one.end_position for one in listed.officers)
    assert all(one.end_position for one in listed.keys)
    await house.do(house.officer(court_code=court.code), who=OPERATOR)


async def test_a_court_that_is_not_enrolled_is_not_retired(house: CourtHouse) -> None:
    request = admin.RetireCourtRequest(request_id=request_id(), court_code="琼0199")
    error = await house.refused(request)
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "court")


async def test_a_court_is_reviewed_by_another_that_is_enrolled(house: CourtHouse) -> None:
    itself = house.court()
    itself.higher_court_code = itself.court_code
    error = await house.refused(itself)
    assert [one.field for one in error.violations] == ["higher_court_code"]
    error = await house.refused(house.court(higher_court_code="琼0199"))
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "court")
    request = house.court(higher_court_code=SECOND.code)
    reply = await house.do(request)
    [effect] = await house.effects(reply.position.position)
    assert effect.court_enrolled.higher_court_code == SECOND.code


async def test_a_court_that_is_enrolled_is_given_the_court_that_reviews_it(
    house: CourtHouse,
) -> None:
    request = house.court()
    court = Court(request.court_code, request.name, request.contact)
    await Registry.enrol(house.registry, court)
    entered = await house.enter(court)
    revoking = rpc.RevokeListingRequest(
        request_id=request_id(),
        listing_id=entered.listing.listing_id,
        cause=ledger.ENDING_CAUSE_WRONGLY_LISTED,
        reasons="复议决定",
    )
    reviewer = acting(SECOND.reviewer, "reviewer", SECOND)
    assert (await house.refused(revoking, who=reviewer)).reason_name == "COURT_REFUSED"
    again = house.court(court_code=court.code, name=court.name, contact=court.contact)
    assert (await house.refused(again)).reason_name == "ALREADY_ENROLLED"
    again.higher_court_code = SECOND.code
    for slip in ({"name": "示例市另一人民法院"}, {"contact": "0991-0000 9999"}):
        other = house.court(**{**_said(again), **slip})
        assert (await house.refused(other)).reason_name == "ALREADY_ENROLLED"
    reply = await house.do(again)
    [effect] = await house.effects(reply.position.position)
    assert effect.court_enrolled.higher_court_code == SECOND.code
    again.request_id = request_id()
    assert (await house.refused(again)).reason_name == "ALREADY_ENROLLED"
    await house.do(revoking, who=reviewer)


async def test_a_court_that_is_reviewed_is_given_no_other_while_that_one_is_in_office(
    house: CourtHouse,
) -> None:
    higher, another = house.court(), house.court()
    for one in (higher, another):
        await house.do(one)
    request = house.court(higher_court_code=higher.court_code)
    await house.do(request)
    again = house.court(**{**_said(request), "higher_court_code": another.court_code})
    assert (await house.refused(again)).reason_name == "ALREADY_ENROLLED"
    await house.do(admin.RetireCourtRequest(request_id=request_id(), court_code=higher.court_code))
    again.request_id = request_id()
    await house.do(again)


def _said(request: admin.EnrolCourtRequest) -> dict[str, str]:
    names = ("court_code", "name", "contact", "higher_court_code")
    return {name: getattr(request, name) for name in names}


# ------------------------------------------------------------------------------------------ the list


@pytest.mark.parametrize("role", ["clerk", "judge", "president", "reviewer", "auditor"])
async def test_a_court_s_people_see_who_acts_there_and_no_name(
    house: CourtHouse, role: str
) -> None:
    clerk = house.officer()
    key = house.key(clerk.person_id)
    enrolled = await house.do(clerk)
    keyed = await house.do(key)
    left = await house.do(retiring_key(key.key_id))
    who = acting(getattr(FIRST, role), role, FIRST)
    listed = await shown(house, who=who)
    assert (
        admin.Officer(
            person_id=clerk.person_id,
            role=ledger.ROLE_CLERK,
            start_position=enrolled.position.position,
        )
        in listed.officers
    )
    assert (
        admin.OfficerKey(
            key_id=key.key_id,
            person_id=clerk.person_id,
            purpose=ledger.KEY_PURPOSE_ASSERT,
            start_position=keyed.position.position,
            end_position=left.position.position,
        )
        in listed.keys
    )
    assert clerk.name not in str(listed)


async def test_nobody_acts_at_a_court_that_is_not_known(house: CourtHouse) -> None:
    error = await house.refused(admin.ListOfficersRequest(court_code="琼0199"), who=OPERATOR)
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "court")
