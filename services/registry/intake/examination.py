"""One row under examination: its fields, and everything that was found lacking or wrong."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, TypeVar

from registry.intake.dates import parse_day
from registry.intake.names import SUPERSET
from registry.intake.outcome import Outcome, Problem
from registry.intake.reading import Fields
from registry.intake.words import folded, says_nothing
from registry.law.violation import Reason, Violation

T = TypeVar("T")

_PLACE: Final = {name: place for place, name in enumerate(SUPERSET)}


class Examination:
    """Reads the fields of one row. What cannot be used is noted, and then read as absent.

    No text that is noted repeats a value: it may be a name or an identity number.
    """

    def __init__(self, fields: Fields, *, today: date) -> None:
        """`today` is the legal day in Asia/Shanghai."""
        if "" in fields.values():
            fields = {name: value for name, value in fields.items() if value}
        self._fields = fields
        self._problems: list[Problem] = []
        self.today = today

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, in the order of the superset."""
        return tuple(sorted(self._problems, key=lambda one: _PLACE.get(one.field, -1)))

    def holds(self, field: str) -> bool:
        """Whether the row gives the field."""
        return field in self._fields

    def lacks(self, field: str, text: str, reason: str = Reason.FIELD_REQUIRED) -> None:
        """Note something missing: alone it leaves the row INCOMPLETE."""
        self._problems.append(Problem(field, reason, text, Outcome.INCOMPLETE))

    def names_nobody(self, field: str, text: str, reason: str) -> None:
        """Note that the document identifies nobody: alone it leaves the row UNMATCHED."""
        self._problems.append(Problem(field, reason, text, Outcome.UNMATCHED))

    def wrong(self, field: str, text: str, reason: str = Reason.FIELD_INVALID) -> None:
        """Note something wrong: the row is REJECTED."""
        self._problems.append(Problem(field, reason, text, Outcome.REJECTED))

    def breaks(self, violations: Iterable[Violation], field_of: Mapping[str, str]) -> None:
        """Note what a rule of law found, under the field of the row that says it."""
        for one in violations:
            self.wrong(field_of[one.field], f"{one.problem} {one.next_step}", one.reason)

    def text(self, field: str, most: int) -> str:
        """A text of at most `most` characters; empty where the row does not give it."""
        value = self._fields.get(field, "")
        if len(value) > most:
            self.wrong(
                field, f"Has more than {most} characters. Shorten it.", Reason.FIELD_TOO_LONG
            )
        return value

    def told_text(self, field: str, most: int) -> str:
        """A text of at most `most` characters; empty as well where it says that there is none."""
        value = self.text(field, most)
        # A proof that reads 无 or -- proves nothing.
        return "" if says_nothing(value) else value

    def needed_text(self, field: str, most: int, what: str) -> str:
        """A text that an entry needs; `what` names it in the next step."""
        value = self.told_text(field, most)
        if not value:
            self.lacks(field, f"Is missing. Give {what}.")
        return value

    def day(self, field: str, *, may_come: bool = False) -> date | None:
        """A legal day, not after today unless `may_come`; None where it cannot be used."""
        value = self._fields.get(field)
        if value is None:
            return None
        day = parse_day(value)
        if day is None:
            self.wrong(field, "Is no day of the calendar. Write it as 2099-01-31.")
        elif day > self.today and not may_come:
            self.wrong(field, "Lies in the future. Check the day.")
            return None
        return day

    def needed_day(self, field: str, what: str, *, may_come: bool = False) -> date | None:
        """A legal day that an entry needs."""
        if field not in self._fields:
            self.lacks(field, f"Is missing. Give {what}.")
        return self.day(field, may_come=may_come)

    def choice(self, field: str, words: Mapping[str, T], choices: str) -> T | None:
        """One of a few things; None where the row does not give it. `choices` says what may stand."""
        value = self._fields.get(field)
        if value is None:
            return None
        # Nearly every word is written as the table has it.
        word = value if value in words else folded(value).upper()
        if word not in words:
            self.wrong(field, f"Is none of the words that may stand here. Write {choices}.")
            return None
        return words[word]

    def needed_choice(self, field: str, words: Mapping[str, T], choices: str) -> T | None:
        """One of a few things that an entry needs."""
        if field not in self._fields:
            self.lacks(field, f"Is missing. Write {choices}.")
        return self.choice(field, words, choices)
