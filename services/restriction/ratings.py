"""The official ratings of partners' sites, in memory: which stars a site has on which nights.

The rating comes from the partner's dated record, never from a request. What is not on record, has
lapsed or leaves a gap is unknown, and what is unknown bars nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from restriction.days import last_day_before, legal_day
from restriction.facts.effects import RatingRecorded

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Site:
    """What is on record of one site: its ratings, newest first. It costs nothing until it is asked."""

    newest_first: tuple[RatingRecorded, ...] = ()

    def stars(self, first: date, last: date) -> int | None:
        """The fewest stars, 0 to 5, that the site has on any legal day from `first` to `last`.

        On each day the newest record that covers it counts. None when a day has no record, when the
        site is starred on some days only, or when there is no such day.
        """
        turns = _turns(first, last, self.newest_first)
        found = {_stars_on(day, self.newest_first) for day in turns}
        stars = {one for one in found if one is not None}
        if len(stars) < len(found) or (0 in stars and len(stars) > 1):
            return None
        return min(stars, default=None)


_UNKNOWN: Final = Site()


class Ratings:
    """Filled by the feed: all of a generation when it loads, then what each batch brings."""

    def __init__(self) -> None:
        self._sites: dict[tuple[str, str], Site] = {}

    def replace(self, records: Iterable[RatingRecorded]) -> None:
        """Hold exactly these from now on."""
        fresh = Ratings()
        fresh.add(records)
        self._sites = fresh._sites

    def add(self, records: Iterable[RatingRecorded]) -> None:
        """Take in what a committed batch holds; the same again changes nothing."""
        for one in records:
            held = self._sites.get((one.partner_id, one.site_code), _UNKNOWN).newest_first
            by_position = {record.position: record for record in (*held, one)}
            self._sites[one.partner_id, one.site_code] = Site(
                tuple(by_position[position] for position in sorted(by_position, reverse=True))
            )

    def of(self, partner_id: str, site_code: str) -> Site:
        """What is on record of a site; nothing when it is not known."""
        return self._sites.get((partner_id, site_code), _UNKNOWN)


def _turns(first: date, last: date, records: Sequence[RatingRecorded]) -> Iterable[date]:
    """The days from `first` to `last` on which another record than the day before may count."""
    if first > last:
        return ()
    turns = {first}
    for one in records:
        turns.add(legal_day(one.start_at))
        end = last_day_before(one.end_at)
        if end < last:
            turns.add(end + _DAY)
    return (day for day in turns if first <= day <= last)


def _stars_on(day: date, newest_first: Sequence[RatingRecorded]) -> int | None:
    for one in newest_first:
        if legal_day(one.start_at) <= day <= last_day_before(one.end_at):
            return one.stars
    return None
