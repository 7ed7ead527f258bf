"""What a pass may leave free, for how long, and who signs it."""

from dataclasses import replace
from datetime import date

import pytest

from courtlist.ledger.v1 import change_pb2
from registry.law.facts import Item
from registry.law.passes import (
    CAUSES_OF_THE_OPINION,
    PassCause,
    opinion_frees_travel_alone,
    pass_frees_what_the_order_bars,
    pass_has_its_days,
    pass_is_granted_once,
    pass_is_no_longer_than_its_cause_allows,
    pass_is_signed,
    pass_names_its_cause,
    signer_is_the_president,
)
from registry.law.violation import Reason, Violations
from tests.unit.registry.law import lawful

TODAY = lawful.TODAY
TRAVEL = [Item.TRANSPORT, Item.FAST_TRAINS]
OTHERS = [PassCause.NEED, PassCause.PRIVATE_MEANS]


def refused_at(violations: Violations) -> list[str]:
    """The fields of what was found; every refusal has the one reason of passes."""
    found = list(violations)
    assert {one.reason for one in found} <= {Reason.PASS_REFUSED}
    assert all(one.article for one in found)
    return lawful.fields(found)


def test_the_causes_are_those_of_the_interface() -> None:
    assert {f"PASS_CAUSE_{cause}" for cause in PassCause} == set(change_pb2.PassCause.keys()) - {
        "PASS_CAUSE_UNSPECIFIED"
    }


def test_the_opinion_knows_five_causes() -> None:
    assert sorted(CAUSES_OF_THE_OPINION) == [
        PassCause.EXAM,
        PassCause.FOREIGN_AFFAIRS,
        PassCause.FUNERAL,
        PassCause.ILLNESS,
        PassCause.OFFICIAL_DUTY,
    ]


def test_a_pass_names_its_cause() -> None:
    assert refused_at(pass_names_its_cause(None)) == ["cause"]
    assert refused_at(pass_names_its_cause(PassCause.NEED)) == []


@pytest.mark.parametrize(
    ("items", "barred"),
    [
        ([], TRAVEL),
        ([Item.TRANSPORT, Item.TRANSPORT], TRAVEL),
        ([Item.LODGING], TRAVEL),
        ([Item.TRANSPORT, Item.LODGING], TRAVEL),
    ],
)
def test_a_pass_frees_only_what_its_order_bars(items: list[Item], barred: list[Item]) -> None:
    assert refused_at(pass_frees_what_the_order_bars(items, barred)) == ["items"]


@pytest.mark.parametrize("items", [TRAVEL, [Item.TRANSPORT], [Item.FAST_TRAINS]])
def test_a_pass_may_free_all_or_part_of_its_order(items: list[Item]) -> None:
    assert refused_at(pass_frees_what_the_order_bars(items, TRAVEL)) == []


@pytest.mark.parametrize("item", sorted(set(Item) - set(TRAVEL)))
@pytest.mark.parametrize("cause", sorted(CAUSES_OF_THE_OPINION))
def test_the_opinion_frees_no_other_item(cause: PassCause, item: Item) -> None:
    assert refused_at(opinion_frees_travel_alone(cause, [Item.TRANSPORT, item])) == ["items"]
    assert refused_at(opinion_frees_travel_alone(cause, TRAVEL)) == []


@pytest.mark.parametrize("item", Item)
@pytest.mark.parametrize("cause", OTHERS)
def test_need_and_private_means_may_free_any_item(cause: PassCause, item: Item) -> None:
    assert refused_at(opinion_frees_travel_alone(cause, [item])) == []


@pytest.mark.parametrize(
    ("first_on", "last_on", "wrong"),
    [
        (TODAY, TODAY, []),
        (date(2026, 11, 1), TODAY, []),
        (date(2027, 3, 1), date(2027, 3, 9), []),
        (date(2027, 3, 2), date(2027, 3, 1), ["last_day"]),
        (date(2026, 11, 1), date(2026, 11, 21), ["last_day"]),
        # A slip in the year, which would leave nothing free when it is needed.
        (date(2027, 11, 22), date(2027, 11, 30), []),
        (date(2027, 11, 23), date(2027, 11, 30), ["first_day"]),
        (date(9999, 12, 1), date.max, ["first_day"]),
    ],
)
def test_a_pass_is_for_days_that_are_still_to_come(
    first_on: date, last_on: date, wrong: list[str]
) -> None:
    assert refused_at(pass_has_its_days(first_on, last_on, today=TODAY)) == wrong


@pytest.mark.parametrize("cause", sorted(CAUSES_OF_THE_OPINION))
def test_the_opinion_frees_for_a_month_at_most(cause: PassCause) -> None:
    def at(first_on: date, last_on: date) -> list[str]:
        return refused_at(pass_is_no_longer_than_its_cause_allows(cause, first_on, last_on))

    assert at(date(2026, 12, 1), date(2027, 1, 1)) == []
    assert at(date(2026, 12, 1), date(2027, 1, 2)) == ["last_day"]
    assert at(date(2027, 1, 31), date(2027, 2, 28)) == []
    assert at(date(2027, 1, 31), date(2027, 3, 1)) == ["last_day"]


@pytest.mark.parametrize("cause", [*OTHERS, None])
def test_other_passes_run_for_a_year_at_most(cause: PassCause | None) -> None:
    def at(last_on: date) -> list[str]:
        return refused_at(
            pass_is_no_longer_than_its_cause_allows(cause, date(2026, 12, 1), last_on)
        )

    assert at(date(2027, 12, 1)) == []
    assert at(date(2027, 12, 2)) == ["last_day"]


@pytest.mark.parametrize(
    ("cause", "article"),
    [
        (PassCause.NEED, "CP Art 8"),
        (PassCause.PRIVATE_MEANS, "CP Art 3(2)"),
        (PassCause.EXAM, "OP temp lift"),
        (None, "CP Arts 3(2), 8; OP temp lift"),
    ],
)
def test_a_refusal_names_the_article_of_the_cause(cause: PassCause | None, article: str) -> None:
    unsigned = replace(lawful.decision(), signed_by="")
    [violation] = pass_is_signed(cause, unsigned, today=TODAY)
    assert (violation.field, violation.article) == ("decision.signed_by", article)


def test_a_pass_is_decided_in_writing_and_signed() -> None:
    assert refused_at(pass_is_signed(PassCause.NEED, lawful.decision(), today=TODAY)) == []
    blank = replace(lawful.decision(), number="", signed_by=" ", signed_on=None, reasons="")
    assert refused_at(pass_is_signed(PassCause.NEED, blank, today=TODAY)) == [
        "decision.number",
        "decision.signed_by",
        "decision.reasons",
        "decision.signed_on",
    ]


def test_the_signer_is_the_president_of_the_court() -> None:
    def at(signed_by: str, *, is_president: bool) -> list[str]:
        return refused_at(
            signer_is_the_president(PassCause.EXAM, signed_by, is_president=is_president)
        )

    assert at("president-1", is_president=True) == []
    assert at("judge-1", is_president=False) == ["decision.signed_by"]
    assert at(" ", is_president=False) == [], "that nobody signed is told once"


def test_one_decision_grants_a_pass_once() -> None:
    [violation] = pass_is_granted_once(PassCause.EXAM, is_granted=True)
    assert (violation.reason, violation.field) == (Reason.PASS_REFUSED, "decision.number")
    assert not list(pass_is_granted_once(PassCause.EXAM, is_granted=False))
