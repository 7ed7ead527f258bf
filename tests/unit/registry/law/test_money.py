"""Sums of money."""

import pytest

from registry.law.money import AMOUNT_FEN_MAX, amount_is_payable
from registry.law.violation import Reason


def test_the_ceiling_is_a_hundred_thousand_million_yuan() -> None:
    assert AMOUNT_FEN_MAX == 100 * 100_000 * 1_000_000


@pytest.mark.parametrize("amount_fen", [1, 100, AMOUNT_FEN_MAX])
def test_a_sum_of_yuan_is_payable(amount_fen: int) -> None:
    assert not list(amount_is_payable(amount_fen, "CNY", field="amount"))


@pytest.mark.parametrize("amount_fen", [0, -1, AMOUNT_FEN_MAX + 1, -(2**63), 2**63 - 1])
def test_a_negative_or_absurd_sum_is_refused(amount_fen: int) -> None:
    (violation,) = amount_is_payable(amount_fen, "CNY", field="principal")
    assert violation.reason is Reason.AMOUNT_OUT_OF_RANGE
    assert violation.field == "principal.minor_units"


@pytest.mark.parametrize("currency", ["", "USD", "cny"])
def test_another_currency_is_refused(currency: str) -> None:
    (violation,) = amount_is_payable(1, currency, field="amount")
    assert (violation.reason, violation.field) == (Reason.FIELD_INVALID, "amount.currency")
