"""Grounds of Article 1 and the bars of Article 3."""

from dataclasses import replace
from typing import Any

import pytest

from registry.law.facts import Ability, Ground
from registry.law.grounds import (
    article_3_bars_nothing,
    conduct_is_told,
    ground_has_its_evidence,
    ground_is_one_of_the_six,
    refusal_is_of_a_debtor_found_able,
)
from registry.law.violation import Reason
from tests.unit.registry.law import lawful

TERMED = [ground for ground in Ground if ground is not Ground.ABLE_BUT_REFUSES]


def test_there_are_six_grounds_and_only_the_first_has_no_term() -> None:
    assert len(Ground) == 6
    assert [ground for ground in Ground if not ground.has_term] == [Ground.ABLE_BUT_REFUSES]


def test_nobody_is_listed_for_non_payment_alone() -> None:
    (violation,) = ground_is_one_of_the_six(None)
    assert violation.reason is Reason.GROUND_REFUSED
    assert "unpaid" in violation.problem


@pytest.mark.parametrize("ground", Ground)
def test_each_of_the_six_is_a_ground(ground: Ground) -> None:
    assert not list(ground_is_one_of_the_six(ground))


@pytest.mark.parametrize("missing", ["", "  \t"])
def test_a_ground_without_evidence_or_conduct_is_refused(missing: str) -> None:
    assert lawful.fields(ground_has_its_evidence(missing)) == ["listing.evidence_reference"]
    assert lawful.fields(conduct_is_told(missing)) == ["listing.conduct"]


def test_evidence_and_conduct_that_are_given_are_enough() -> None:
    assert not list(ground_has_its_evidence("file 3"))
    assert not list(conduct_is_told("Hid a car."))


@pytest.mark.parametrize("ability", [Ability.UNKNOWN, Ability.UNABLE])
def test_the_unable_are_not_listed_as_refusing(ability: Ability) -> None:
    (violation,) = refusal_is_of_a_debtor_found_able(Ground.ABLE_BUT_REFUSES, ability)
    assert (violation.reason, violation.field) == (Reason.GROUND_REFUSED, "listing.ability")


def test_ability_found_opens_ground_1() -> None:
    assert not list(refusal_is_of_a_debtor_found_able(Ground.ABLE_BUT_REFUSES, Ability.ABLE))


@pytest.mark.parametrize("ground", TERMED)
def test_grounds_of_conduct_ask_neither_ability_nor_the_checklist(ground: Ground) -> None:
    assert not list(refusal_is_of_a_debtor_found_able(ground, Ability.UNKNOWN))
    assert not list(article_3_bars_nothing(ground, None))


BARS = ["security_given", "assets_cover_debt", "turn_not_come", "otherwise_not_able"]


@pytest.mark.parametrize("answer", [True, None])
@pytest.mark.parametrize("bar", BARS)
def test_a_yes_and_a_missing_answer_both_bar_ground_1(bar: str, *, answer: bool | None) -> None:
    change: dict[str, Any] = {bar: answer}
    bars = replace(lawful.bars(), **change)
    (violation,) = article_3_bars_nothing(Ground.ABLE_BUT_REFUSES, bars)
    assert violation.reason is Reason.GROUND_BARRED
    assert violation.field == f"listing.article3.{bar}"


def test_four_answers_of_no_by_a_named_judge_bar_nothing() -> None:
    assert not list(article_3_bars_nothing(Ground.ABLE_BUT_REFUSES, lawful.bars()))


def test_answers_by_nobody_bar() -> None:
    bars = replace(lawful.bars(), answered_by=" ")
    assert lawful.fields(article_3_bars_nothing(Ground.ABLE_BUT_REFUSES, bars)) == [
        "listing.article3.answered_by"
    ]


def test_a_missing_checklist_bars() -> None:
    assert lawful.fields(article_3_bars_nothing(Ground.ABLE_BUT_REFUSES, None)) == [
        "listing.article3"
    ]


def test_every_open_question_is_named_at_once() -> None:
    bars = replace(lawful.bars(), security_given=True, turn_not_come=None, answered_by="")
    assert len(list(article_3_bars_nothing(Ground.ABLE_BUT_REFUSES, bars))) == 3
