"""Who the debtor is, and that it is nobody under age (LP Arts 4 and 6)."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from document import ORGANISATION_KINDS, Document
from document.name import NAME_LENGTH_MAX
from registry.intake.documents import read_document_kind, read_documents
from registry.intake.examination import Examination
from registry.intake.masks import is_hidden_name
from registry.intake.row import Sex
from registry.intake.words import PARTY, SEX, folded
from registry.law.entry import SubjectFacts
from registry.law.facts import RecordedBirth, SubjectKind
from registry.law.identity import (
    person_has_one_number_of_a_kind,
    subject_has_a_fitting_document,
)
from registry.law.minors import ADULT_YEARS, debtor_is_no_minor
from registry.law.violation import Reason

_CARD: Final = "cardNum"
_OTHERS: Final = "otherDocuments"
_AGE_YEARS_MAX: Final = 150
# Python turns no figure of thousands of digits into a number.
_AGE_DIGITS_MAX: Final = 3
_AGE_UNSAID: Final = frozenset({"不详", "未知", "无", "-", "--"})


def read_subject(row: Examination, decided_on: date | None) -> SubjectFacts | None:
    """The debtor; None where the row does not identify one.

    Args:
        row: the row.
        decided_on: the earlier day of the listing's decision and the order's, if known.
    """
    kind = read_document_kind(row)
    party = row.choice("partyTypeName", PARTY, "0 for a person or 1 for an organisation")
    if not row.holds("partyTypeName"):
        if kind is None:
            row.lacks("partyTypeName", "Is missing. Write 0 for a person, 1 for an organisation.")
        else:
            organisation = kind in ORGANISATION_KINDS
            party = SubjectKind.ORGANISATION if organisation else SubjectKind.PERSON
    name = row.needed_text("iname", NAME_LENGTH_MAX, "the debtor's name")
    if is_hidden_name(name):
        row.lacks("iname", "Part of the name is hidden. Give it in full from the case file.")
    documents = read_documents(row, party, kind)
    representative = _representative(row, party)
    birth = _birth(row, party, documents)
    _refuse_a_minor(row, party, documents, birth, decided_on)
    if party is None:
        return None
    if documents:
        _refuse_misfits(row, party, documents)
    return SubjectFacts(
        kind=party,
        name=name,
        documents=documents,
        birth=None if birth is None or birth.proof_reference == _CARD else birth,
        legal_representative=representative,
    )


def read_sex(row: Examination) -> Sex | None:
    """The sex of a person, where the row tells it."""
    return row.choice("sexy", SEX, "男 or 女")


def _representative(row: Examination, party: SubjectKind | None) -> str:
    if party is SubjectKind.ORGANISATION:
        return row.needed_text(
            "businessEntity",
            NAME_LENGTH_MAX,
            "the legal representative's name; the person is not listed by it",
        )
    # Relays repeat the person's own name, or a dash, here; a person is represented by nobody.
    row.text("businessEntity", NAME_LENGTH_MAX)
    return ""


def _refuse_misfits(row: Examination, party: SubjectKind, documents: Sequence[Document]) -> None:
    for one in subject_has_a_fitting_document(party, documents):
        first = one.field.startswith("subject.documents[0]")
        row.breaks((one,), {one.field: _CARD if first else _OTHERS})
    if len(documents) > 1:
        found = person_has_one_number_of_a_kind(documents, field=_OTHERS)
        row.breaks(found, {_OTHERS: _OTHERS})


def _birth(
    row: Examination, party: SubjectKind | None, documents: Sequence[Document]
) -> RecordedBirth | None:
    """The birth date that the court recorded, where it counts beside what the numbers show."""
    birth_date = row.day("birthDate")
    proof = row.told_text("birthDateProof", 200)
    shown = any(one.birth_date is not None for one in documents)
    if birth_date is None:
        if proof and shown and not row.holds("birthDate"):
            row.lacks("birthDate", "Is missing beside its proof. Give it, or leave the proof out.")
        return None
    if party is SubjectKind.ORGANISATION:
        row.wrong("birthDate", "An organisation has no birth date. Check partyTypeName.")
        return None
    if not proof and not shown:
        if documents:
            row.lacks(
                "birthDateProof",
                "Is missing. Give the paper in the case file that shows the birth date.",
                Reason.AGE_UNKNOWN,
            )
        return None
    # A date that only repeats the number's needs no proof of its own; one that differs is compared.
    return RecordedBirth(birth_date=birth_date, proof_reference=proof or _CARD)


def _refuse_a_minor(
    row: Examination,
    party: SubjectKind | None,
    documents: Sequence[Document],
    birth: RecordedBirth | None,
    decided_on: date | None,
) -> None:
    if party is not SubjectKind.PERSON:
        _age_years(row)
        return
    age_years = _age_years(row)
    shown = birth is not None or any(one.birth_date is not None for one in documents)
    if shown:
        # Without the day of the decision: who is under age today was so on any day before.
        row.breaks(
            debtor_is_no_minor(
                kind=party,
                documents=documents,
                recorded=birth,
                decided_on=decided_on or row.today,
            ),
            {"subject.birth_date": "birthDate"},
        )
    elif documents and not row.holds("birthDate"):
        row.lacks(
            "birthDate",
            "Is missing, and the document's number shows none. Give it with its proof.",
            Reason.AGE_UNKNOWN,
        )
    if age_years is not None and 0 < age_years < ADULT_YEARS:
        # An age is told on the day of the decision or later, so on that day it was no higher.
        row.wrong(
            "age",
            "The debtor is under 18. Neither list nor restrict; take the row out.",
            Reason.MINOR,
        )


def _age_years(row: Examination) -> int | None:
    """The age as the row tells it; relays write 0 where they know none."""
    value = row.text("age", 20)
    plain = folded(value).removesuffix("岁").removesuffix("周")
    if not plain or plain in _AGE_UNSAID:
        return None
    is_figure = plain.isascii() and plain.isdecimal() and len(plain) <= _AGE_DIGITS_MAX
    if not is_figure or int(plain) > _AGE_YEARS_MAX:
        row.wrong("age", "Is no age in years. Write the figure alone, or leave it out.")
        return None
    return int(plain)
