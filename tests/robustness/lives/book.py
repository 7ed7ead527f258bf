"""What courts have decided, as the law counts it: one half of the oracle.

Written from the law and the design alone, in the plainest words there are, and with nothing of what it judges: no
rule, policy or day of the product is imported here or in `verdicts`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.robustness.lives.days import end_of, first_adult_day, months_after, start_of

ABLE_BUT_REFUSES = 1


@dataclass
class Pass:
    """What an order leaves free for some days."""

    pass_id: str
    items: frozenset[int]
    first: date
    last: date
    withdrawn: bool = False


@dataclass
class Order:
    """A consumption restriction order. `ended_at` is the instant of the act that ended it."""

    order_id: str
    person: int
    debt_id: str
    court: str
    items: frozenset[int]
    start: datetime
    end: datetime | None
    listing_id: str = ""
    ended_at: datetime | None = None
    passes: list[Pass] = field(default_factory=list)

    def counts(self, at: datetime) -> bool:
        """Started, not past its last day, and ended by no act."""
        return (
            self.ended_at is None
            and self.start <= at
            and not (self.end is not None and at >= self.end)
        )

    def is_past(self, at: datetime) -> bool:
        """Whether its last day is over."""
        return self.end is not None and at >= self.end

    def end_by_act(self, at: datetime) -> None:
        """What has ended stays as it ended."""
        if self.ended_at is None:
            self.ended_at = at


@dataclass
class Listing:
    """A debtor's entry on the List."""

    listing_id: str
    person: int
    debt_id: str
    court: str
    case: str
    ground: int
    start: datetime
    term_end: datetime | None
    ended_at: datetime | None = None
    void: bool = False

    def counts(self, at: datetime) -> bool:
        """Started, not past its term, and ended by no act."""
        return (
            self.ended_at is None
            and self.start <= at
            and not (self.term_end is not None and at >= self.term_end)
        )

    def is_past(self, at: datetime) -> bool:
        """Whether its term is over."""
        return self.term_end is not None and at >= self.term_end

    def over_at(self) -> datetime | None:
        """From when it counts no longer, by an act or by its term; None while that is open."""
        ends = [one for one in (self.ended_at, self.term_end) if one is not None]
        return min(ends, default=None)


@dataclass
class Statement:
    """What sum, paid by a day, performs the debt. `turn` is its place among all acts."""

    statement_id: str
    sum_yuan: int
    good_until: date
    turn: int


@dataclass
class Payment:
    """Money that came in."""

    payment_id: str
    sum_yuan: int
    paid_on: date
    statement_id: str
    turn: int
    returned: bool = False


@dataclass
class Debt:
    """What somebody owes, under whatever case numbers, alone or with others."""

    debt_id: str
    is_money: bool
    courts: set[str]
    statements: list[Statement] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    performed_at: datetime | None = None
    judged: bool = False

    def is_paid(self) -> bool:
        """Whether any one statement's sum came in by its day."""
        return any(self._came_in(one) >= one.sum_yuan for one in self.statements)

    def _came_in(self, statement: Statement) -> int:
        return sum(
            one.sum_yuan
            for one in self.payments
            if not one.returned
            and one.paid_on <= statement.good_until
            and (one.statement_id == statement.statement_id or one.turn > statement.turn)
        )


@dataclass
class Person:
    """Somebody with a resident number and a passport, and under which ids courts have bound them."""

    number: int
    name: str
    born: date
    resident_id: str = field(repr=False)
    passport: str = field(repr=False)
    subject_id: str = field(default="", repr=False)
    bound: dict[str, str] = field(default_factory=dict, repr=False)

    def is_adult_on(self, day: date) -> bool:
        """Whether somebody could be listed or restricted by a decision of that day (LP Art 4; CP Art 2)."""
        return day >= first_adult_day(self.born)


@dataclass
class Rating:
    """The official stars of a partner's site on some days."""

    site: str
    stars: int
    first: date
    last: date


@dataclass
class Book:
    """Everything that was decided, and nothing that was only asked."""

    people: list[Person] = field(default_factory=list)
    debts: dict[str, Debt] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    ratings: list[Rating] = field(default_factory=list)
    turn: int = 0

    def owner(self, number: str) -> Person | None:
        """To whom a document is bound, if to anybody."""
        return next((one for one in self.people if number in one.bound), None)

    def orders_on(self, debt_id: str) -> Iterator[Order]:
        """Orders that rest on a debt and were ended by no act."""
        return (o for o in self.orders.values() if o.debt_id == debt_id and o.ended_at is None)

    def listings_on(self, debt_id: str) -> Iterator[Listing]:
        """Listings that rest on a debt and were ended by no act."""
        return (x for x in self.listings.values() if x.debt_id == debt_id and x.ended_at is None)

    def perform(self, debt: Debt, at: datetime, *, judged: bool) -> None:
        """Every order goes at once (CP Art 9), and every listing on ground 1 (LP Art 10(1)1).

        One that has a term stands until a judge decides (LP Art 10(2)), unless its grace still runs:
        performance within the grace leaves no penalty at all (2019 Opinion).
        """
        debt.performed_at, debt.judged = at, judged
        for order in self.orders_on(debt.debt_id):
            order.end_by_act(at)
        for listing in self.listings_on(debt.debt_id):
            if listing.ground == ABLE_BUT_REFUSES or listing.start > at:
                listing.ended_at = at

    def order_with(self, listing: Listing) -> Order | None:
        """The order that came with a listing, while no act has ended it."""
        return next(
            (
                one
                for one in self.orders.values()
                if one.listing_id == listing.listing_id and one.ended_at is None
            ),
            None,
        )


def start_of_force(entered_at: datetime, served_on: date, grace_until: date | None) -> datetime:
    """Nothing counts before it is recorded, served, and past its grace."""
    instants = [entered_at, start_of(served_on)]
    if grace_until is not None:
        instants.append(end_of(grace_until))
    return max(instants)


def term_end(ground: int, decided_on: date, extended_years: int) -> datetime | None:
    """Two years from the decision, and what was added; ground 1 has no term (LP Art 2(1))."""
    if ground == ABLE_BUT_REFUSES:
        return None
    return end_of(months_after(decided_on, 12 * (2 + extended_years)))
