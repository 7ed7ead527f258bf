"""A signature is the president's own, on this act, or the act is not signed."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest

from registry.law.signature import (
    KeyFacts,
    SignatureFacts,
    signature_signs_once,
    signature_violations,
)
from registry.law.violation import Reason, Violation

ARTICLE: Final = "LP Art 5; CP Art 5"
SIGNED_ON: Final = date(2026, 11, 10)
KEY: Final = KeyFacts(
    person_id="president-1", court_code="京0199", is_for_signing=True, retired_on=None
)
FACTS: Final = SignatureFacts(
    signer="president-1",
    named=("president-1", "president-1"),
    court_code="京0199",
    signed_on=SIGNED_ON,
    is_given=True,
    key=KEY,
    is_read=True,
    differing=(),
    is_genuine=True,
    brought_by="clerk-1",
)


def weigh(**changes: Any) -> list[Violation]:
    return signature_violations(replace(FACTS, **changes), article=ARTICLE)


def only(violations: list[Violation]) -> str:
    """The one problem, once it is seen to be told as every other."""
    [violation] = violations
    assert (violation.reason, violation.field) == (Reason.NOT_SIGNED, "signature")
    assert violation.article == ARTICLE
    assert violation.next_step
    return violation.problem


def test_a_president_s_own_signature_is_one() -> None:
    assert weigh() == []


def test_without_a_signature_nothing_else_is_asked() -> None:
    assert "missing" in only(weigh(is_given=False, key=None, is_read=False, is_genuine=False))


@pytest.mark.parametrize(
    "key",
    [
        replace(KEY, person_id="president-2"),
        replace(KEY, court_code="沪0199"),
        replace(KEY, is_for_signing=False),
        None,
    ],
    ids=["of another person", "of another court", "of another purpose", "never enrolled"],
)
def test_a_key_that_is_not_the_signer_s_own_for_signing_signs_nothing(key: KeyFacts | None) -> None:
    assert "not enrolled for the signer" in only(weigh(key=key))


@pytest.mark.parametrize("signer", ["", " "])
def test_nobody_has_no_key(signer: str) -> None:
    found = weigh(signer=signer, named=(signer,), key=replace(KEY, person_id=signer))
    assert "not enrolled for the signer" in only(found)


@pytest.mark.parametrize(
    ("retired_on", "signed_on", "counts"),
    [
        (date(2026, 11, 9), SIGNED_ON, False),
        (SIGNED_ON, SIGNED_ON, True),
        (date(2026, 11, 11), SIGNED_ON, True),
        (date(2026, 11, 11), None, False),
    ],
    ids=["before", "on the day", "after", "where the act is the signing"],
)
def test_a_retired_key_counts_for_what_was_signed_before(
    retired_on: date, signed_on: date | None, *, counts: bool
) -> None:
    found = weigh(key=replace(KEY, retired_on=retired_on), signed_on=signed_on)
    if counts:
        assert found == []
    else:
        assert "retired before" in only(found)


@pytest.mark.parametrize("named", [("president-1", "president-2"), ("president-2",)])
def test_one_signature_is_one_person_s(named: tuple[str, ...]) -> None:
    assert "different signers" in only(weigh(named=named))


def test_a_paper_that_names_nobody_is_told_by_its_own_rule() -> None:
    assert weigh(named=("president-1", "", " ")) == []


def test_what_differs_is_named_by_its_fields() -> None:
    assert only(weigh(differing=("subject", "order"))).endswith("in: subject, order.")


def test_what_cannot_be_read_was_signed_by_nobody() -> None:
    assert "cannot be read" in only(weigh(is_read=False))


def test_another_s_signature_is_none() -> None:
    assert "not this key's" in only(weigh(is_genuine=False))


def test_everything_wrong_is_told_at_once() -> None:
    found = weigh(
        key=replace(KEY, is_for_signing=False),
        named=("president-1", "president-2"),
        differing=("case",),
        is_genuine=False,
    )
    assert len(found) == 4


@pytest.mark.parametrize("named", [("president-1",), ("president-2", "president-1")])
def test_who_signed_does_not_bring_it_in(named: tuple[str, ...]) -> None:
    violations = weigh(named=named, brought_by="president-1")
    assert Reason.SAME_PERSON in {one.reason for one in violations}


def test_who_signs_by_the_act_itself_acts_alone() -> None:
    assert weigh(brought_by="") == []


def test_a_used_signature_names_the_act_that_used_it() -> None:
    [violation] = signature_signs_once(7)
    assert (violation.reason, violation.field) == (Reason.NOT_SIGNED, "signature")
    assert violation.metadata == (("position", "7"),)
