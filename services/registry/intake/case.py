"""The enforcement case, which must be the importing court's own."""

from datetime import date
from functools import lru_cache
from typing import Final

from registry.intake.examination import Examination
from registry.intake.words import folded
from registry.law.case_number import (
    CaseNumber,
    UnparsedCaseNumber,
    case_is_an_enforcement_case_of,
    case_was_filed_before_the_decision,
    parse_case_number,
)

_FIELD_OF: Final = {"case.number": "caseCode", "case.filed_on": "regDate"}


def read_case(row: Examination, *, court_code: str, court_name: str) -> CaseNumber | None:
    """The number of the case; None where it is missing or in no form that courts use."""
    given_name = row.text("courtName", 200)
    text = row.needed_text("caseCode", 100, "the number of the enforcement case")
    if not text:
        return None
    case = _parsed(text)
    if isinstance(case, UnparsedCaseNumber):
        row.wrong("caseCode", f"{case.message} {case.next_step}", "CASE_NUMBER_UNPARSED")
        return None
    row.breaks(case_is_an_enforcement_case_of(case, court_code), _FIELD_OF)
    if case.is_former:
        _compare_the_court(row, given=given_name, enrolled=court_name)
    return case


def read_filed_on(
    row: Examination, case: CaseNumber | None, decided_on: date | None
) -> date | None:
    """The day on which the case was filed; it and the year in the number not after the decisions.

    `decided_on` is the earlier of the two.
    """
    if case is not None and decided_on is not None and case.year > decided_on.year:
        # One of the two is wrong, and by the day it is decided whether a row may be imported at all.
        row.wrong(
            "caseCode",
            "Is of a later year than the decision. Check the number and the days of the decisions.",
            "CASE_REFUSED",
        )
    filed_on = row.needed_day("regDate", "the day on which the case was filed")
    if filed_on is not None and decided_on is not None:
        row.breaks(case_was_filed_before_the_decision(filed_on, decided_on), _FIELD_OF)
    return filed_on


def _compare_the_court(row: Examination, *, given: str, enrolled: str) -> None:
    """A number of before 2016 holds no court code; there the court's name must say whose it is."""
    if not given:
        row.lacks(
            "courtName",
            "Is missing, and a case number of before 2016 does not show the court. Give its name.",
        )
    elif folded(given) != folded(enrolled):
        row.wrong(
            "courtName",
            "Is another court's name. Import it at that court, or write the name as enrolled.",
            "CASE_REFUSED",
        )


# Joint debtors share a case number, and their rows stand together.
@lru_cache(maxsize=1 << 10)
def _parsed(text: str) -> CaseNumber | UnparsedCaseNumber:
    try:
        return parse_case_number(text)
    except UnparsedCaseNumber as unparsed:
        return unparsed
