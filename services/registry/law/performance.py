"""Whether an obligation is performed (LP Art 10(1)1; CP Art 9).

What is owed grows with interest and costs, so payments are never compared with the principal: the
court states what performs the obligation if paid by a day (the payoff statement), and payments are
counted against that. The result depends on what was recorded, never on the order of looking.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoffStatement:
    """What was owed in full when it was issued.

    Attributes:
        statement_id: opaque id.
        sum_fen: what performs the obligation when paid on or before `good_until`.
        issued_position: place in the ledger; payments recorded before it are in the sum already.
        good_until: last legal day on which paying the sum performs the obligation.
    """

    statement_id: str
    sum_fen: int
    issued_position: int
    good_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that came in.

    Attributes:
        amount_fen: the sum.
        paid_on: legal day on which it was paid.
        recorded_position: place in the ledger.
        statement_id: the statement it was paid on; None where the record names none.
        reversed: whether it was taken back: then it counts for nothing.
    """

    amount_fen: int
    paid_on: date
    recorded_position: int
    statement_id: str | None = None
    reversed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How far a money obligation is performed.

    Attributes:
        performed: whether any one statement's sum was paid in time.
        statement_id: the first statement that was met; None where none was.
        remaining_fen: what is missing of the newest statement; None without a statement.
        principal_covered: whether payments reach the principal. It performs nothing, but while
            `performed` is False the court owes the debtor a statement of what is still due.
    """

    performed: bool
    statement_id: str | None
    remaining_fen: int | None
    principal_covered: bool


def money_performance(
    *, principal_fen: int, statements: Iterable[PayoffStatement], payments: Sequence[Payment]
) -> Performance:
    """LP Art 10(1)1, CP Art 9: performed when what one statement asks was paid in time.

    A part payment changes nothing, paying too much harms nothing, and without a statement nothing
    is performed of itself.
    """
    standing = [payment for payment in payments if not payment.reversed]
    by_age = sorted(statements, key=lambda statement: statement.issued_position)
    met = [
        statement.statement_id
        for statement in by_age
        if _counted_fen(statement, standing) >= statement.sum_fen
    ]
    newest = by_age[-1] if by_age else None
    return Performance(
        performed=bool(met),
        statement_id=met[0] if met else None,
        remaining_fen=(
            max(0, newest.sum_fen - _counted_fen(newest, standing)) if newest is not None else None
        ),
        principal_covered=sum(payment.amount_fen for payment in standing) >= principal_fen,
    )


def _counted_fen(statement: PayoffStatement, payments: Iterable[Payment]) -> int:
    return sum(payment.amount_fen for payment in payments if counts_against(statement, payment))


def counts_against(statement: PayoffStatement, payment: Payment) -> bool:
    """Return whether a payment, made in time, lessens what this statement asks.

    It does when it names the statement, and when it was recorded after the statement had been issued,
    whatever it names: a statement says all that is owed, so money that came later is money towards it.
    """
    if payment.reversed or payment.paid_on > statement.good_until:
        return False
    return (
        payment.statement_id == statement.statement_id
        or payment.recorded_position > statement.issued_position
    )
