"""Sums of money: whole fen of Chinese yuan."""

from typing import Final

from registry.law.violation import Reason, Violation, Violations

CURRENCY: Final = "CNY"
AMOUNT_FEN_MAX: Final = 10**13
"""A hundred thousand million yuan: beyond any single debt a court enforces, and so a slip of a key."""


def amount_is_payable(amount_fen: int, currency: str, *, field: str) -> Violations:
    """A sum is a whole number of fen, more than nothing and within reason, in yuan."""
    if not 0 < amount_fen <= AMOUNT_FEN_MAX:
        yield Violation(
            reason=Reason.AMOUNT_OUT_OF_RANGE,
            field=f"{field}.minor_units",
            article="",
            problem="The sum is zero, negative or beyond any possible debt.",
            next_step=f"Give the sum in fen, from 1 to {AMOUNT_FEN_MAX}.",
        )
    if currency != CURRENCY:
        yield Violation(
            reason=Reason.FIELD_INVALID,
            field=f"{field}.currency",
            article="",
            problem="Courts enforce in yuan only.",
            next_step=f"Convert by the decision's rule and give {CURRENCY}.",
        )
