"""Reading the number of an identity document."""

import enum
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NoReturn

from document.check_character import (
    USCC_CHARACTERS,
    resident_check_character,
    resident_number_remainder,
    uscc_check_character,
)
from document.kind import DocumentKind
from document.normal import RAW_LENGTH_MAX, normalise

_CHINA: Final = "CHN"
_CHINA_OR_UNSAID: Final = (_CHINA, "")
_GREATER_CHINA: Final = frozenset({_CHINA, "HKG", "MAC", "TWN"})

# What a machine-readable zone or a clerk writes for a state that issues under another code
# (ICAO Doc 9303-3 §5): without this one passport would have two digests.
_STATE_SYNONYMS: Final = {
    "D": "DEU",
    "HKG": _CHINA,
    "MAC": _CHINA,
    "GBD": "GBR",
    "GBN": "GBR",
    "GBO": "GBR",
    "GBP": "GBR",
    "GBS": "GBR",
}

_RESIDENT_ID: Final = DocumentKind.RESIDENT_ID
_CITIZEN_NUMBER_KINDS: Final = frozenset(
    {
        DocumentKind.RESIDENT_ID,
        DocumentKind.HMT_RESIDENCE_PERMIT,
        DocumentKind.PERMANENT_RESIDENCE,
    }
)
_HMT_REGIONS: Final = ("81", "82", "83")
_PERMANENT_RESIDENCE_FIRST: Final = "9"
_CITIZEN_LENGTH: Final = 18
_OLD_CITIZEN_LENGTH: Final = 15
# Serials that marked people born before 1900 when the year had two digits.
_CENTENARIAN_SERIALS: Final = frozenset({"996", "997", "998", "999"})
_BIRTH_DATE_MIN: Final = date(1800, 1, 1)
_USCC_LENGTH: Final = 18

# Shortest, longest, and digits at least. Known from use only: see DocumentKind.
_GENEROUS_SHAPES: Final = {
    DocumentKind.PASSPORT: (5, 15, 1),
    DocumentKind.EXIT_ENTRY_PERMIT: (7, 12, 6),
    DocumentKind.HOME_RETURN_PERMIT: (8, 12, 6),
    DocumentKind.TAIWAN_PERMIT: (7, 12, 6),
    DocumentKind.PERMANENT_RESIDENCE: (12, 18, 6),
}

_NEXT_READ_AGAIN: Final = "Read the number again from the document."


class Problem(enum.StrEnum):
    """Why a document's kind, state or number is not valid."""

    EMPTY = "EMPTY"
    TOO_LONG = "TOO_LONG"
    SHAPE = "SHAPE"
    CHECK_CHARACTER = "CHECK_CHARACTER"
    BIRTH_DATE_IMPOSSIBLE = "BIRTH_DATE_IMPOSSIBLE"
    BIRTH_DATE_FUTURE = "BIRTH_DATE_FUTURE"
    ISSUING_STATE = "ISSUING_STATE"
    KIND_UNKNOWN = "KIND_UNKNOWN"


class InvalidDocument(ValueError):  # noqa: N818 - named as the gate answers it: INVALID
    """A document that cannot be one. Nothing in it repeats the number.

    Attributes:
        problem: what is wrong.
        field: which part is wrong: `kind`, `issuing_state` or `number`.
        message: the reason in one sentence.
        next_step: what the person at the desk does now.
    """

    def __init__(self, *, problem: Problem, field: str, message: str, next_step: str) -> None:
        """Keep the parts; the exception's own text is the message."""
        super().__init__(message)
        self.problem = problem
        self.field = field
        self.message = message
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Document:
    """One document in canonical form: equal documents are the same piece of paper.

    Attributes:
        kind: the kind the number shows, which may differ from the kind that was typed.
        issuing_state: ICAO three-letter code.
        number: canonical number in `A-Z0-9`; never printed, see `masked`.
        birth_date: the date of birth a resident number holds, else None.
    """

    kind: DocumentKind
    issuing_state: str
    number: str = field(repr=False)
    birth_date: date | None = field(repr=False)

    def masked(self) -> str:
        """Return the number as a public surface may show it (List provisions Art 6).

        A number of 18 digits hides the month and day of birth, as courts publish it; any other
        keeps its first two and last two characters.
        """
        if self.kind in _CITIZEN_NUMBER_KINDS and len(self.number) == _CITIZEN_LENGTH:
            return f"{self.number[:10]}****{self.number[14:]}"
        return f"{self.number[:2]}{'*' * (len(self.number) - 4)}{self.number[-2:]}"


def parse(kind: str, issuing_state: str, text: str, today: date) -> Document:
    """Read one document, or say what is wrong with it.

    A number is valid by shape, date and check character; no table of regions decides. The three
    kinds that share the citizen number (resident ID, 81/82/83 residence permit, permanent
    residence) answer alike whichever of them was typed: the number itself shows the kind, so a
    clerk's choice never makes a second document of one.

    Args:
        kind: a DocumentKind or its value.
        issuing_state: ICAO three-letter code; may be empty for documents China issues.
        text: the number as typed or scanned, at most RAW_LENGTH_MAX characters.
        today: the legal day in Asia/Shanghai; a birth after it is refused.

    Raises:
        InvalidDocument: with the first problem found.
    """
    if kind == _RESIDENT_ID and issuing_state in _CHINA_OR_UNSAID:
        # Nearly every check at a gate brings a clean one: no Unicode work, no second look.
        clean = _clean_citizen_document(text, today)
        if clean is not None:
            return clean
    known = _known_kind(kind)
    if len(text) > RAW_LENGTH_MAX:
        _refuse(Problem.TOO_LONG, f"The number is longer than {RAW_LENGTH_MAX} characters.")
    state = _canonical_state(known, issuing_state)
    number = normalise(text)
    if number is None:
        _refuse(Problem.SHAPE, "The number holds characters that no document number has.")
    if not number:
        _refuse(Problem.EMPTY, "The number is empty.", "Enter the number printed on the document.")
    if known in _CITIZEN_NUMBER_KINDS:
        return _citizen_document(known, number, today)
    if known is DocumentKind.USCC:
        return _organisation_document(number)
    return _generous_document(known, state, number)


def _known_kind(kind: str) -> DocumentKind:
    try:
        return DocumentKind(kind)
    except ValueError:
        raise InvalidDocument(
            problem=Problem.KIND_UNKNOWN,
            field="kind",
            message="The kind of document is not one this service knows.",
            next_step=f"Choose one of {', '.join(DocumentKind)}.",
        ) from None


def _canonical_state(kind: DocumentKind, issuing_state: str) -> str:
    if len(issuing_state) > RAW_LENGTH_MAX:
        _refuse_state("The issuing state is longer than a three-letter code.")
    state = normalise(issuing_state) or ""
    if kind is DocumentKind.PASSPORT:
        state = _STATE_SYNONYMS.get(state, state)
        if len(state) != len(_CHINA) or not state.isalpha():
            _refuse_state("A passport needs its issuing state as a three-letter code.")
        return state
    # China issues every other kind; on a person's, a clerk may name the holder's home instead.
    if issuing_state and state not in _GREATER_CHINA:
        _refuse_state("This kind of document is issued by China only.")
    return _CHINA


def _clean_citizen_document(number: str, today: date) -> Document | None:
    """Return the document of 18 plain, right characters; None where anything needs a closer look.

    Every rule of `_citizen_document` is applied; only the explaining is left to it.
    """
    if len(number) != _CITIZEN_LENGTH:
        return None
    try:
        if resident_number_remainder(number) != 1:
            return None
        birth_date = date.fromisoformat(number[6:14])
    except (KeyError, ValueError):
        return None
    if not _BIRTH_DATE_MIN <= birth_date <= today or number[0] in "89":
        return None
    return Document(_RESIDENT_ID, _CHINA, number, birth_date)


def _citizen_document(typed: DocumentKind, number: str, today: date) -> Document:
    length = len(number)
    if length == _OLD_CITIZEN_LENGTH and number.isdecimal():
        number = _from_15_digits(number)
    elif typed is DocumentKind.PERMANENT_RESIDENCE and (
        length != _CITIZEN_LENGTH or number[0] == _PERMANENT_RESIDENCE_FIRST
    ):
        return _generous_document(typed, _CHINA, number)
    elif length != _CITIZEN_LENGTH:
        _refuse(Problem.SHAPE, "The number must have 18 characters, or 15 on an old card.")
    try:
        remainder = resident_number_remainder(number)
    except KeyError:
        remainder = None
    if remainder is None:
        _refuse(Problem.SHAPE, "The number must be digits; only the last character may be X.")
    if remainder != 1:
        _refuse(Problem.CHECK_CHARACTER, "The check character does not fit the other 17.")
    birth_date = _birth_date(number, today)
    if number.startswith(_HMT_REGIONS):
        return Document(DocumentKind.HMT_RESIDENCE_PERMIT, _CHINA, number, birth_date)
    if number[0] == _PERMANENT_RESIDENCE_FIRST:
        # No region begins with 9. Where the newer card holds the birth date is not verified, so
        # none is read from it: a court records the date with its proof.
        return Document(DocumentKind.PERMANENT_RESIDENCE, _CHINA, number, None)
    return Document(DocumentKind.RESIDENT_ID, _CHINA, number, birth_date)


def _from_15_digits(number: str) -> str:
    century = "18" if number[12:] in _CENTENARIAN_SERIALS else "19"
    first_17 = number[:6] + century + number[6:]
    return first_17 + resident_check_character(first_17)


def _birth_date(number: str, today: date) -> date:
    try:
        birth_date = date.fromisoformat(number[6:14])
    except ValueError:
        birth_date = None
    if birth_date is None or birth_date < _BIRTH_DATE_MIN:
        _refuse(Problem.BIRTH_DATE_IMPOSSIBLE, "The birth date in the number is no possible date.")
    if birth_date > today:
        _refuse(Problem.BIRTH_DATE_FUTURE, "The birth date in the number lies in the future.")
    return birth_date


def _organisation_document(number: str) -> Document:
    if len(number) != _USCC_LENGTH or not set(number) <= set(USCC_CHARACTERS):
        _refuse(Problem.SHAPE, "The code must have 18 digits or letters, none of I, O, S, V or Z.")
    if uscc_check_character(number[:-1]) != number[-1]:
        _refuse(Problem.CHECK_CHARACTER, "The check character does not fit the other 17.")
    return Document(DocumentKind.USCC, _CHINA, number, None)


def _generous_document(kind: DocumentKind, state: str, number: str) -> Document:
    shortest, longest, digits_min = _GENEROUS_SHAPES[kind]
    if not shortest <= len(number) <= longest:
        _refuse(Problem.SHAPE, f"The number must have {shortest} to {longest} characters.")
    if sum(character.isdecimal() for character in number) < digits_min:
        _refuse(Problem.SHAPE, f"The number must have {digits_min} or more digits.")
    return Document(kind, state, number, None)


def _refuse(problem: Problem, message: str, next_step: str = _NEXT_READ_AGAIN) -> NoReturn:
    raise InvalidDocument(problem=problem, field="number", message=message, next_step=next_step)


def _refuse_state(message: str) -> NoReturn:
    raise InvalidDocument(
        problem=Problem.ISSUING_STATE,
        field="issuing_state",
        message=message,
        next_step="Give the state as its ICAO three-letter code, for example CHN or USA.",
    )
