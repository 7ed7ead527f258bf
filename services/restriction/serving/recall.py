"""Which bases that count no longer are told all the same, and for how long. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from restriction.days import last_day_before, legal_day
from restriction.model import Basis

# CRR Art 16: a bad record is kept for five years from the day on which the conduct or event ended.
_YEARS_TOLD: Final = 5


def recall(bases: Sequence[Basis], now: datetime) -> tuple[Basis, ...]:
    """The bases that once counted and are over at `now`, latest end first.

    What ended in grace never counted and is never told; neither is what a restore left unsettled,
    nor an ending of which it is not known when it was.
    """
    told = [
        (over_at, basis)
        for basis in bases
        if not basis.unsettled
        and (over_at := _over_at(basis)) is not None
        and basis.start_at < over_at <= now
        and legal_day(now) <= last_day_told(basis)
    ]
    return tuple(basis for _, basis in sorted(told, key=_latest_first, reverse=True))


def ended_on(basis: Basis) -> date:
    """The legal day on which a basis that is over ended: that of the act, or its term's last day."""
    over_at = _over_at(basis)
    assert over_at is not None, "asked only of what is over"
    # The term first: an act that finds it over ends the basis from that very instant.
    return last_day_before(over_at) if over_at == basis.end_at else legal_day(over_at)


def last_day_told(basis: Basis) -> date:
    """The last legal day on which an ended basis is told."""
    day = ended_on(basis)
    try:
        return day.replace(year=day.year + _YEARS_TOLD)
    except ValueError:
        # 29 February: a period ends on the month's last day (Civil Code Art 202).
        return day.replace(year=day.year + _YEARS_TOLD, day=28)


def _over_at(basis: Basis) -> datetime | None:
    """From when it counts no longer; None while that is open, or not known."""
    if basis.ended and basis.ended_at is None:
        return None
    ends = [one for one in (basis.ended_at, basis.end_at) if one is not None]
    return min(ends, default=None)


def _latest_first(told: tuple[datetime, Basis]) -> tuple[datetime, str]:
    over_at, basis = told
    return over_at, basis.basis_id
