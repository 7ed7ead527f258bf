"""What a register is made of: everything that its rows follow from."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from synthetic.chance import key_of
from synthetic.people import INDEX_MAX

COURTS: Final = ("京0199", "沪0198", "津0197", "渝0196", "浙0199", "苏0198", "鲁0197", "粤0196")
"""Codes that no court has."""

YEARS: Final = 9
MARGIN_DAYS: Final = 60
"""For so long after `as_of` no term and no order of the register ends."""

AS_OF_MIN: Final = date(2020, 1, 1)
GO_LIVE_BEFORE_DAYS_MAX: Final = 3 * 365
ROWS_MAX: Final = 100_000_000

# Since 1 January 2016 case numbers hold the court's code.
_FIRST_YEAR: Final = 2016
_FILED_BEFORE_GO_LIVE_DAYS: Final = 90


class PlanError(ValueError):
    """A register that cannot be made; the text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A register's size and settings.

    Attributes:
        rows: how many.
        seed: any whole number; another one makes another register.
        courts: codes of the courts whose cases stand in it.
        as_of: the legal day on which the register is right: no term is over, no day in the future.
        go_live_on: every decision was made before this day.
        last_filed_on: no case was filed later.
        years: in which cases were filed.
        margin: up to this day nothing in the register ends.
        debtor_count: among so many debtors cases are dealt out.
        case_key: key of what is drawn for a case.
        row_key: key of what is drawn for a row.
    """

    rows: int
    seed: int
    courts: tuple[str, ...]
    as_of: date
    go_live_on: date
    last_filed_on: date = field(init=False)
    years: tuple[int, ...] = field(init=False)
    margin: date = field(init=False)
    debtor_count: int = field(init=False)
    case_key: bytes = field(init=False, repr=False)
    row_key: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Raises PlanError."""
        if not 1 <= self.rows <= ROWS_MAX:
            raise PlanError(f"A register has 1 to {ROWS_MAX} rows; give --rows within that.")
        if not self.courts or len(set(self.courts)) != len(self.courts):
            raise PlanError("Name at least one court, and each once.")
        if self.as_of < AS_OF_MIN:
            raise PlanError(f"--as-of lies before {AS_OF_MIN}; give a later day.")
        earliest = self.as_of - timedelta(days=GO_LIVE_BEFORE_DAYS_MAX)
        if not earliest <= self.go_live_on <= self.as_of:
            raise PlanError(
                f"--go-live must lie from {earliest} to {self.as_of} (--as-of): with an older one "
                "no order could still stand."
            )
        last_filed_on = self.go_live_on - timedelta(days=_FILED_BEFORE_GO_LIVE_DAYS)
        first_year = max(_FIRST_YEAR, self.as_of.year - YEARS)
        for name, value in {
            "last_filed_on": last_filed_on,
            "years": tuple(range(first_year, last_filed_on.year + 1)),
            "margin": self.as_of + timedelta(days=MARGIN_DAYS),
            "debtor_count": min(max(16, self.rows * 3 // 5), INDEX_MAX - 1),
            "case_key": key_of(self.seed, "case"),
            "row_key": key_of(self.seed, "row"),
        }.items():
            object.__setattr__(self, name, value)
