"""The documents that identify the debtor: whole and valid, or none."""

import re
from typing import Any, Final

from document import Document, DocumentKind, InvalidDocument, parse
from registry.intake.examination import Examination
from registry.intake.masks import is_hidden
from registry.intake.reading import parse_json
from registry.intake.words import DOCUMENT_KIND, folded
from registry.law.facts import SubjectKind
from registry.law.violation import Reason

_CARD: Final = "cardNum"
_OTHERS: Final = "otherDocuments"
_OTHERS_MAX: Final = 19
_OTHERS_LENGTH_MAX: Final = 8000

_NO_NUMBER: Final = frozenset({"无", "暂无", "不详", "未知", "未提供", "-", "--", "/", "0"})

# What identified an organisation before the credit code (GB 32100-2015): the organisation code of
# nine characters and the registration number of fifteen. Right once, and no key to anybody now.
_FORMER_CODE: Final = re.compile(r"[0-9A-Z]{8}-?[0-9X]|[0-9]{15}|[0-9]{13}")

# The numbers of passports and permits: public rows do not tell the kind, and hold those too.
_OF_ANOTHER_KIND: Final = re.compile(r"[A-Z][0-9A-Z]{6,14}|[0-9]{8}")

_FIELD_OF: Final = {"kind": "documentKind", "issuing_state": "issuingState", "number": _CARD}
_KINDS: Final = ", ".join(DocumentKind)
_KEYS: Final = frozenset({"kind", "issuingState", "number"})


def read_document_kind(row: Examination) -> DocumentKind | None:
    """The kind of the document in `cardNum`, where the row tells it."""
    return row.choice("documentKind", DOCUMENT_KIND, f"one of {_KINDS}")


def read_documents(
    row: Examination, party: SubjectKind | None, kind: DocumentKind | None
) -> tuple[Document, ...]:
    """The document of `cardNum` first, then the others; without the first, none.

    A hidden or absent number is UNMATCHED; one that cannot be a number is REJECTED.
    """
    card = _card(row, party, kind)
    others = _others(row)
    if card is None:
        return ()
    return (card,) if not others else tuple(dict.fromkeys((card, *others)))


def _card(
    row: Examination, party: SubjectKind | None, kind: DocumentKind | None
) -> Document | None:
    number = row.text(_CARD, 64)
    if not number or number in _NO_NUMBER:
        row.names_nobody(
            _CARD,
            "Is missing, so the row identifies nobody. Give the whole number from the case file.",
            Reason.FIELD_REQUIRED,
        )
        return None
    if is_hidden(number):
        row.names_nobody(
            _CARD,
            "Part of the number is hidden, so it identifies nobody. Give the whole number from the "
            "case file.",
            "DOCUMENT_MASKED",
        )
        return None
    if kind is None:
        if row.holds("documentKind") or party is None:
            return None
        kind = DocumentKind.USCC if party is SubjectKind.ORGANISATION else DocumentKind.RESIDENT_ID
    state = row.text("issuingState", 64)
    if kind is DocumentKind.PASSPORT and not state:
        row.lacks("issuingState", "Is missing. A passport needs its issuing state, such as CHN.")
        return None
    try:
        return parse(kind, state, number, row.today)
    except InvalidDocument as invalid:
        _explain(row, kind, folded(number).upper(), invalid)
        return None


def _explain(row: Examination, kind: DocumentKind, number: str, invalid: InvalidDocument) -> None:
    """Whether a number that cannot be read is wrong, or only of another kind than was taken."""
    if kind is DocumentKind.USCC and _FORMER_CODE.fullmatch(number):
        row.names_nobody(
            _CARD,
            "Is an organisation code or registration number of before 2015, which identifies nobody "
            "now. Give the unified social credit code.",
            Reason.IDENTITY_REFUSED,
        )
    elif (
        kind is DocumentKind.RESIDENT_ID
        and not row.holds("documentKind")
        and _OF_ANOTHER_KIND.fullmatch(number)
    ):
        row.lacks(
            "documentKind",
            f"Is missing, and the number is no resident identity number. Write one of {_KINDS}.",
        )
    else:
        _invalid(row, _FIELD_OF[invalid.field], invalid)


def _others(row: Examination) -> list[Document]:
    text = row.text(_OTHERS, _OTHERS_LENGTH_MAX)
    if not text or len(text) > _OTHERS_LENGTH_MAX:
        return []
    try:
        given = parse_json(text)
    except ValueError:
        given = None
    if not isinstance(given, list) or not all(_is_document(one) for one in given):
        row.wrong(
            _OTHERS,
            "Is no list of documents. Write a JSON array of objects with kind, issuingState and "
            "number, all texts.",
        )
        return []
    if len(given) > _OTHERS_MAX:
        row.wrong(
            _OTHERS,
            f"Holds more than {_OTHERS_MAX} documents. Bind the others afterwards.",
            Reason.FIELD_TOO_LONG,
        )
        return []
    documents = [_other(row, one) for one in given]
    return [one for one in documents if one is not None]


def _is_document(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and {"kind", "number"} <= value.keys() <= _KEYS
        and all(isinstance(text, str) for text in value.values())
    )


def _other(row: Examination, given: dict[str, str]) -> Document | None:
    if is_hidden(given["number"]):
        row.names_nobody(
            _OTHERS,
            "Part of a number is hidden. Give the whole number, or leave the document out.",
            "DOCUMENT_MASKED",
        )
        return None
    kind = DOCUMENT_KIND.get(folded(given["kind"]).upper(), given["kind"])
    try:
        return parse(kind, given.get("issuingState", ""), given["number"], row.today)
    except InvalidDocument as invalid:
        _invalid(row, _OTHERS, invalid)
        return None


def _invalid(row: Examination, field: str, invalid: InvalidDocument) -> None:
    row.wrong(
        field, f"{invalid.problem}: {invalid.message} {invalid.next_step}", "DOCUMENT_INVALID"
    )
