"""Which stars a site has on given nights: only what is on record, whole and unambiguous."""

from datetime import UTC, date, datetime, timedelta

from restriction.facts.effects import RatingRecorded
from restriction.ratings import Ratings

DAY = timedelta(days=1)
MONDAY = date(2026, 6, 1)
TUESDAY, WEDNESDAY, THURSDAY = MONDAY + DAY, MONDAY + 2 * DAY, MONDAY + 3 * DAY


def _start_of(day: date) -> datetime:
    """00:00 in Asia/Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)


def _rated(
    position: int,
    stars: int,
    first: date,
    last: date,
    *,
    partner_id: str = "inn",
    site_code: str = "A",
) -> RatingRecorded:
    """A record that holds from `first` to `last`, as the registry writes it."""
    return RatingRecorded(
        position=position,
        partner_id=partner_id,
        site_code=site_code,
        stars=stars,
        start_at=_start_of(first),
        end_at=_start_of(last + DAY),
    )


def _ratings(*records: RatingRecorded) -> Ratings:
    ratings = Ratings()
    ratings.replace(records)
    return ratings


def test_a_rating_holds_from_its_first_to_its_last_day_and_no_longer() -> None:
    ratings = _ratings(_rated(1, 4, TUESDAY, WEDNESDAY))
    assert ratings.of("inn", "A").stars(TUESDAY, WEDNESDAY) == 4
    assert ratings.of("inn", "A").stars(TUESDAY, TUESDAY) == 4
    assert ratings.of("inn", "A").stars(WEDNESDAY, WEDNESDAY) == 4
    assert ratings.of("inn", "A").stars(MONDAY, TUESDAY) is None
    assert ratings.of("inn", "A").stars(WEDNESDAY, THURSDAY) is None


def test_an_officially_unstarred_site_has_none_and_is_not_unknown() -> None:
    assert _ratings(_rated(1, 0, MONDAY, THURSDAY)).of("inn", "A").stars(MONDAY, TUESDAY) == 0


def test_a_site_that_is_not_on_record_is_unknown() -> None:
    ratings = _ratings(_rated(1, 5, MONDAY, THURSDAY))
    assert ratings.of("inn", "B").stars(MONDAY, MONDAY) is None
    assert ratings.of("other", "A").stars(MONDAY, MONDAY) is None


def test_the_newest_record_of_a_day_counts_in_whatever_order_they_came() -> None:
    older, newer = _rated(1, 5, MONDAY, THURSDAY), _rated(2, 2, TUESDAY, WEDNESDAY)
    for records in ((older, newer), (newer, older)):
        ratings = _ratings(*records)
        assert ratings.of("inn", "A").stars(MONDAY, MONDAY) == 5
        assert ratings.of("inn", "A").stars(TUESDAY, WEDNESDAY) == 2
        assert ratings.of("inn", "A").stars(THURSDAY, THURSDAY) == 5


def test_a_site_that_is_starred_on_some_days_only_is_unknown() -> None:
    ratings = _ratings(_rated(1, 5, MONDAY, THURSDAY), _rated(2, 0, TUESDAY, TUESDAY))
    assert ratings.of("inn", "A").stars(MONDAY, THURSDAY) is None
    assert ratings.of("inn", "A").stars(TUESDAY, TUESDAY) == 0


def test_a_site_whose_stars_change_is_starred_all_the_same_with_the_fewest() -> None:
    ratings = _ratings(_rated(1, 4, MONDAY, TUESDAY), _rated(2, 5, WEDNESDAY, THURSDAY))
    assert ratings.of("inn", "A").stars(MONDAY, THURSDAY) == 4


def test_records_of_the_same_stars_that_adjoin_cover_a_stay() -> None:
    ratings = _ratings(_rated(1, 3, MONDAY, TUESDAY), _rated(2, 3, WEDNESDAY, THURSDAY))
    assert ratings.of("inn", "A").stars(MONDAY, THURSDAY) == 3


def test_a_gap_of_one_night_makes_the_stay_unknown() -> None:
    ratings = _ratings(_rated(1, 3, MONDAY, MONDAY), _rated(2, 3, WEDNESDAY, THURSDAY))
    assert ratings.of("inn", "A").stars(MONDAY, THURSDAY) is None


def test_days_in_the_wrong_order_are_no_stay() -> None:
    assert _ratings(_rated(1, 3, MONDAY, THURSDAY)).of("inn", "A").stars(TUESDAY, MONDAY) is None


def test_a_record_read_twice_is_one_and_a_reload_forgets_what_is_gone() -> None:
    ratings = _ratings(_rated(1, 3, MONDAY, THURSDAY))
    ratings.add([_rated(2, 4, MONDAY, THURSDAY)])
    ratings.add([_rated(1, 3, MONDAY, THURSDAY)])
    assert ratings.of("inn", "A").stars(MONDAY, MONDAY) == 4
    ratings.replace([_rated(1, 3, MONDAY, THURSDAY)])
    assert ratings.of("inn", "A").stars(MONDAY, MONDAY) == 3


def test_the_last_day_of_the_calendar_is_a_day_like_any_other() -> None:
    ratings = _ratings(_rated(1, 3, MONDAY, THURSDAY))
    assert ratings.of("inn", "A").stars(date.min, date.max) is None
