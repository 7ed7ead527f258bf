"""What a consumption restriction order must hold."""

from datetime import date

import pytest

from registry.law.facts import Item
from registry.law.orders import (
    conduct_and_ability_are_weighed,
    notice_period_ended_unpaid,
    order_has_an_end_or_a_review,
    order_names_its_items,
    order_states_its_consequences,
)
from registry.law.violation import Reason
from tests.unit.registry.law import lawful

DECIDED_ON = lawful.DECIDED_ON
TODAY = lawful.TODAY


def period_fields(end_on: date | None, review_on: date | None) -> list[str]:
    return lawful.fields(
        order_has_an_end_or_a_review(
            end_on=end_on, review_on=review_on, decided_on=DECIDED_ON, today=TODAY
        )
    )


def test_the_nine_items_are_those_of_article_3() -> None:
    assert len(Item) == 9


@pytest.mark.parametrize("item", Item)
def test_an_order_may_bar_any_one_item(item: Item) -> None:
    assert not list(order_names_its_items([item]))


@pytest.mark.parametrize("items", [[], [Item.TRANSPORT, Item.TRANSPORT]])
def test_an_order_names_its_items_once_each(items: list[Item]) -> None:
    (violation,) = order_names_its_items(items)
    assert (violation.reason, violation.field) == (Reason.ORDER_REFUSED, "items")


def test_an_open_ended_order_is_refused() -> None:
    assert period_fields(None, None) == ["end_on"]


@pytest.mark.parametrize(
    ("end_on", "review_on"),
    [
        (date(2027, 11, 10), None),
        (None, date(2027, 11, 10)),
        (date(2028, 11, 10), date(2027, 11, 10)),
        (date(2031, 11, 10), None),
        (None, date(2028, 11, 10)),
        (TODAY, None),
    ],
)
def test_an_order_with_an_end_or_a_review_is_in_order(
    end_on: date | None, review_on: date | None
) -> None:
    assert period_fields(end_on, review_on) == []


@pytest.mark.parametrize(
    ("end_on", "review_on", "wrong"),
    [
        (date(2026, 11, 10), None, ["end_on"]),
        (date(2026, 11, 21), None, ["end_on"]),
        (None, date(2026, 11, 21), ["review_on"]),
        (date(2031, 11, 11), None, ["end_on"]),
        (None, date(2028, 11, 11), ["review_on"]),
        (date(2027, 1, 1), date(2027, 1, 2), ["review_on"]),
        (date.max, date.max, ["end_on", "review_on"]),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(
    end_on: date | None, review_on: date | None, wrong: list[str]
) -> None:
    assert period_fields(end_on, review_on) == wrong


def test_an_order_decided_today_does_not_end_today() -> None:
    found = order_has_an_end_or_a_review(
        end_on=TODAY, review_on=None, decided_on=TODAY, today=TODAY
    )
    assert lawful.fields(found) == ["end_on"]


@pytest.mark.parametrize("ended_on", [None, DECIDED_ON, date(2026, 12, 1)])
def test_no_order_while_the_notice_period_runs(ended_on: date | None) -> None:
    assert lawful.fields(notice_period_ended_unpaid(ended_on, DECIDED_ON)) == [
        "notice_period_ended_on"
    ]


def test_an_order_may_follow_the_day_after_the_period() -> None:
    assert not list(notice_period_ended_unpaid(date(2026, 11, 9), DECIDED_ON))


def test_both_findings_are_recorded() -> None:
    assert lawful.fields(conduct_and_ability_are_weighed(" ", "")) == [
        "conduct_finding",
        "ability_finding",
    ]
    assert not list(conduct_and_ability_are_weighed("Passive.", "Unable: no income."))


def test_an_order_states_its_consequences() -> None:
    assert lawful.fields(order_states_its_consequences(consequences_stated=False)) == [
        "consequences_stated"
    ]
    assert not list(order_states_its_consequences(consequences_stated=True))
