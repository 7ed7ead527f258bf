"""Acts on passes: what a court leaves free of an order for some days."""

from random import Random

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from stack.papers import Papers
from tests.robustness.lives.book import Pass
from tests.robustness.lives.days import DAY, day_of, months_after
from tests.robustness.lives.difference import expect
from tests.robustness.lives.town import COURTS, Town

_OF_THE_OPINION = frozenset({1, 9})


async def grant_pass(town: Town, rng: Random) -> str:
    """GrantPass for a need, or for a cause of the 2019 Opinion: one month at most, and travel alone."""
    orders = list(town.book.orders.values())
    if not orders:
        return "nobody was ever restricted"
    order, now = rng.choice(orders), town.clocks.now
    today = day_of(now)
    opinion = rng.random() < 0.6
    cause = ledger.PASS_CAUSE_EXAM if opinion else ledger.PASS_CAUSE_NEED
    items = frozenset(item for item in order.items if rng.random() < 0.6 and item in {1, 2, 9})
    first = today + DAY * rng.choice([0, 0, 1, 3, 10])
    last = first + DAY * rng.choice([0, 0, 1, 5, 25, 31])
    court = next(one for one in COURTS if one.code == order.court)
    request = Papers(court, today).journey_pass(
        request_id=request_id(), order_id=order.order_id, first_day=first, last_day=last
    )
    request.items[:] = [ledger.Item.ValueType(item) for item in sorted(items)]
    request.cause = cause
    reply = await town.send(request, court, "judge")
    lawful = (
        order.ended_at is None
        and not order.is_past(now)
        and bool(items)
        and not (opinion and (last > months_after(first, 1) or items - _OF_THE_OPINION))
    )
    act = f"GrantPass {order.order_id} {set(items)} {first} to {last} opinion={opinion}"
    if not expect(reply, lawful=lawful, act=act):
        return f"{act}: refused"
    order.passes.append(Pass(getattr(reply, "pass").pass_id, items, first, last))
    return act


async def withdraw_pass(town: Town, rng: Random) -> str:
    """WithdrawPass: the order bars again what it barred."""
    granted = [
        (order, one) for order in town.book.orders.values() for one in order.passes if one.pass_id
    ]
    if not granted:
        return "nobody was ever granted a pass"
    order, one = rng.choice(granted)
    court = next(court for court in COURTS if court.code == order.court)
    reply = await town.send(
        rpc.WithdrawPassRequest(request_id=request_id(), pass_id=one.pass_id, reasons="情况变化"),
        court,
        "judge",
    )
    act = f"WithdrawPass {one}"
    if expect(reply, lawful=not one.withdrawn, act=act):
        one.withdrawn = True
    return act
