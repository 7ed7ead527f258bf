"""Case numbers of Chinese courts, as people write them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from registry.law.violation import Reason, Violation, Violations

RAW_LENGTH_MAX: Final = 100
"""Characters a case number may have as it arrives."""

# Provinces as case numbers abbreviate them; 内 stands for Inner Mongolia, 军 and 兵 for the
# military courts and those of the Xinjiang corps.
_PROVINCES: Final = "内军兵京津沪渝藏宁新桂黑吉辽晋冀陕甘川黔云琼浙鲁苏皖闽赣豫鄂湘粤青"
_SUPREME_COURT: Final = "最高法"
_HAN: Final = "\u4e00-\u9fff"

# A ruling made in a case bears the case's number and a suffix (号之一, -1号): the case is the same.
_END: Final = "(?:-[0-9]{1,3})?号(?:之[一二三四五六七八九十]{1,3})?"
_YEAR: Final = r"[(\[〔【]((?:19|20)[0-9]{2})[)\]〕】]"

# Since 2016 (SPC rule of 2015): year, court code, type code, serial. Type codes are many and new
# ones come, so any one to six characters are taken.
_COURT: Final = f"{_SUPREME_COURT}|[{_PROVINCES}][0-9]{{0,4}}"
_PRESENT: Final = re.compile(f"{_YEAR}({_COURT})([{_HAN}]{{1,6}}?)0*([1-9][0-9]{{0,8}}){_END}")
# Until 2015: year, the court's short name and the type run together, then 字第.
_FORMER: Final = re.compile(f"{_YEAR}([{_HAN}]{{2,12}})字第0*([1-9][0-9]{{0,8}}){_END}")

_ENFORCEMENT: Final = "执"
# The SPC rule of 2015 has numbered every case since 1 January 2016.
_FORMER_YEAR_MAX: Final = 2015
_FORMER_TYPE_LENGTH: Final = 2


class UnparsedCaseNumber(ValueError):  # noqa: N818 - it is unparsed, not an error of ours
    """A text in no form that courts use. Keep the text beside; nothing is guessed from it.

    Attributes:
        message: the reason in one sentence.
        next_step: what to do now.
    """

    def __init__(self, *, message: str, next_step: str) -> None:
        """Keep the parts; the exception's own text is the message."""
        super().__init__(message)
        self.message = message
        self.next_step = next_step


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNumber:
    """One case number.

    Attributes:
        year: year in which the case was filed.
        court_code: code of the court (京0105), or its short name in a number of before 2016.
        type_code: type of the case: 执, 执恢, 民初 …
        serial: running number.
        canonical: the one way we write it: `（2099）京0199执1234号`.
        raw: the text as it came.
        is_former: whether it is in the style of before 2016, whose court is no code.
    """

    year: int
    court_code: str
    type_code: str
    serial: int
    canonical: str
    raw: str
    is_former: bool

    @property
    def is_enforcement(self) -> bool:
        """Whether the case belongs to the enforcement family (执, 执恢, 执保 …)."""
        return self.type_code.startswith(_ENFORCEMENT)


def is_court_code(text: str) -> bool:
    """Whether a text is a court's code as case numbers since 2016 hold it (京0105, 最高法)."""
    return re.fullmatch(_COURT, text) is not None


def parse_case_number(raw: str) -> CaseNumber:
    """Read a case number; brackets and digits of either width, spaces anywhere.

    Raises:
        UnparsedCaseNumber: the text is too long or in neither form.
    """
    if len(raw) > RAW_LENGTH_MAX:
        raise UnparsedCaseNumber(
            message=f"The case number is longer than {RAW_LENGTH_MAX} characters.",
            next_step="Give the case number alone.",
        )
    text = "".join(
        character
        for character in unicodedata.normalize("NFKC", raw)
        if not character.isspace() and unicodedata.category(character) != "Cf"
    )
    present = _PRESENT.fullmatch(text)
    if present is not None:
        year, court_code, type_code, serial = present.groups()
        canonical = f"（{year}）{court_code}{type_code}{serial}号"
    else:
        former = _FORMER.fullmatch(text)
        if former is None or int(former[1]) > _FORMER_YEAR_MAX:
            raise UnparsedCaseNumber(
                message="The case number is in no form that courts use.",
                next_step="Write it as on the decision, for example （2099）京0199执1234号.",
            )
        year, court_and_type, serial = former.groups()
        court_code, type_code = _split_former(court_and_type)
        canonical = f"（{year}）{court_and_type}字第{serial}号"
    return CaseNumber(
        year=int(year),
        court_code=court_code,
        type_code=type_code,
        serial=int(serial),
        canonical=canonical,
        raw=raw,
        is_former=present is None,
    )


def _split_former(court_and_type: str) -> tuple[str, str]:
    """Split 朝执恢 into 朝 and 执恢: at the last 执, else before the last two characters."""
    place = court_and_type.rfind(_ENFORCEMENT)
    if place < 1:
        place = max(1, len(court_and_type) - _FORMER_TYPE_LENGTH)
    return court_and_type[:place], court_and_type[place:]


def case_was_filed_before_the_decision(filed_on: date | None, decided_on: date) -> Violations:
    """LP Art 6: the entry holds the day on which the case was filed; decisions come after it."""
    if filed_on is None or filed_on > decided_on:
        yield Violation(
            reason=Reason.CASE_REFUSED,
            field="case.filed_on",
            article="LP Art 6",
            problem="The day of filing is missing, or after the decision.",
            next_step="Give the day on which the enforcement case was filed.",
        )


def case_is_an_enforcement_case_of(case: CaseNumber, court_code: str) -> Violations:
    """LP Art 7: the enforcement court enters; a listing and an order rest on its own case.

    A number of before 2016 holds no court code, so its court cannot be compared.
    """
    if not case.is_enforcement:
        yield Violation(
            reason=Reason.CASE_REFUSED,
            field="case.number",
            article="LP Art 7",
            problem="The case is no enforcement case.",
            next_step="Give the number of the enforcement case (type 执 and its kin).",
        )
    if not case.is_former and case.court_code != court_code:
        yield Violation(
            reason=Reason.CASE_REFUSED,
            field="case.number",
            article="LP Art 7",
            problem="The case is another court's.",
            next_step="Give the number under which the acting court enforces.",
        )
