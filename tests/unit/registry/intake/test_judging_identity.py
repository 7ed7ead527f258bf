"""Who a row is about, and how old: each rule broken alone."""

from datetime import date

import pytest

from registry.intake.outcome import Outcome
from registry.law.facts import SubjectKind
from tests import builders
from tests.unit.registry.intake.whole import (
    ORGANISATION,
    PASSPORT,
    sound,
    told,
)

# --- who it is -------------------------------------------------------------------------------------


def test_an_organisation_names_its_representative() -> None:
    subject = sound(**ORGANISATION).subject
    assert subject.kind is SubjectKind.ORGANISATION
    assert subject.legal_representative == "测试乙"
    assert told(**{**ORGANISATION, "businessEntity": None}) == (
        Outcome.INCOMPLETE,
        [("businessEntity", "FIELD_REQUIRED")],
    )


@pytest.mark.parametrize("code", ["12345678-9", "123456789", "110000001234567"])
def test_an_organisation_code_of_before_2015_identifies_nobody_now(code: str) -> None:
    assert told(**{**ORGANISATION, "cardNum": code}) == (
        Outcome.UNMATCHED,
        [("cardNum", "IDENTITY_REFUSED")],
    )


@pytest.mark.parametrize("kind", ["580", "自然人", "０"])
def test_a_person_is_a_person_in_each_of_the_words(kind: str) -> None:
    assert sound(partyTypeName=kind).subject.kind is SubjectKind.PERSON


def test_the_document_tells_the_party_where_nothing_else_does() -> None:
    organisation = {**ORGANISATION, "partyTypeName": None, "documentKind": "USCC"}
    assert sound(**organisation).subject.kind is SubjectKind.ORGANISATION
    assert sound(partyTypeName=None, documentKind="居民身份证").subject.kind is SubjectKind.PERSON


def test_a_document_of_the_other_party_is_refused() -> None:
    outcome, problems = told(documentKind="USCC", cardNum=builders.uscc())
    assert outcome is Outcome.REJECTED
    assert ("cardNum", "IDENTITY_REFUSED") in problems


@pytest.mark.parametrize(
    "number",
    [
        "0000001980****0005",
        "0000001980####0005",
        "0000001980----0005",
        "000000１９８０＊＊＊＊0005",
        "000000XXXXXXXX0005",
        "00000019800101●●●●",
    ],
)
def test_a_hidden_number_identifies_nobody(number: str) -> None:
    assert told(cardNum=number) == (Outcome.UNMATCHED, [("cardNum", "DOCUMENT_MASKED")])


@pytest.mark.parametrize("name", ["测**", "测试＊", "测试?甲", "●●", "测某某", "测X", "测xx甲"])
def test_a_hidden_name_is_no_name(name: str) -> None:
    assert told(iname=name) == (Outcome.INCOMPLETE, [("iname", "FIELD_REQUIRED")])


def test_a_hidden_number_among_the_others_is_not_passed_over() -> None:
    other = '[{"kind": "PASSPORT", "issuingState": "UTO", "number": "X0****000"}]'
    assert told(otherDocuments=other) == (
        Outcome.UNMATCHED,
        [("otherDocuments", "DOCUMENT_MASKED")],
    )


def test_what_is_wrong_outweighs_what_is_hidden_and_that_what_is_missing() -> None:
    assert told(cardNum="*", decisionNumber=None)[0] is Outcome.UNMATCHED
    assert told(cardNum="*", decisionNumber=None, owedAmount="0")[0] is Outcome.REJECTED


@pytest.mark.parametrize("number", [builders.passport(), "H00000000", "00000000"])
def test_a_number_of_another_kind_asks_for_its_kind(number: str) -> None:
    assert told(cardNum=number) == (Outcome.INCOMPLETE, [("documentKind", "FIELD_REQUIRED")])
    assert told(cardNum=number, documentKind="RESIDENT_ID")[0] is Outcome.REJECTED


def test_an_old_number_is_the_same_document() -> None:
    row = sound(cardNum=builders.old_resident_id())
    assert row.subject.documents == sound().subject.documents


def test_further_documents_are_bound_with_the_first() -> None:
    others = '[{"kind": "护照", "issuingState": "UTO", "number": "X00000000"}]'
    kinds = [one.kind for one in sound(otherDocuments=others).subject.documents]
    assert kinds == ["RESIDENT_ID", "PASSPORT"]


def test_a_second_resident_number_is_anothers() -> None:
    second = builders.resident_id(region="000001")
    others = f'[{{"kind": "RESIDENT_ID", "number": "{second}"}}]'
    assert told(otherDocuments=others) == (
        Outcome.REJECTED,
        [("otherDocuments", "IDENTITY_REFUSED")],
    )


# --- how old ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "outcome"),
    [(date(2007, 2, 28), Outcome.SOUND), (date(2007, 3, 1), Outcome.REJECTED)],
)
def test_a_minor_on_the_day_of_the_decision_is_never_entered(born: date, outcome: Outcome) -> None:
    assert told(cardNum=builders.resident_id(born))[0] is outcome


def test_the_earlier_of_the_two_decisions_counts() -> None:
    outcome, problems = told(
        cardNum=builders.resident_id(date(2007, 2, 20)),
        orderDecidedOn="2025-02-20",
        orderReviewOn="2027-02-20",
    )
    assert outcome is Outcome.REJECTED
    assert problems == [("birthDate", "MINOR")]


def test_a_minor_is_a_minor_though_no_decision_is_told() -> None:
    born = date(2010, 1, 1)
    assert (
        told(cardNum=builders.resident_id(born), age=None, decidedOn=None, orderDecidedOn=None)[0]
        is Outcome.REJECTED
    )


def test_a_passport_needs_a_birth_date_with_its_proof() -> None:
    assert sound(**PASSPORT).subject.birth is not None
    for field in ("birthDate", "birthDateProof"):
        assert told(**{**PASSPORT, field: None}) == (
            Outcome.INCOMPLETE,
            [(field, "AGE_UNKNOWN")],
        )
    assert told(**{**PASSPORT, "issuingState": None})[0] is Outcome.INCOMPLETE


def test_a_birth_date_that_the_number_shows_needs_no_proof() -> None:
    assert sound(birthDate="1980-01-01").subject.birth is None


def test_two_birth_dates_that_differ_are_refused() -> None:
    assert told(birthDate="1980-01-02") == (Outcome.REJECTED, [("birthDate", "AGE_UNKNOWN")])


def test_an_organisation_has_no_birth_date() -> None:
    assert told(**{**ORGANISATION, "birthDate": "1980-01-01"}) == (
        Outcome.REJECTED,
        [("birthDate", "FIELD_INVALID")],
    )


def test_a_proof_without_its_birth_date_is_incomplete() -> None:
    assert told(birthDateProof="卷宗第 5 页") == (
        Outcome.INCOMPLETE,
        [("birthDate", "FIELD_REQUIRED")],
    )
