"""Correcting an entry's text: on what was read, and never who it is about."""

import asyncio

import grpc
import pytest

from chassis.wire.status import parse
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from stack.papers import Papers, day
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODY = "00000000-0000-7000-8000-000000000000"


def correction(
    listing: listing_pb2.Listing, *, conduct: str | None = "更正后的行为情形"
) -> rpc.CorrectListingRequest:
    return rpc.CorrectListingRequest(
        request_id=request_id(),
        listing_id=listing.listing_id,
        etag=listing.etag,
        conduct=conduct,
        reasons="笔误更正裁定",
    )


async def test_a_correction_changes_what_it_names_and_nothing_else(house: CourtHouse) -> None:
    entered = (await house.enter()).listing
    request = correction(entered, conduct=None)
    request.performed_part, request.decision_number = "已履行一半", "更正后的文号"
    corrected = (await house.do(request)).listing
    assert (corrected.performed_part, corrected.decision_number) == ("已履行一半", "更正后的文号")
    assert corrected.conduct == entered.conduct
    assert corrected.etag != entered.etag
    assert (corrected.start_time, corrected.state) == (entered.start_time, entered.state)


async def test_a_clerk_alone_corrects_nothing(house: CourtHouse) -> None:
    entered = (await house.enter()).listing
    error = await house.refused(correction(entered), role="clerk")
    assert error.reason_name == "ROLE_REFUSED"


@pytest.mark.parametrize("corrections", [1, 2])
async def test_a_corrected_number_does_not_make_the_old_decision_a_new_one(
    house: CourtHouse, corrections: int
) -> None:
    debtor, case = house.person(), house.case()
    entered = await house.enter(subject=debtor.subject, case_number=case)
    listing = entered.listing
    for turn in range(corrections):
        request = correction(listing)
        request.decision_number = f"更正后的文号{turn}"
        listing = (await house.do(request)).listing
    await house.do(
        rpc.RevokeListingRequest(
            request_id=request_id(),
            listing_id=listing.listing_id,
            cause=ledger.ENDING_CAUSE_WRONGLY_LISTED,
            reasons="经核实不应纳入名单",
        )
    )
    again = Papers(FIRST, house.today).entry(
        request_id=request_id(),
        subject=debtor.subject,
        case_number=case,
        obligation_id=listing.obligation_id,
    )
    again.decision.number = entered.listing.decision_number
    again.order.decision.number = "新限消令"
    again.service.served_on.CopyFrom(day(house.today))
    again.order.service.served_on.CopyFrom(day(house.today))
    error = await house.refused(again)
    assert [one.field for one in error.violations] == ["decision.number"]
    again.decision.number = "新决定"
    assert (await house.do(again)).position.position


async def test_a_correction_never_touches_the_identity(house: CourtHouse) -> None:
    entered = (await house.enter()).listing
    request = correction(entered)
    request.subject.CopyFrom(house.person().subject)
    error = await house.refused(request)
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("IDENTITY_REFUSED", "subject")
    ]


async def test_a_correction_is_made_on_what_was_read(house: CourtHouse) -> None:
    entered = (await house.enter()).listing
    request = correction(entered)
    request.etag = ""
    error = await house.refused(request)
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("FIELD_REQUIRED", "etag")
    ]


async def test_a_correction_says_what_it_corrects(house: CourtHouse) -> None:
    entered = (await house.enter()).listing
    error = await house.refused(correction(entered, conduct=None))
    assert error.reason_name == "INVALID_REQUEST"


async def test_a_stale_correction_is_answered_with_the_present_record(house: CourtHouse) -> None:
    entered = (await house.enter()).listing
    corrected = (await house.do(correction(entered))).listing
    error = await house.refused(correction(entered, conduct="另一更正"))
    assert error.reason_name == "STATE_CHANGED"
    assert error.code is grpc.StatusCode.ABORTED
    assert isinstance(error.current, listing_pb2.Listing)
    assert (error.current.etag, error.current.conduct) == (corrected.etag, corrected.conduct)


async def test_a_stale_correction_of_the_longest_entry_is_answered_with_its_present_etag(
    house: CourtHouse,
) -> None:
    entered = (await house.enter()).listing
    corrected = (await house.do(correction(entered, conduct="行" * 4_000))).listing
    error = await house.refused(correction(entered, conduct="另一更正"))
    assert isinstance(error.current, listing_pb2.Listing)
    assert error.metadata["omitted"] == "current.conduct"
    assert (error.current.etag, error.current.conduct) == (corrected.etag, "")
    assert error.current.case_number == corrected.case_number


async def test_of_two_judges_who_correct_at_once_one_is_told_to_look_again(
    house: CourtHouse,
) -> None:
    entered = (await house.enter()).listing
    outcomes = await asyncio.gather(
        *(house.do(correction(entered, conduct=f"第{turn}种更正")) for turn in range(5)),
        return_exceptions=True,
    )
    done = [one for one in outcomes if isinstance(one, rpc.CorrectListingResponse)]
    refused = [parse(one) for one in outcomes if isinstance(one, grpc.aio.AioRpcError)]
    assert [len(done), len(refused)] == [1, 4]
    assert {one.reason_name for one in refused} == {"STATE_CHANGED"}
    assert (await house.listing(entered.listing_id)).conduct == done[0].listing.conduct


async def test_an_ended_listing_is_not_corrected(house: CourtHouse) -> None:
    entered = (await house.enter()).listing
    ended = await house.do(
        rpc.RevokeListingRequest(
            request_id=request_id(),
            listing_id=entered.listing_id,
            cause=ledger.ENDING_CAUSE_WRONGLY_LISTED,
            reasons="经核实不应纳入名单",
        )
    )
    error = await house.refused(correction(ended.listing))
    assert error.reason_name == "ALREADY_ENDED"


async def test_another_court_corrects_nothing(house: CourtHouse) -> None:
    entered = (await house.enter(FIRST)).listing
    error = await house.refused(correction(entered), court=SECOND)
    assert error.reason_name == "COURT_REFUSED"


async def test_what_is_not_recorded_is_not_corrected(house: CourtHouse) -> None:
    error = await house.refused(correction(listing_pb2.Listing(listing_id=NOBODY, etag="1")))
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "listing")
