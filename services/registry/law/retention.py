"""How long the personal data of somebody who is under nothing any more is kept.

A period of years after the last ending's legal day (counted as by Civil Code Arts 201 to 203). Its
length is the deployment's: five years by default, for which a bad record may be kept after the event
has ended (Credit Reporting Regulation Art 16), and never less than the three within which claims can
be brought for how somebody was treated (Civil Code Art 188).
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from registry.law.days import add_years, end_of_day, legal_day

YEARS_DEFAULT: Final = 5
YEARS_LEAST: Final = 3
IMPORT_DAYS_DEFAULT: Final = 365
IMPORT_DAYS_LEAST: Final = 30
"""Shorter, and a court could not open its case files in time."""
_DAYS_IN_YEAR_MOST: Final = 366


class Holding(enum.StrEnum):
    """What keeps a subject's data past its time: something that may still come back, or be decided."""

    OPEN_TASK = "open_task"
    UNSETTLED_ENDING = "unsettled_ending"
    RESTORE = "restore"
    WAITING_BINDING = "waiting_binding"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class BasisEnd:
    """How a listing or an order ends: by an act at `ended_at`, by its own term or period at `end_at`.

    None where it does not.
    """

    ended_at: datetime | None
    end_at: datetime | None

    def over_at(self, now: datetime) -> datetime | None:
        """From when it stands no more; None while it stands at `now`."""
        if self.ended_at is None and (self.end_at is None or self.end_at > now):
            return None
        return min(one for one in (self.ended_at, self.end_at) if one is not None)


def over_since(bases: Sequence[BasisEnd], *, known_at: datetime, now: datetime) -> datetime | None:
    """The instant of the last ending; None while any basis stands.

    Somebody who was never under anything counts from when she was put on record.
    """
    ends = [one.over_at(now) for one in bases]
    if None in ends:
        return None
    return max((one for one in ends if one is not None), default=known_at)


def kept_until(over_at: datetime, *, years: int) -> datetime:
    """The instant at which the time of what was over at `over_at` is past: the end of its last day."""
    assert years >= YEARS_LEAST, "the settings allow no shorter time"
    return end_of_day(add_years(legal_day(over_at), years))


def answers_kept_since(now: datetime, *, years: int) -> datetime:
    """Before it lie only acts that are longer ago than `years`, wherever their days end."""
    return now - timedelta(days=_DAYS_IN_YEAR_MOST * years)


def is_past(bases: Sequence[BasisEnd], *, known_at: datetime, now: datetime, years: int) -> bool:
    """Whether nothing stands, and the time since the last ending is past.

    What any Holding keeps is kept all the same.
    """
    over_at = over_since(bases, known_at=known_at, now=now)
    return over_at is not None and kept_until(over_at, years=years) <= now
