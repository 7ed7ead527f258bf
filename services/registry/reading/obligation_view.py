"""An obligation as it is shown: what is owed, by whom, and what was paid on it. Pure."""

from typing import Any, Final

from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import obligation_pb2
from registry.law.performance import Payment, PayoffStatement, money_performance

_CURRENCY: Final = "CNY"


def obligation_message(
    row: Any, terms: obligation_pb2.ObligationTerms
) -> obligation_pb2.Obligation:
    """The message for a row of the statement `obligation`, whose `terms` are unsealed already."""
    payments = [_payment(one) for one in row["payments"]]
    performance = money_performance(
        # An obligation to act has no principal; nothing that is shown depends on it.
        principal_fen=row["principal_fen"] or 0,
        statements=[_statement(one) for one in row["statements"]],
        payments=payments,
    )
    paid_fen = sum(one.amount_fen for one in payments if not one.reversed)
    return obligation_pb2.Obligation(
        obligation_id=str(row["obligation_id"]),
        terms=terms,
        case_numbers=row["case_numbers"],
        debtor_ids=[str(one) for one in row["debtor_ids"]],
        performed=row["performed_position"] is not None,
        paid=_money(paid_fen),
        remaining=_money(performance.remaining_fen or 0),
        etag=str(row["position"]),
        as_of=position_pb2.Position(incarnation=str(row["incarnation"]), position=row["head"]),
    )


def _money(fen: int) -> obligation_pb2.Money | None:
    """A sum, absent when it is nothing."""
    return obligation_pb2.Money(currency=_CURRENCY, minor_units=fen) if fen else None


def _statement(row: Any) -> PayoffStatement:
    statement_id, sum_fen, position, good_until = row
    return PayoffStatement(
        statement_id=str(statement_id),
        sum_fen=sum_fen,
        issued_position=position,
        good_until=good_until,
    )


def _payment(row: Any) -> Payment:
    amount_fen, paid_on, position, statement_id, is_reversed = row
    return Payment(
        amount_fen=amount_fen,
        paid_on=paid_on,
        recorded_position=position,
        statement_id=None if statement_id is None else str(statement_id),
        reversed=is_reversed,
    )
