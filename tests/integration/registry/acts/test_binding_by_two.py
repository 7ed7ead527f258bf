"""Binding a further document takes two people of a court that has a case, and the same evidence."""

from datetime import timedelta

import pytest

from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import Metadata, acting, binding, request_id, second_of
from tests.integration.registry.acts.courthouse import (
    FIRST,
    SECOND,
    CourtHouse,
    next_serial,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODY = "00000000-0000-7000-8000-000000000000"


async def debtor(house: CourtHouse) -> tuple[str, document_pb2.Document]:
    """A debtor of the first court, and a passport that is not bound yet."""
    person = house.person()
    entered = await house.enter(subject=person.subject)
    return entered.listing.subject_id, person.passport


async def test_a_preparation_binds_nothing_and_the_second_person_does(house: CourtHouse) -> None:
    subject_id, passport = await debtor(house)
    request = await house.prepared(subject_id, passport)
    assert (await house.standing(passport)).subject_id == ""
    await house.do(request)
    assert (await house.standing(passport)).subject_id == subject_id


async def test_who_has_prepared_does_not_bind(house: CourtHouse) -> None:
    subject_id, passport = await debtor(house)
    request = await house.prepared(subject_id, passport)
    error = await house.refused(request, role="clerk")
    assert error.reason_name == "SAME_PERSON"


async def test_one_person_in_two_roles_is_still_one_person(house: CourtHouse) -> None:
    clerk = house.officer()
    await house.do(clerk)
    await house.do(house.officer(person_id=clerk.person_id, role=ledger.ROLE_JUDGE))
    subject_id, passport = await debtor(house)
    prepared = binding(subject_id, passport)
    reply = await house.do(prepared, who=acting(clerk.person_id, "clerk", FIRST))
    error = await house.refused(
        second_of(prepared, reply.preparation_id), who=acting(clerk.person_id, "judge", FIRST)
    )
    assert error.reason_name == "SAME_PERSON"


async def test_a_second_clerk_may_bind(house: CourtHouse) -> None:
    clerk = house.officer()
    await house.do(clerk)
    subject_id, passport = await debtor(house)
    request = await house.prepared(subject_id, passport)
    await house.do(request, who=acting(clerk.person_id, "clerk", FIRST))
    assert (await house.standing(passport)).subject_id == subject_id


async def test_a_preparation_is_used_once(house: CourtHouse) -> None:
    subject_id, passport = await debtor(house)
    request = await house.prepared(subject_id, passport)
    bound = await house.do(request)
    await house.do(
        rpc.UnbindDocumentRequest(
            request_id=request_id(), document_id=bound.document.document_id, reasons="录入错误"
        )
    )
    request.request_id = request_id()
    error = await house.refused(request)
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "preparation")


async def test_a_preparation_waits_for_30_days(house: CourtHouse) -> None:
    subject_id, passport = await debtor(house)
    for age, is_good in ((timedelta(days=30), False), (timedelta(days=29, hours=23), True)):
        request = await house.prepared(subject_id, passport)
        await house.connection.execute(
            "UPDATE binding_preparation SET prepared_at = now() - $2::interval"
            " WHERE preparation_id = $1::uuid",
            request.preparation_id,
            age,
        )
        if is_good:
            await house.do(request)
        else:
            assert (await house.refused(request)).reason_name == "NOT_FOUND"


async def test_nothing_is_bound_that_nobody_has_prepared(house: CourtHouse) -> None:
    subject_id, passport = await debtor(house)
    error = await house.refused(second_of(binding(subject_id, passport), NOBODY))
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "preparation")
    error = await house.refused(second_of(binding(subject_id, passport), ""))
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("FIELD_REQUIRED", "preparation_id")
    ]


@pytest.mark.parametrize("field", ["subject_id", "document", "evidence_reference"])
async def test_nothing_else_is_bound_than_what_was_prepared(house: CourtHouse, field: str) -> None:
    subject_id, passport = await debtor(house)
    other_id, other_passport = await debtor(house)
    request = await house.prepared(subject_id, passport)
    if field == "subject_id":
        request.subject_id = other_id
    elif field == "document":
        request.document.CopyFrom(other_passport)
    else:
        request.evidence_reference = "出入境管理局复函 2"
    error = await house.refused(request)
    assert [(one.reason_name, one.field) for one in error.violations] == [("FIELD_INVALID", field)]


async def test_a_number_typed_in_another_way_is_the_same_number(house: CourtHouse) -> None:
    subject_id, passport = await debtor(house)
    request = await house.prepared(subject_id, passport)
    request.document.number = f" {passport.number.lower()} "
    await house.do(request)
    assert (await house.standing(passport)).subject_id == subject_id


async def test_another_court_binds_nothing_that_this_one_prepared(house: CourtHouse) -> None:
    person = house.person()
    subject_id = (await house.enter(subject=person.subject)).listing.subject_id
    await house.enter(SECOND, subject=person.subject)
    request = await house.prepared(subject_id, person.passport)
    error = await house.refused(request, court=SECOND)
    assert error.reason_name == "COURT_REFUSED"


async def test_a_court_without_a_case_prepares_nothing_and_unbinds_nothing(
    house: CourtHouse,
) -> None:
    subject_id, passport = await debtor(house)
    error = await house.refused(binding(subject_id, passport), court=SECOND)
    assert error.reason_name == "COURT_REFUSED"
    bound = await house.bind(subject_id, passport)
    unbinding = rpc.UnbindDocumentRequest(
        request_id=request_id(), document_id=bound.document.document_id, reasons="录入错误"
    )
    assert (await house.refused(unbinding, court=SECOND)).reason_name == "COURT_REFUSED"


async def test_a_court_that_has_only_an_order_on_who_owes_nothing_may_bind(
    house: CourtHouse,
) -> None:
    entered = await house.enter()
    person = house.person()
    ordered = await house.do(
        house.restriction(
            subject=person.subject,
            case_number=entered.listing.case_number,
            obligation_id=entered.listing.obligation_id,
        )
    )
    await house.bind(ordered.order.subject_id, person.passport)
    assert (await house.standing(person.passport)).subject_id == ordered.order.subject_id


async def test_nothing_is_prepared_for_nobody(house: CourtHouse) -> None:
    error = await house.refused(binding(NOBODY, house.person().passport))
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "subject")


async def test_binding_needs_evidence(house: CourtHouse) -> None:
    subject_id, passport = await debtor(house)
    prepared = binding(subject_id, passport)
    prepared.evidence_reference = " "
    error = await house.refused(prepared)
    assert [one.field for one in error.violations] == ["evidence_reference"]


async def test_a_repeated_preparation_is_the_same_one(house: CourtHouse) -> None:
    subject_id, passport = await debtor(house)
    prepared = binding(subject_id, passport)
    first = await house.do(prepared)
    assert (await house.do(prepared)).preparation_id == first.preparation_id
    prepared.evidence_reference = "出入境管理局复函 2"
    assert (await house.refused(prepared)).reason_name == "REQUEST_ID_REUSED"


async def test_a_request_id_of_another_person_is_another_preparation(house: CourtHouse) -> None:
    subject_id, passport = await debtor(house)
    prepared = binding(subject_id, passport)
    first = await house.do(prepared)
    assert (await house.do(prepared, role="judge")).preparation_id != first.preparation_id


async def test_what_is_prepared_is_sealed(house: CourtHouse) -> None:
    subject_id, passport = await debtor(house)
    prepared = binding(subject_id, passport)
    prepared.evidence_reference = f"卷宗第 {next_serial()} 页"
    reply = await house.do(prepared)
    row = await house.connection.fetchrow(
        "SELECT * FROM binding_preparation WHERE preparation_id = $1::uuid", reply.preparation_id
    )
    assert row is not None
    for secret in (passport.number, prepared.evidence_reference):
        assert secret.encode() not in row["binding_sealed"]
    assert (row["prepared_by"], row["court_code"]) == (FIRST.clerk, FIRST.code)


@pytest.mark.parametrize("role", ["reviewer", "auditor"])
async def test_who_keeps_no_records_prepares_no_binding(house: CourtHouse, role: str) -> None:
    subject_id, passport = await debtor(house)
    who: Metadata = acting(getattr(FIRST, role), role, FIRST)
    error = await house.refused(binding(subject_id, passport), who=who)
    assert error.reason_name == "ROLE_REFUSED"
