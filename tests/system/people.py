"""Who is listed, with which documents, and what each check must answer: data for the people tests.

Numbers have region 000000, or 81, 82, 83 0000 where the region is the point, and serial 000: nobody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from courtlist.identity.v1 import document_pb2 as identity
from courtlist.registry.v1 import subject_pb2
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.papers import day
from tests.builders import hmt_residence_permit, old_resident_id, passport, resident_id

_RESIDENT = identity.DOCUMENT_KIND_RESIDENT_ID
_PERMIT = identity.DOCUMENT_KIND_HMT_RESIDENCE_PERMIT
_PASSPORT = identity.DOCUMENT_KIND_PASSPORT
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def _document(
    kind: identity.DocumentKind.ValueType, number: str, state: str = ""
) -> identity.Document:
    return identity.Document(kind=kind, number=number, issuing_state=state)


def _ending_in_x(year: int) -> date:
    """The first birth date of a year whose number ends in X."""
    days = (date.fromordinal(date(year, 1, 1).toordinal() + offset) for offset in range(365))
    return next(day_of for day_of in days if resident_id(day_of).endswith("X"))


# Births of the listed people: no two scenarios share a person.
_OLD_FORM = date(1961, 3, 4)
_ENDS_IN_X = _ending_in_x(1962)
_TWO_PAPERS = date(1963, 5, 6)
_HONG_KONG = date(1964, 7, 8)
_MACAO = date(1965, 7, 8)
_ADULT_OF_CHILD = date(1966, 9, 10)

_ANSWER_REASON = {
    "RESTRICTED": (restriction.ANSWER_RESTRICTED, restriction.REASON_BARRED),
    "CLEAR": (restriction.ANSWER_CLEAR, restriction.REASON_UNSPECIFIED),
    "INVALID": (restriction.ANSWER_UNDETERMINED, restriction.REASON_DOCUMENT_INVALID),
    "CHILD": (restriction.ANSWER_UNDETERMINED, restriction.REASON_CHILD_TICKET),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One check of a flight: in words, the document shown, and the answer expected."""

    words: str
    document: identity.Document
    answer: str
    passenger: travel.Passenger.ValueType = travel.PASSENGER_ADULT

    @property
    def expected(self) -> tuple[int, int]:
        """Answer and reason."""
        return _ANSWER_REASON[self.answer]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Documents under which a court enters somebody, and the checks that follow."""

    documents: tuple[identity.Document, ...]
    asks: tuple[Ask, ...]
    born: date | None = None

    @property
    def subject(self) -> subject_pb2.Subject:
        """The person as a court enters her."""
        birth = None
        if self.born is not None:
            birth = subject_pb2.BirthDate(date=day(self.born), proof_reference="护照复印件")
        return subject_pb2.Subject(
            kind=subject_pb2.SUBJECT_KIND_PERSON,
            name="测试人",
            documents=self.documents,
            birth_date=birth,
        )


def _number(born: date) -> str:
    return resident_id(born)


def _spaced(number: str) -> str:
    return f"{number[:6]} {number[6:14]}-{number[14:]}"


SCENARIOS: Mapping[str, Scenario] = {
    "a 15-digit number and its 18-digit form are one document": Scenario(
        documents=(_document(_RESIDENT, old_resident_id(_OLD_FORM)),),
        asks=(
            Ask("18 digits", _document(_RESIDENT, _number(_OLD_FORM)), "RESTRICTED"),
            Ask("15 digits", _document(_RESIDENT, old_resident_id(_OLD_FORM)), "RESTRICTED"),
            Ask(
                "the same digits of another century",
                _document(_RESIDENT, _number(_OLD_FORM.replace(year=1861))),
                "CLEAR",
            ),
        ),
    ),
    "a number is read as people type it": Scenario(
        documents=(_document(_RESIDENT, _number(_ENDS_IN_X)),),
        asks=(
            Ask("lower-case x", _document(_RESIDENT, _number(_ENDS_IN_X).lower()), "RESTRICTED"),
            Ask(
                "full-width digits",
                _document(_RESIDENT, _number(_ENDS_IN_X).translate(_FULL_WIDTH)),
                "RESTRICTED",
            ),
            Ask(
                "spaces and hyphens",
                _document(_RESIDENT, _spaced(_number(_ENDS_IN_X))),
                "RESTRICTED",
            ),
            Ask(
                "a wrong check character",
                _document(_RESIDENT, _number(_ENDS_IN_X)[:-1] + "1"),
                "INVALID",
            ),
            Ask("an impossible birth date", _document(_RESIDENT, "000000196213010000"), "INVALID"),
            Ask("no number", _document(_RESIDENT, ""), "INVALID"),
            Ask(
                "a kind that nobody named",
                _document(identity.DOCUMENT_KIND_UNSPECIFIED, _number(_ENDS_IN_X)),
                "INVALID",
            ),
        ),
    ),
    "a person with two documents is found under both": Scenario(
        documents=(
            _document(_RESIDENT, _number(_TWO_PAPERS)),
            _document(_PASSPORT, passport(701), "CHN"),
        ),
        asks=(
            Ask("identity card", _document(_RESIDENT, _number(_TWO_PAPERS)), "RESTRICTED"),
            Ask("passport", _document(_PASSPORT, passport(701), "CHN"), "RESTRICTED"),
            Ask("passport, lower case", _document(_PASSPORT, "e00000701", "CHN"), "RESTRICTED"),
            Ask(
                "another state's of that number",
                _document(_PASSPORT, passport(701), "FRA"),
                "CLEAR",
            ),
            Ask("the next number", _document(_PASSPORT, passport(702), "CHN"), "CLEAR"),
        ),
    ),
    "a foreigner has a passport of one state under its synonyms": Scenario(
        documents=(_document(_PASSPORT, passport(703, prefix="C"), "DEU"),),
        born=date(1970, 1, 1),
        asks=(
            Ask("DEU", _document(_PASSPORT, passport(703, prefix="C"), "DEU"), "RESTRICTED"),
            Ask(
                "as the chip says",
                _document(_PASSPORT, passport(703, prefix="C"), "D"),
                "RESTRICTED",
            ),
            Ask("no state", _document(_PASSPORT, passport(703, prefix="C"), ""), "INVALID"),
        ),
    ),
    "a Hong Kong resident's permit is known by either kind": Scenario(
        documents=(_document(_PERMIT, hmt_residence_permit(_HONG_KONG)),),
        asks=(
            Ask("permit", _document(_PERMIT, hmt_residence_permit(_HONG_KONG)), "RESTRICTED"),
            Ask(
                "typed as an identity card",
                _document(_RESIDENT, hmt_residence_permit(_HONG_KONG)),
                "RESTRICTED",
            ),
            Ask(
                "the same day in Taiwan",
                _document(_PERMIT, hmt_residence_permit(_HONG_KONG, region="830000")),
                "CLEAR",
            ),
        ),
    ),
    "a Macao resident entered as an identity card is found by the permit": Scenario(
        documents=(_document(_RESIDENT, hmt_residence_permit(_MACAO, region="820000")),),
        asks=(
            Ask(
                "permit",
                _document(_PERMIT, hmt_residence_permit(_MACAO, region="820000")),
                "RESTRICTED",
            ),
        ),
    ),
    "a child's own ticket never answers for an adult's document": Scenario(
        documents=(_document(_RESIDENT, _number(_ADULT_OF_CHILD)),),
        asks=(
            Ask("the adult", _document(_RESIDENT, _number(_ADULT_OF_CHILD)), "RESTRICTED"),
            Ask(
                "a child's ticket on the adult's document",
                _document(_RESIDENT, _number(_ADULT_OF_CHILD)),
                "CHILD",
                passenger=travel.PASSENGER_CHILD,
            ),
            Ask(
                "a child's ticket on the child's own",
                _document(_RESIDENT, _number(date(2018, 6, 1))),
                "CLEAR",
                passenger=travel.PASSENGER_CHILD,
            ),
            Ask(
                "a child's ticket on a passport, which shows no age",
                _document(_PASSPORT, passport(704), "CHN"),
                "CHILD",
                passenger=travel.PASSENGER_CHILD,
            ),
        ),
    ),
}
