import tomllib
from datetime import UTC, date, datetime

import pytest

from cli.bootstrap import plan as plans
from cli.days import day, legal_today
from cli.errors import UsageError
from cli.papers import files


def test_the_example_is_a_plan_that_can_be_carried_out() -> None:
    text = files.example("init.toml", today=date(2025, 11, 12))
    plan = plans.read(tomllib.loads(text), what="init.toml")
    assert [one.court_code for one in plan.courts] == ["京0199", "沪0199"]
    assert [(one.person_id, one.court_code) for one in plan.officers] == [
        ("clerk-1", "京0199"),
        ("clerk-2", "京0199"),
        ("judge-1", "京0199"),
        ("president-1", "京0199"),
        ("clerk-3", "沪0199"),
        ("judge-2", "沪0199"),
        ("president-2", "沪0199"),
    ]
    [go_live] = plan.go_lives
    assert (plans.day_of(go_live.request), go_live.president.person) == (
        "2025-11-12",
        "president-1",
    )
    assert [one.partner_id for one in plan.partners] == ["rail-1", "hotel-1", "bank-1", "buyer-1"]
    assert [(one.partner_id, one.rating.stars) for one in plan.ratings] == [
        ("hotel-1", 4),
        ("hotel-1", 0),
    ]


def test_every_problem_of_the_file_is_named_before_anything_is_sent() -> None:
    given = {
        "court": [],
        "courts": [
            {"code": "京0199", "nam": "x", "officers": [{"person": "a", "role": "king"}]},
            {"code": "沪0199", "go_live": {"day": "2025-13-01"}},
        ],
        "partners": [
            {"id": "p", "fields": "travel", "ratings": [{"stars": "many"}]},
            {"id": "q", "fields": ["travel", "travle"]},
        ],
    }
    with pytest.raises(UsageError) as caught:
        plans.read(given, what="init.toml")
    assert {one.field for one in caught.value.problems} == {
        "court",
        "courts[0].nam",
        "courts[0].officers[0].role",
        "courts[1].go_live",
        "partners[0].fields",
        "partners[0].ratings[0].stars",
        "partners[1].fields",
    }


def test_days_are_typed_as_people_say_them() -> None:
    today = date(2025, 11, 2)
    assert day("today", option="--on", today=today) == today
    assert day("tomorrow", option="--on", today=today) == date(2025, 11, 3)
    assert day("+30", option="--on", today=today) == date(2025, 12, 2)
    assert day("2024-02-29", option="--on", today=today) == date(2024, 2, 29)
    for text in ("2023-02-29", "yesterday", "", "-1", "２"):
        with pytest.raises(UsageError, match="--on is not a day"):
            day(text, option="--on", today=today)


def test_a_legal_day_is_a_day_in_shanghai() -> None:
    assert legal_today(datetime(2025, 11, 2, 15, 59, tzinfo=UTC)) == date(2025, 11, 2)
    assert legal_today(datetime(2025, 11, 2, 16, 0, tzinfo=UTC)) == date(2025, 11, 3)
