"""A request is done once, however often it is sent; and validated without being done at all."""

import asyncio
from collections.abc import Sequence

import grpc
import pytest
from google.protobuf.message import Message

from chassis.wire.status import parse
from courtlist.registry.v1 import admin_service_pb2
from stack.office import acting, request_id
from stack.papers import Court
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse
from tests.integration.registry.acts.writes import every_write

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_every_write_is_validated_without_a_trace_then_done_then_only_repeated(
    house: CourtHouse,
) -> None:
    for request in await every_write(house):
        before = await house.record()
        request.validate_only = True  # type: ignore[attr-defined]
        validated = await house.do(request)
        assert await house.record() == before, type(request).__name__
        request.validate_only = False  # type: ignore[attr-defined]
        done = await house.do(request)
        after = await house.record()
        assert after["head"] == before["head"] + 1, type(request).__name__
        assert {one.name for one, _ in validated.ListFields()} == {
            one.name for one, _ in done.ListFields()
        }
        again = await house.do(request)
        assert again.SerializeToString() == done.SerializeToString(), type(request).__name__
        assert await house.record() == after, type(request).__name__


async def test_an_answer_is_repeated_as_it_was_although_the_record_has_changed(
    house: CourtHouse,
) -> None:
    request = house.entry()
    entered = await house.do(request)
    await house.do(house.statement(entered.listing.obligation_id, 1))
    await house.do(house.payment(entered.listing.obligation_id, 1))
    assert (await house.do(request)).SerializeToString() == entered.SerializeToString()


async def test_a_request_id_is_not_reused_for_another_payload(house: CourtHouse) -> None:
    request = house.entry()
    await house.do(request)
    request.listing.conduct = "另一行为情形"
    assert (await house.refused(request)).reason_name == "REQUEST_ID_REUSED"


async def test_a_request_id_is_not_reused_for_another_kind_of_act(house: CourtHouse) -> None:
    request = house.entry()
    await house.do(request)
    other = house.restriction(request_id=request.request_id)
    assert (await house.refused(other)).reason_name == "REQUEST_ID_REUSED"


@pytest.mark.parametrize(
    ("role", "court"), [("judge", FIRST), ("clerk", SECOND)], ids=["role", "court"]
)
async def test_a_request_id_is_not_reused_by_another_person(
    house: CourtHouse, role: str, court: Court
) -> None:
    request = house.entry()
    await house.do(request)
    error = await house.refused(request, role=role, court=court)
    assert error.reason_name == "REQUEST_ID_REUSED"


async def test_a_refused_request_leaves_its_id_free(house: CourtHouse) -> None:
    request = house.entry()
    request.ClearField("warning")
    await house.refused(request)
    mended = house.entry(request_id=request.request_id)
    await house.do(mended)


async def test_duplicates_at_once_are_done_once_and_answered_alike(house: CourtHouse) -> None:
    request = house.entry()
    before = (await house.record())["head"]
    answers = await asyncio.gather(*(house.do(request) for _ in range(6)))
    assert (await house.record())["head"] == before + 1
    assert len({one.SerializeToString() for one in answers}) == 1


async def test_two_courts_that_enter_a_new_person_at_once_meet_at_one_subject(
    house: CourtHouse,
) -> None:
    debtor = house.person()
    first, second = await asyncio.gather(
        house.enter(FIRST, subject=debtor.subject), house.enter(SECOND, subject=debtor.subject)
    )
    assert first.listing.subject_id == second.listing.subject_id


async def test_two_halves_paid_at_once_perform_the_debt_once(house: CourtHouse) -> None:
    entered = await house.enter()
    obligation_id = entered.listing.obligation_id
    await house.do(house.statement(obligation_id, 1_000))
    halves = await asyncio.gather(*(house.do(house.payment(obligation_id, 500)) for _ in range(2)))
    assert sorted(len(one.lifted_order_ids) for one in halves) == [0, 1]
    assert (await house.obligation(obligation_id)).performed


async def test_one_receipt_recorded_twice_at_once_counts_once(house: CourtHouse) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    payments = [house.payment(obligation_id, 500, receipt="R-1") for _ in range(4)]
    assert await reasons_of(house, payments) == ["PAYMENT_TAKEN"] * 3


async def test_one_case_given_to_two_debts_at_once_is_one_debt_s(house: CourtHouse) -> None:
    case = house.case()
    entries = [house.entry(case_number=case) for _ in range(4)]
    assert await reasons_of(house, entries) == ["CASE_TAKEN"] * 3


async def test_one_debtor_entered_twice_at_once_is_listed_once(house: CourtHouse) -> None:
    debtor, case = house.person(), house.case()
    alone = (await house.do(house.restriction(subject=debtor.subject, case_number=case))).order
    entries = [
        house.entry(subject=debtor.subject, case_number=case, obligation_id=alone.obligation_id)
        for _ in range(4)
    ]
    assert await reasons_of(house, entries) == ["ALREADY_ENTERED"] * 3


async def test_one_court_enrolled_twice_at_once_is_enrolled_once(house: CourtHouse) -> None:
    requests = [
        admin_service_pb2.EnrolCourtRequest(
            request_id=request_id(), court_code="藏0199", name="示例法院", contact="0891-0000"
        )
        for _ in range(4)
    ]
    assert await reasons_of(house, requests) == ["ALREADY_ENROLLED"] * 3


async def reasons_of(house: CourtHouse, requests: Sequence[Message]) -> list[str]:
    """Send them all at once; the reasons of those that were refused."""
    outcomes = await asyncio.gather(*map(house.do, requests), return_exceptions=True)
    return [parse(one).reason_name for one in outcomes if isinstance(one, grpc.aio.AioRpcError)]


@pytest.mark.parametrize("value", ["", "x" * 37, "with space", "换行\n", "tab\t"])
async def test_a_request_id_is_1_to_36_printable_characters(house: CourtHouse, value: str) -> None:
    error = await house.refused(house.entry(request_id=value))
    assert [one.field for one in error.violations] == ["request_id"]


@pytest.mark.parametrize("value", ["!", "~" * 36, "a-b_c.d:e/f"])
async def test_any_printable_ascii_makes_a_request_id(house: CourtHouse, value: str) -> None:
    await house.do(house.entry(request_id=value))


async def test_validation_finds_what_only_the_record_shows(house: CourtHouse) -> None:
    debtor = house.person()
    entered = await house.enter(subject=debtor.subject)
    listed = house.entry(
        subject=debtor.subject,
        case_number=entered.listing.case_number,
        obligation_id=entered.listing.obligation_id,
    )
    taken = house.entry(case_number=entered.listing.case_number)
    for request, reason in ((listed, "ALREADY_ENTERED"), (taken, "CASE_TAKEN")):
        request.validate_only = True
        assert (await house.refused(request)).reason_name == reason


async def test_validation_needs_the_role_too(house: CourtHouse) -> None:
    request = house.entry()
    request.validate_only = True
    stranger = acting("nobody", "clerk", FIRST)
    assert (await house.refused(request, who=stranger)).reason_name == "ACTOR_UNKNOWN"
