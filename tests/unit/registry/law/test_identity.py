"""Who may be listed, by what, and what a correction may touch."""

from datetime import date

import pytest

from document import DocumentKind
from registry.law.facts import SubjectKind
from registry.law.identity import (
    correction_leaves_the_identity,
    name_fits_the_record,
    organisation_names_its_representative,
    person_has_one_number_of_a_kind,
    subject_has_a_fitting_document,
    subject_is_named,
)
from registry.law.violation import Reason
from tests import builders
from tests.unit.registry.law import lawful

PERSON, ORGANISATION = SubjectKind.PERSON, SubjectKind.ORGANISATION
PERSON_DOCUMENTS = [
    lawful.document(),
    lawful.document(builders.hmt_residence_permit()),
    lawful.document(builders.passport(), DocumentKind.PASSPORT),
    lawful.document("H00000000", DocumentKind.HOME_RETURN_PERMIT),
]
CODE = lawful.document(builders.uscc(), DocumentKind.USCC)


def test_a_name_alone_lists_nobody() -> None:
    (violation,) = subject_has_a_fitting_document(PERSON, [])
    assert (violation.reason, violation.field) == (Reason.IDENTITY_REFUSED, "subject.documents")


def test_any_document_of_a_person_identifies_a_person() -> None:
    assert not list(subject_has_a_fitting_document(PERSON, PERSON_DOCUMENTS))
    assert not list(subject_has_a_fitting_document(ORGANISATION, [CODE]))


def test_a_credit_code_is_no_person_and_an_identity_card_no_organisation() -> None:
    mixed = [PERSON_DOCUMENTS[0], CODE]
    assert lawful.fields(subject_has_a_fitting_document(PERSON, mixed)) == [
        "subject.documents[1].kind"
    ]
    assert lawful.fields(subject_has_a_fitting_document(ORGANISATION, mixed)) == [
        "subject.documents[0].kind"
    ]


@pytest.mark.parametrize("name", ["", " ", "名" * 201])
def test_an_entry_holds_a_name_of_sane_length(name: str) -> None:
    assert lawful.fields(subject_is_named(name)) == ["subject.name"]


@pytest.mark.parametrize("name", ["甲", "名" * 200])
def test_a_name_of_one_to_two_hundred_characters_is_a_name(name: str) -> None:
    assert not list(subject_is_named(name))


def test_an_organisation_names_its_representative_and_a_person_has_none() -> None:
    assert lawful.fields(organisation_names_its_representative(ORGANISATION, " ")) == [
        "subject.legal_representative"
    ]
    assert not list(organisation_names_its_representative(ORGANISATION, "甲"))
    assert not list(organisation_names_its_representative(PERSON, ""))


@pytest.mark.parametrize(
    "field", ["subject", "subject.name", "documents[0].number", "birth_date", "name", "sex"]
)
def test_a_correction_never_touches_the_identity(field: str) -> None:
    (violation,) = correction_leaves_the_identity(["conduct", field])
    assert (violation.reason, violation.field) == (Reason.IDENTITY_REFUSED, field)


def test_a_correction_of_the_text_is_free() -> None:
    fields = ["conduct", "performed_part", "decision_number", "subjective_note"]
    assert not list(correction_leaves_the_identity(fields))


def test_nobody_has_two_resident_numbers() -> None:
    one = lawful.document(builders.resident_id(date(1980, 1, 1)))
    twin = lawful.document(builders.resident_id(date(1980, 1, 2)))
    [violation] = person_has_one_number_of_a_kind([one, twin])
    assert violation.reason is Reason.IDENTITY_REFUSED
    assert not list(person_has_one_number_of_a_kind([one, one]))


@pytest.mark.parametrize(
    ("given", "recorded"),
    [
        ("测试甲", "测试甲"),
        ("测试 甲", "测试甲"),
        ("阿·测试", "阿测试"),
        ("TEST ONE", "测试甲"),
        ("Test One", "TEST ONE"),
    ],
)
def test_a_name_that_may_be_the_same_person_is_no_misfit(given: str, recorded: str) -> None:
    assert not list(name_fits_the_record(given, recorded))


@pytest.mark.parametrize(("given", "recorded"), [("测试甲", "测试乙"), ("TEST ONE", "TEST TWO")])
def test_another_name_on_a_number_is_noticed(given: str, recorded: str) -> None:
    [violation] = name_fits_the_record(given, recorded)
    assert (violation.reason, violation.field) == (Reason.IDENTITY_REFUSED, "subject.name")
    assert given not in violation.problem + violation.next_step
