"""No minor is entered and no minor is restricted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from document import Document, DocumentKind
from registry.law.facts import RecordedBirth, SubjectKind
from registry.law.minors import debtor_is_no_minor, first_adult_day
from registry.law.violation import Reason, Violation
from tests import builders
from tests.unit.registry.law import lawful


def check(
    documents: list[Document],
    recorded: RecordedBirth | None = None,
    *,
    decided_on: date = date(2026, 11, 10),
    kind: SubjectKind = SubjectKind.PERSON,
) -> list[Violation]:
    return list(
        debtor_is_no_minor(kind=kind, documents=documents, recorded=recorded, decided_on=decided_on)
    )


def reasons(violations: list[Violation]) -> list[Reason]:
    return [violation.reason for violation in violations]


def born(birth_date: date) -> Document:
    return lawful.document(builders.resident_id(birth_date))


def passport() -> Document:
    return lawful.document(builders.passport(), DocumentKind.PASSPORT)


@pytest.mark.parametrize(
    ("birth_date", "adult_from"),
    [
        (date(2008, 11, 10), date(2026, 11, 11)),
        (date(2008, 12, 31), date(2027, 1, 1)),
        (date(2008, 2, 28), date(2026, 3, 1)),
        # In a common year the birthday is 1 March: the reading that protects the person.
        (date(2008, 2, 29), date(2026, 3, 2)),
        (date.max, date.max),
    ],
)
def test_eighteen_is_reached_on_the_day_after_the_birthday(
    birth_date: date, adult_from: date
) -> None:
    assert first_adult_day(birth_date) == adult_from


def test_a_minor_is_never_entered() -> None:
    assert reasons(check([born(date(2017, 1, 1))])) == [Reason.MINOR]


def test_the_eighteenth_birthday_itself_still_protects() -> None:
    assert reasons(check([born(date(2008, 11, 10))])) == [Reason.MINOR]


def test_the_day_after_the_birthday_protects_no_more() -> None:
    assert not check([born(date(2008, 11, 9))])


def test_the_age_counts_on_the_day_of_the_decision_and_not_later() -> None:
    assert reasons(check([born(date(2008, 11, 9))], decided_on=date(2026, 11, 9))) == [Reason.MINOR]


@given(st.dates(date(1990, 1, 1), date(2026, 11, 10)), st.integers(0, 12_000))
def test_nobody_is_an_adult_before_eighteen_full_years_are_over(
    birth_date: date, age_days: int
) -> None:
    decided_on = birth_date + timedelta(days=age_days)
    # Month and day compare as they stand: 29 February is not over on 28 February.
    birthday = (birth_date.year + 18, birth_date.month, birth_date.day)
    if birthday[1:] == (2, 29):
        birthday = (birthday[0], 3, 1)
    is_minor = (decided_on.year, decided_on.month, decided_on.day) <= birthday
    assert bool(check([born(birth_date)], decided_on=decided_on)) is is_minor


def test_an_old_fifteen_digit_number_shows_the_age() -> None:
    document = lawful.document(builders.old_resident_id(date(1970, 1, 1)))
    assert not check([document])


def test_a_residence_permit_number_shows_the_age() -> None:
    document = lawful.document(builders.hmt_residence_permit(date(2015, 1, 1)))
    assert reasons(check([document])) == [Reason.MINOR]


def test_an_unknown_age_is_refused() -> None:
    assert reasons(check([passport()])) == [Reason.AGE_UNKNOWN]
    assert reasons(check([])) == [Reason.AGE_UNKNOWN]


def test_a_recorded_birth_date_counts_with_its_proof_only() -> None:
    adult = date(1980, 1, 1)
    proven = RecordedBirth(birth_date=adult, proof_reference="passport copy, sheet 4")
    unproven = RecordedBirth(birth_date=adult, proof_reference=" ")
    assert not check([passport()], proven)
    assert reasons(check([passport()], unproven)) == [Reason.AGE_UNKNOWN]


def test_an_unproven_birth_date_beside_a_number_is_refused() -> None:
    unproven = RecordedBirth(birth_date=date(1980, 1, 1), proof_reference="")
    assert reasons(check([born(date(1980, 1, 1))], unproven)) == [Reason.AGE_UNKNOWN]


def test_a_recorded_minor_is_a_minor() -> None:
    recorded = RecordedBirth(birth_date=date(2012, 1, 1), proof_reference="passport copy")
    assert reasons(check([passport()], recorded)) == [Reason.MINOR]


def test_a_number_and_a_record_that_disagree_are_refused() -> None:
    recorded = RecordedBirth(birth_date=date(1981, 1, 1), proof_reference="passport copy")
    assert reasons(check([born(date(1980, 1, 1))], recorded)) == [Reason.AGE_UNKNOWN]


def test_two_numbers_that_disagree_are_refused() -> None:
    found = check([born(date(1980, 1, 1)), born(date(1981, 1, 1))])
    assert reasons(found) == [Reason.AGE_UNKNOWN]


def test_a_record_that_agrees_with_the_number_is_welcome() -> None:
    recorded = RecordedBirth(birth_date=date(1980, 1, 1), proof_reference="passport copy")
    assert not check([born(date(1980, 1, 1)), passport()], recorded)


def test_an_organisation_has_no_age() -> None:
    document = lawful.document(builders.uscc(), DocumentKind.USCC)
    assert not check([document], kind=SubjectKind.ORGANISATION)
