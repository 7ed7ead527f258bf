"""Acts that bring a debt towards its end: statements, money, money that goes back, and things done."""

from random import Random

from courtlist.registry.v1 import obligation_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from stack.papers import Court, day, yuan
from tests.robustness.lives.book import Book, Debt, Payment, Statement
from tests.robustness.lives.days import DAY, day_of
from tests.robustness.lives.difference import expect, expect_same
from tests.robustness.lives.town import COURTS, Town


async def issue_statement(town: Town, rng: Random) -> str:
    """IssuePayoffStatement, good for some days."""
    debt = _draw(town.book, rng)
    if debt is None:
        return "nobody owes anything"
    today = day_of(town.clocks.now)
    sum_yuan, good_until = rng.choice([1, 500, 10_000]), today + DAY * rng.choice([0, 1, 10, 60])
    court = _court(debt, rng)
    reply = await town.send(
        rpc.IssuePayoffStatementRequest(
            request_id=request_id(),
            obligation_id=debt.debt_id,
            sum=yuan(sum_yuan),
            good_until=day(good_until),
            payee="法院案款专户",
        ),
        court,
        "clerk",
    )
    act = f"IssuePayoffStatement {debt.debt_id} {sum_yuan} until {good_until}"
    if expect(reply, lawful=debt.is_money and debt.performed_at is None, act=act):
        debt.statements.append(
            Statement(reply.statement.statement_id, sum_yuan, good_until, town.book.turn)
        )
    return act


async def record_repayment(town: Town, rng: Random) -> str:
    """RecordRepayment: too little, just enough or too much, on a statement or on none."""
    debt = _draw(town.book, rng)
    if debt is None:
        return "nobody owes anything"
    paid_on = day_of(town.clocks.now) - DAY * rng.choice([0, 0, 0, 1, 15])
    named = rng.choice([None, *debt.statements])
    wanted = rng.choice([one.sum_yuan for one in debt.statements] or [1])
    sum_yuan = max(1, wanted + rng.choice([-1, 0, 0, 0, 7]))
    reply = await town.send(
        rpc.RecordRepaymentRequest(
            request_id=request_id(),
            obligation_id=debt.debt_id,
            amount=yuan(sum_yuan),
            paid_on=day(paid_on),
            receipt_number=f"R-{town.book.turn}",
            statement_id=named.statement_id if named else "",
        ),
        _court(debt, rng),
        "clerk",
    )
    act = f"RecordRepayment {debt.debt_id} {sum_yuan} of {paid_on} on {named}"
    lawful = debt.is_money and not (named and paid_on > named.good_until)
    if not expect(reply, lawful=lawful, act=act):
        return f"{act}: refused"
    debt.payments.append(
        Payment(
            reply.repayment.repayment_id,
            sum_yuan,
            paid_on,
            named.statement_id if named else "",
            town.book.turn,
        )
    )
    expected = _perform(town, debt, judged=False) if debt.is_paid() else (set(), set())
    found = (set(reply.lifted_order_ids), set(reply.deleted_listing_ids))
    expect_same(found, expected, f"{act} ends")
    _expect_standing(debt, reply.obligation)
    return f"{act}: ends {expected}"


async def return_repayment(town: Town, rng: Random) -> str:
    """ReverseRepayment: the debt may be owed again, and nothing that ended comes back."""
    paid = [(debt, one) for debt in town.book.debts.values() for one in debt.payments]
    if not paid:
        return "nobody has paid anything"
    debt, payment = rng.choice(paid)
    reply = await town.send(
        rpc.ReverseRepaymentRequest(
            request_id=request_id(), repayment_id=payment.payment_id, reasons="款项退回"
        ),
        _court(debt, rng),
        "judge",
    )
    act = f"ReverseRepayment {payment}"
    if not expect(reply, lawful=not payment.returned, act=act):
        return f"{act}: refused"
    was_paid = debt.is_paid()
    payment.returned = True
    if not debt.judged and was_paid and not debt.is_paid():
        debt.performed_at = None
    _expect_standing(debt, reply.obligation)
    return act


async def record_act(town: Town, rng: Random) -> str:
    """RecordActPerformed by a judge."""
    debt = _draw(town.book, rng)
    if debt is None:
        return "nobody owes anything"
    reply = await town.send(
        rpc.RecordActPerformedRequest(
            request_id=request_id(),
            obligation_id=debt.debt_id,
            performed_on=day(day_of(town.clocks.now)),
            evidence_reference="验收笔录 1",
        ),
        _court(debt, rng),
        "judge",
    )
    act = f"RecordActPerformed {debt.debt_id}"
    if not expect(reply, lawful=not debt.is_money and debt.performed_at is None, act=act):
        return f"{act}: refused"
    expected = _perform(town, debt, judged=True)
    found = (set(reply.lifted_order_ids), set(reply.deleted_listing_ids))
    expect_same(found, expected, f"{act} ends")
    return f"{act}: ends {expected}"


def _perform(town: Town, debt: Debt, *, judged: bool) -> tuple[set[str], set[str]]:
    """Perform a debt that is owed; returns the orders and listings that end."""
    if debt.performed_at is not None:
        return set(), set()
    book = town.book
    orders = {one.order_id for one in book.orders_on(debt.debt_id)}
    listings = {one.listing_id for one in book.listings_on(debt.debt_id)}
    book.perform(debt, town.clocks.now, judged=judged)
    return orders, listings - {one.listing_id for one in book.listings_on(debt.debt_id)}


def _expect_standing(debt: Debt, obligation: obligation_pb2.Obligation) -> None:
    expect_same(obligation.performed, debt.performed_at is not None, f"{debt} is performed")


def _draw(book: Book, rng: Random) -> Debt | None:
    """A debt: mostly one that is owed, and on which more than one basis rests."""
    debts = list(book.debts.values())
    owed = [one for one in debts if one.performed_at is None]
    shared = [one for one in owed if len(list(book.orders_on(one.debt_id))) > 1]
    return rng.choice(rng.choice([shared, shared, owed, owed, debts]) or owed or debts or [None])


def _court(debt: Debt, rng: Random) -> Court:
    """A court that runs one of its cases."""
    return rng.choice([one for one in COURTS if one.code in debt.courts])
