"""The first night that a desk asks about when it names none."""

from datetime import UTC, date, datetime

from cli.commands.check_hotel import first_night
from cli.days import legal_today


def test_the_first_night_is_the_one_that_is_named() -> None:
    checked_in = datetime(2026, 5, 1, 6, tzinfo=UTC)
    assert first_night("2026-06-02", None) == date(2026, 6, 2)
    assert first_night("2026-06-02", checked_in) == date(2026, 6, 2)


def test_a_guest_in_the_house_is_asked_about_from_the_day_of_checking_in() -> None:
    # A quarter past midnight of 2 May in Asia/Shanghai.
    assert first_night("", datetime(2026, 5, 1, 16, 15, tzinfo=UTC)) == date(2026, 5, 2)


def test_a_guest_who_arrives_is_asked_about_from_today() -> None:
    before = legal_today()
    assert before <= first_night("", None) <= legal_today()
