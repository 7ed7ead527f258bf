"""Acts that begin something: listings with their orders, and orders that stand alone."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from courtlist.registry.v1 import decision_pb2, listing_pb2, obligation_pb2
from stack.office import request_id
from stack.papers import Court, Papers, day
from tests.robustness.lives.book import (
    ABLE_BUT_REFUSES,
    Book,
    Debt,
    Listing,
    Order,
    Person,
    start_of_force,
    term_end,
)
from tests.robustness.lives.days import DAY, day_of, end_of, months_after
from tests.robustness.lives.difference import expect
from tests.robustness.lives.people import resident_document, subject_of
from tests.robustness.lives.town import COURTS, Town

_ITEMS = frozenset(range(1, 10))
_SOME_ITEMS = [_ITEMS, _ITEMS, frozenset({1}), frozenset({2}), frozenset({9}), frozenset({1, 2, 6})]


@dataclass(frozen=True)
class Paper:
    """What a decision says, drawn at random."""

    court: Court
    person: Person
    debt: Debt | None
    case: str
    decided_on: date
    served_on: date | None
    grace_until: date | None
    items: frozenset[int]
    end_on: date | None


async def enter_listing(town: Town, rng: Random) -> str:
    """EnterListing on any ground, mostly lawfully."""
    book, now = town.book, town.clocks.now
    paper = _draw(town, rng)
    ground = rng.randint(1, 6)
    extended = rng.randint(1, 3) if ground != ABLE_BUT_REFUSES and rng.random() < 0.3 else 0
    request = Papers(paper.court, paper.decided_on).entry(
        request_id=request_id(),
        subject=subject_of(paper.person),
        case_number=paper.case,
        ground=ground,  # type: ignore[arg-type]
        obligation_id=paper.debt.debt_id if paper.debt else "",
    )
    _fill(request, paper)
    _serve(request.service, paper)
    if extended:
        request.listing.extension.CopyFrom(_extension(paper, extended))
    reply = await town.send(request, paper.court, "clerk")
    act = f"EnterListing {paper} ground {ground} +{extended}"
    if not expect(reply, lawful=_may_enter(book, paper, now), act=act):
        return f"{act}: refused"
    start = start_of_force(now, paper.served_on or paper.decided_on, paper.grace_until)
    debt = _debt(book, paper, reply.listing.obligation_id, is_money=True)
    order = _order(paper, debt, reply.order.order_id, start)
    order = replace(order, listing_id=reply.listing.listing_id)
    _give_way(book, paper, debt, order, now)
    book.orders[order.order_id] = order
    book.listings[reply.listing.listing_id] = Listing(
        listing_id=reply.listing.listing_id,
        person=paper.person.number,
        debt_id=debt.debt_id,
        court=paper.court.code,
        case=paper.case,
        ground=ground,
        start=start,
        term_end=term_end(ground, paper.decided_on, extended),
    )
    _know(paper.person, reply.listing.subject_id)
    return f"{act}: {reply.listing.listing_id} with {order.order_id}"


async def issue_order(town: Town, rng: Random) -> str:
    """IssueOrder: an order alone, for money or for something to be done."""
    book, now = town.book, town.clocks.now
    paper, is_money = _draw(town, rng), rng.random() < 0.6
    request = Papers(paper.court, paper.decided_on).restriction(
        request_id=request_id(), subject=subject_of(paper.person), case_number=paper.case
    )
    _fill(request, paper)
    if paper.debt is not None:
        request.obligation_id = paper.debt.debt_id
    elif not is_money:
        request.obligation_terms.kind = obligation_pb2.OBLIGATION_KIND_ACT
        request.obligation_terms.ClearField("principal")
    reply = await town.send(request, paper.court, "clerk")
    act = f"IssueOrder {paper}"
    if not expect(reply, lawful=_may_order(book, paper, now), act=act):
        return f"{act}: refused"
    debt = _debt(book, paper, reply.order.obligation_id, is_money=is_money)
    start = start_of_force(now, paper.served_on or paper.decided_on, paper.grace_until)
    _end_past_ones(book, paper, debt, now)
    book.orders[reply.order.order_id] = _order(paper, debt, reply.order.order_id, start)
    _know(paper.person, reply.order.subject_id)
    return f"{act}: {reply.order.order_id}"


def _draw(town: Town, rng: Random) -> Paper:
    book, today = town.book, day_of(town.clocks.now)
    court = rng.choice(COURTS)
    known = list(book.debts.values())
    owed = [one for one in known if one.performed_at is None]
    debt = rng.choice((owed if rng.random() < 0.8 else known) or [None])
    # Few debts and few people, so that much comes together on each.
    debt = debt if rng.random() < len(known) / (len(known) + 3) else None
    decided_on = today - DAY * rng.choice([0, 0, 0, 1, 4, 12])
    served_on: date | None = decided_on + DAY * rng.randint(0, (today - decided_on).days)
    if rng.random() < 0.06:
        served_on = rng.choice([None, today + DAY])
    grace_until = None
    if rng.random() < 0.3:
        nearest = months_after(decided_on, 1)
        grace_until = nearest + DAY * rng.randint(0, (months_after(decided_on, 3) - nearest).days)
        if rng.random() < 0.1:
            grace_until = rng.choice([nearest - DAY, months_after(decided_on, 3) + DAY])
    end_on = None
    if rng.random() < 0.5:
        end_on = max(today, decided_on + DAY) + DAY * rng.choice([0, 1, 20, 90, 300])
    filed = decided_on - timedelta(days=180)
    return Paper(
        court=court,
        person=rng.choice([one for one in book.people if one.number >= 0]),
        debt=debt,
        case=court.case(book.turn + 1, year=filed.year),
        decided_on=decided_on,
        served_on=served_on,
        grace_until=grace_until,
        items=rng.choice(_SOME_ITEMS),
        end_on=end_on,
    )


def _fill(request: Any, paper: Paper) -> None:
    request.order.items[:] = sorted(paper.items)
    _serve(request.order.service, paper)
    if paper.served_on is None:
        request.order.ClearField("service")
    if paper.grace_until is not None:
        request.grace_until.CopyFrom(day(paper.grace_until))
    if paper.end_on is not None:
        request.order.end_on.CopyFrom(day(paper.end_on))
        request.order.ClearField("review_on")


def _serve(service: decision_pb2.Service, paper: Paper) -> None:
    service.served_on.CopyFrom(day(paper.served_on or paper.decided_on))


def _extension(paper: Paper, years: int) -> listing_pb2.TermExtension:
    return listing_pb2.TermExtension(
        years=years,
        reason=listing_pb2.TERM_EXTENSION_REASON_SEVERAL_ACTS,
        decision=Papers(paper.court, paper.decided_on).decision(f"{paper.case}之延长"),
    )


def _is_fit(paper: Paper, now: datetime) -> bool:
    """An adult (LP Art 4), told of it (LP Art 5; OP), and grace of one to three months or none (OP)."""
    told = paper.served_on is not None and paper.served_on <= day_of(now)
    grace = paper.grace_until is None or (
        months_after(paper.decided_on, 1) <= paper.grace_until <= months_after(paper.decided_on, 3)
    )
    return paper.person.is_adult_on(paper.decided_on) and told and grace


def _may_enter(book: Book, paper: Paper, now: datetime) -> bool:
    """One listing for a debt that is owed; one that ended comes back by a decision of its own only."""
    if not _is_fit(paper, now) or not _is_owed(paper):
        return False
    if paper.debt is None:
        return True
    for one in book.listings.values():
        if (one.person, one.debt_id) != (paper.person.number, paper.debt.debt_id):
            continue
        if one.ended_at is None and not one.is_past(now):
            return False
        over = one.over_at()
        if over is not None and paper.decided_on < day_of(over):
            return False
    # Grace would open a gap in what binds already.
    gap = paper.grace_until is not None and bool(_standing(book, paper, paper.debt, now))
    return not gap and _is_ordered_anew(book, paper, paper.debt)


def _may_order(book: Book, paper: Paper, now: datetime) -> bool:
    """One standing order of a court for a debt that is owed (CP Art 5)."""
    if not _is_fit(paper, now) or not _is_owed(paper):
        return False
    if paper.debt is None:
        return True
    if _standing(book, paper, paper.debt, now):
        return False
    return _is_ordered_anew(book, paper, paper.debt)


def _is_owed(paper: Paper) -> bool:
    return paper.debt is None or paper.debt.performed_at is None


def _standing(book: Book, paper: Paper, debt: Debt, now: datetime) -> list[Order]:
    return [
        one
        for one in _of_the_same(book, paper, debt)
        if one.ended_at is None and not one.is_past(now)
    ]


def _is_ordered_anew(book: Book, paper: Paper, debt: Debt) -> bool:
    """What was lifted is not brought back by a paper from before the lift (CP Arts 5 and 9)."""
    ended = [one.ended_at for one in _of_the_same(book, paper, debt) if one.ended_at is not None]
    return all(paper.decided_on >= day_of(at) for at in ended)


def _of_the_same(book: Book, paper: Paper, debt: Debt) -> list[Order]:
    same = (paper.person.number, debt.debt_id, paper.court.code)
    return [one for one in book.orders.values() if (one.person, one.debt_id, one.court) == same]


def _give_way(book: Book, paper: Paper, debt: Debt, order: Order, now: datetime) -> None:
    """The order that comes with a listing takes the place of the court's own for the debt, passes and all."""
    for former in _standing(book, paper, debt, now):
        former.end_by_act(now)
        for one in former.passes:
            if not one.withdrawn and one.last >= day_of(now) and one.items & order.items:
                order.passes.append(replace(one, pass_id="", items=one.items & order.items))
    _end_past_ones(book, paper, debt, now)


def _end_past_ones(book: Book, paper: Paper, debt: Debt, now: datetime) -> None:
    """What was over by itself is on record as ended, from when it was, once something new stands beside it."""
    for order in book.orders_on(debt.debt_id):
        if order.person == paper.person.number and order.is_past(now):
            order.ended_at = order.end
    for listing in book.listings_on(debt.debt_id):
        if listing.person == paper.person.number and listing.is_past(now):
            listing.ended_at = listing.term_end


def _order(paper: Paper, debt: Debt, order_id: str, start: datetime) -> Order:
    end = None if paper.end_on is None else end_of(paper.end_on)
    return Order(
        order_id=order_id,
        person=paper.person.number,
        debt_id=debt.debt_id,
        court=paper.court.code,
        items=paper.items,
        start=start,
        end=end,
    )


def _debt(book: Book, paper: Paper, debt_id: str, *, is_money: bool) -> Debt:
    debt = paper.debt or Debt(debt_id, is_money, set())
    debt.courts.add(paper.court.code)
    book.debts[debt_id] = debt
    return debt


def _know(person: Person, subject_id: str) -> None:
    person.subject_id = subject_id
    person.bound.setdefault(resident_document(person).number, "")
