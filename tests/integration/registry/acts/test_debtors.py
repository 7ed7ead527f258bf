"""Who may be entered: of age, identified by a whole document, once for one debt."""

from datetime import date, timedelta

import pytest

from courtlist.identity.v1 import document_pb2
from courtlist.registry.v1 import subject_pb2
from registry.law.days import add_years
from stack.papers import Person, day
from tests.builders import hmt_residence_permit, old_resident_id, resident_id, uscc
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse, next_serial

pytestmark = pytest.mark.asyncio(loop_scope="session")

RESIDENT_ID = document_pb2.DOCUMENT_KIND_RESIDENT_ID
PASSPORT = document_pb2.DOCUMENT_KIND_PASSPORT
USCC = document_pb2.DOCUMENT_KIND_USCC


def person(
    *documents: document_pb2.Document,
    name: str = "",
    birth: date | None = None,
    proof: str = "护照第 2 页",
) -> subject_pb2.Subject:
    subject = subject_pb2.Subject(
        kind=subject_pb2.SUBJECT_KIND_PERSON,
        name=name or f"测试{next_serial()}号人",
        documents=documents,
    )
    if birth is not None:
        subject.birth_date.date.CopyFrom(day(birth))
        subject.birth_date.proof_reference = proof
    return subject


def resident(born: date) -> document_pb2.Document:
    serial, region = next_serial() % 1000, 100_000 + next_serial() % 9_999
    return document_pb2.Document(
        kind=RESIDENT_ID, number=resident_id(born, region=f"{region:06d}", serial=serial)
    )


def foreign_passport() -> document_pb2.Document:
    return document_pb2.Document(
        kind=PASSPORT, issuing_state="FRA", number=f"99ZZ{next_serial():05d}"
    )


def organisation(*documents: document_pb2.Document) -> subject_pb2.Subject:
    return subject_pb2.Subject(
        kind=subject_pb2.SUBJECT_KIND_ORGANISATION,
        name=f"示例{next_serial()}有限公司",
        documents=documents or [company()],
        legal_representative="测试代表人",
    )


def company() -> document_pb2.Document:
    return document_pb2.Document(kind=USCC, number=uscc(next_serial()))


# --------------------------------------------------------------------------------------- age


@pytest.mark.parametrize("with_listing", [True, False], ids=["entry", "order"])
@pytest.mark.parametrize(
    ("days_after_birthday", "is_adult"),
    [(-1, False), (0, False), (1, True)],
    ids=["17 years 364 days", "on the 18th birthday", "the day after"],
)
async def test_nobody_is_entered_before_the_day_after_the_18th_birthday(
    house: CourtHouse, days_after_birthday: int, *, is_adult: bool, with_listing: bool
) -> None:
    born = add_years(house.papers().decided_on - timedelta(days=days_after_birthday), -18)
    subject = person(resident(born))
    request = house.entry(subject=subject) if with_listing else house.restriction(subject=subject)
    if is_adult:
        await house.do(request)
    else:
        error = await house.refused(request)
        assert error.reason_name == "MINOR"


async def test_the_age_that_counts_is_that_of_the_earlier_decision(house: CourtHouse) -> None:
    decided_on = house.papers().decided_on
    request = house.entry(subject=person(resident(add_years(decided_on, -18))))
    later = decided_on + timedelta(days=1)
    for decision in (request.decision, request.order.decision):
        decision.signed_on.CopyFrom(day(later))
    request.decision.decided_on.CopyFrom(day(later))
    error = await house.refused(request)
    assert error.reason_name == "MINOR"


async def test_a_15_digit_number_tells_the_age_like_the_18_digit_one(house: CourtHouse) -> None:
    born = date(1970, 5, 5)
    region, serial = f"{200_000 + next_serial() % 9_999:06d}", next_serial() % 900
    old = old_resident_id(born, region=region, serial=serial)
    entered = await house.enter(subject=person(document_pb2.Document(kind=RESIDENT_ID, number=old)))
    whole = document_pb2.Document(
        kind=RESIDENT_ID, number=resident_id(born, region=region, serial=serial)
    )
    assert (await house.standing(whole)).subject_id == entered.listing.subject_id


async def test_a_passport_needs_a_birth_date(house: CourtHouse) -> None:
    error = await house.refused(house.entry(subject=person(foreign_passport())))
    assert error.reason_name == "AGE_UNKNOWN"


async def test_a_birth_date_without_proof_shows_no_age(house: CourtHouse) -> None:
    subject = person(foreign_passport(), birth=date(1980, 1, 1), proof=" ")
    error = await house.refused(house.entry(subject=subject))
    assert error.reason_name == "AGE_UNKNOWN"


async def test_a_passport_with_a_proven_birth_date_is_entered(house: CourtHouse) -> None:
    document = foreign_passport()
    entered = await house.enter(subject=person(document, birth=date(1980, 1, 1)))
    assert (await house.standing(document)).subject_id == entered.listing.subject_id


async def test_a_minor_with_a_passport_is_a_minor(house: CourtHouse) -> None:
    born = house.papers().decided_on - timedelta(days=17 * 365)
    error = await house.refused(house.entry(subject=person(foreign_passport(), birth=born)))
    assert error.reason_name == "MINOR"


async def test_two_birth_dates_that_differ_are_no_knowledge(house: CourtHouse) -> None:
    subject = person(resident(date(1980, 1, 1)), birth=date(1980, 1, 2))
    error = await house.refused(house.entry(subject=subject))
    assert error.reason_name == "AGE_UNKNOWN"


async def test_a_birth_date_that_differs_from_the_one_on_record_is_refused(
    house: CourtHouse,
) -> None:
    document, name = foreign_passport(), "测试护照人"
    await house.enter(subject=person(document, name=name, birth=date(1980, 1, 1)))
    again = house.entry(SECOND, subject=person(document, name=name, birth=date(1990, 1, 1)))
    error = await house.refused(again, court=SECOND)
    assert error.reason_name == "AGE_UNKNOWN"


async def test_a_birth_date_on_record_needs_no_second_proof(house: CourtHouse) -> None:
    document, name = foreign_passport(), "测试护照人"
    first = await house.enter(subject=person(document, name=name, birth=date(1980, 1, 1)))
    second = await house.enter(SECOND, subject=person(document, name=name))
    assert first.listing.subject_id == second.listing.subject_id


async def test_a_number_bound_before_tells_the_age_of_who_shows_a_passport(
    house: CourtHouse,
) -> None:
    debtor, document = house.person(), foreign_passport()
    entered = await house.enter(subject=debtor.subject)
    await house.bind(entered.listing.subject_id, document)
    await house.enter(SECOND, subject=person(document, name=debtor.name))


# ---------------------------------------------------------------------------------- documents


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
async def test_a_residence_permit_is_known_for_one_whatever_kind_was_typed(
    house: CourtHouse, region: str
) -> None:
    number = hmt_residence_permit(
        date(1950, 1, 1) + timedelta(days=next_serial()), region=region, serial=0
    )
    typed = document_pb2.Document(kind=RESIDENT_ID, number=number)
    entered = await house.enter(subject=person(typed))
    [document] = entered.listing.documents
    assert document.kind == document_pb2.DOCUMENT_KIND_HMT_RESIDENCE_PERMIT
    right = document_pb2.Document(
        kind=document_pb2.DOCUMENT_KIND_HMT_RESIDENCE_PERMIT, number=number
    )
    assert (await house.standing(right)).subject_id == entered.listing.subject_id


def _ending_in_x() -> Person:
    while True:
        found = Person(next_serial())
        if found.resident_id.number.endswith("X"):
            return found


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(str.lower, id="lower-case x"),
        pytest.param(
            lambda number: "".join(chr(ord(one) + 0xFEE0) for one in number), id="full width"
        ),
        pytest.param(
            lambda number: f" {number[:6]} {number[6:14]}\u3000{number[14:]}\t", id="spaces"
        ),
        pytest.param(lambda number: f"{number[:6]}-{number[6:]}", id="hyphens"),
    ],
)
async def test_a_number_is_the_same_however_it_is_typed(house: CourtHouse, typed: object) -> None:
    assert callable(typed)
    debtor = _ending_in_x()
    entered = await house.enter(subject=debtor.subject)
    other_way = document_pb2.Document(kind=RESIDENT_ID, number=typed(debtor.resident_id.number))
    second = await house.enter(SECOND, subject=person(other_way, name=debtor.name))
    assert second.listing.subject_id == entered.listing.subject_id


async def test_a_further_document_of_an_entry_is_bound_to_the_same_person(
    house: CourtHouse,
) -> None:
    debtor = house.person()
    entered = await house.enter(subject=person(debtor.resident_id, debtor.passport))
    assert len(entered.listing.documents) == 2
    assert (await house.standing(debtor.passport)).subject_id == entered.listing.subject_id


async def test_one_document_given_twice_is_bound_once(house: CourtHouse) -> None:
    debtor = house.person()
    entered = await house.enter(subject=person(debtor.resident_id, debtor.resident_id))
    assert len(entered.listing.documents) == 1


async def test_documents_of_two_people_are_never_merged(house: CourtHouse) -> None:
    one, two = house.person(), house.person()
    await house.enter(subject=one.subject)
    await house.enter(subject=two.subject)
    error = await house.refused(house.entry(subject=person(one.resident_id, two.resident_id)))
    assert error.reason_name == "DOCUMENTS_DISAGREE"


# ------------------------------------------------------------------------------ organisations


async def test_an_organisation_is_entered_by_its_credit_code(house: CourtHouse) -> None:
    code = company()
    entered = await house.enter(subject=organisation(code))
    assert (await house.standing(code)).subject_id == entered.listing.subject_id


async def test_an_organisation_names_its_representative(house: CourtHouse) -> None:
    subject = organisation()
    subject.ClearField("legal_representative")
    error = await house.refused(house.entry(subject=subject))
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("IDENTITY_REFUSED", "subject.legal_representative")
    ]


@pytest.mark.parametrize("kind", ["organisation", "person"])
async def test_a_document_of_the_other_kind_identifies_nobody(house: CourtHouse, kind: str) -> None:
    if kind == "organisation":
        subject = organisation(house.person().resident_id)
    else:
        subject = person(company(), birth=date(1980, 1, 1))
    error = await house.refused(house.entry(subject=subject))
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("IDENTITY_REFUSED", "subject.documents[0].kind")
    ]


async def test_an_organisation_s_code_is_never_a_person_s(house: CourtHouse) -> None:
    code = company()
    await house.enter(subject=organisation(code))
    error = await house.refused(house.entry(subject=person(code, birth=date(1980, 1, 1))))
    assert ("IDENTITY_REFUSED", "subject.kind") in {
        (one.reason_name, one.field) for one in error.violations
    }


# ---------------------------------------------------------------------------------------- once


async def test_nobody_is_listed_twice_for_one_debt(house: CourtHouse) -> None:
    debtor = house.person()
    entered = await house.enter(subject=debtor.subject)
    again = house.entry(
        subject=debtor.subject,
        case_number=house.case(kind="执恢"),
        obligation_id=entered.listing.obligation_id,
    )
    error = await house.refused(again)
    assert error.reason_name == "ALREADY_ENTERED"
    assert error.metadata["listing_id"] == entered.listing.listing_id


async def test_nobody_is_ordered_twice_by_one_court_for_one_debt(house: CourtHouse) -> None:
    debtor, case = house.person(), house.case()
    first = (await house.do(house.restriction(subject=debtor.subject, case_number=case))).order
    again = house.restriction(
        subject=debtor.subject, case_number=case, obligation_id=first.obligation_id
    )
    error = await house.refused(again)
    assert error.reason_name == "ALREADY_ORDERED"
    assert error.metadata["order_id"] == first.order_id


async def test_a_case_number_is_never_two_debts(house: CourtHouse) -> None:
    entered = await house.enter()
    error = await house.refused(house.entry(case_number=entered.listing.case_number))
    assert error.reason_name == "CASE_TAKEN"
    assert error.metadata["obligation_id"] == entered.listing.obligation_id


async def test_a_case_number_is_never_two_debts_by_another_name(house: CourtHouse) -> None:
    first, second = await house.enter(), await house.enter()
    request = house.entry(
        case_number=first.listing.case_number, obligation_id=second.listing.obligation_id
    )
    error = await house.refused(request)
    assert error.reason_name == "CASE_TAKEN"


async def test_an_obligation_that_is_not_recorded_is_not_found(house: CourtHouse) -> None:
    request = house.entry(obligation_id="00000000-0000-7000-8000-000000000000")
    error = await house.refused(request)
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "obligation")


async def test_a_court_enters_into_its_own_case_only(house: CourtHouse) -> None:
    entered = await house.enter(FIRST)
    request = house.entry(
        SECOND,
        case_number=entered.listing.case_number,
        obligation_id=entered.listing.obligation_id,
    )
    error = await house.refused(request, court=SECOND)
    assert error.reason_name == "CASE_REFUSED"


async def test_a_case_of_the_former_style_stays_with_its_court(house: CourtHouse) -> None:
    former = f"（2014）示执字第{next_serial()}号"
    entered = await house.enter(FIRST, case_number=former)
    request = house.entry(SECOND, case_number=former, obligation_id=entered.listing.obligation_id)
    error = await house.refused(request, court=SECOND)
    assert error.reason_name == "COURT_REFUSED"
