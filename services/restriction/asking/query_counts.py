"""How often each partner asked, for which purpose, and was answered so: plain numbers until written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from restriction.days import legal_day, start_of_day_after
from restriction.model import Answer


@dataclass(frozen=True, slots=True)
class CountKey:
    """What is counted together, within one legal day."""

    day: date
    partner_id: str
    purpose: str
    answer: Answer


class QueryCounts:
    """Counts of checks. A count costs a clear check a look into one dictionary."""

    def __init__(self) -> None:
        self._day_ends_at: datetime | None = None
        # Of the running day, without it in the key; `_past` holds what is of days before.
        self._today: dict[tuple[str, str, Answer], int] = {}
        self._day = date.min
        self._past: dict[CountKey, int] = {}

    def __bool__(self) -> bool:
        return bool(self._today or self._past)

    def add(self, partner_id: str, purpose: str, answer: Answer, now: datetime) -> None:
        """Count one check that was answered at `now` (UTC)."""
        if self._day_ends_at is None or now >= self._day_ends_at:
            self._begin_day(now)
        key = (partner_id, purpose, answer)
        self._today[key] = self._today.get(key, 0) + 1

    def take(self) -> Mapping[CountKey, int]:
        """Everything counted since it was last taken."""
        self._close_day()
        taken, self._past = self._past, {}
        return taken

    def put_back(self, counts: Mapping[CountKey, int]) -> None:
        """Add what was taken and could not be written."""
        for key, count in counts.items():
            self._past[key] = self._past.get(key, 0) + count

    def _begin_day(self, now: datetime) -> None:
        self._close_day()
        self._day = legal_day(now)
        self._day_ends_at = start_of_day_after(now)

    def _close_day(self) -> None:
        counted, self._today = self._today, {}
        self.put_back({CountKey(self._day, *key): count for key, count in counted.items()})
