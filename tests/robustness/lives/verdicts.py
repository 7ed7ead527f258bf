"""What a gate may answer: the other half of the oracle. Nothing of the product is imported here.

The law says what is barred (law.md §2 and §12); the design says what a gate knows when it answers (§3.5, §3.6, §3.8,
§3.9): a clear is local, a refusal is confirmed and needs both clocks, and what cannot be said is UNDETERMINED.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.robustness.lives.book import Book, Listing, Order, Person
from tests.robustness.lives.days import DAY, day_of, first_adult_day

CLEAR, RESTRICTED, UNDETERMINED = "CLEAR", "RESTRICTED", "UNDETERMINED"

STALE_LIMIT = timedelta(hours=24)
YEARS_TOLD = 5


@dataclass(frozen=True)
class Document:
    """What is shown at a counter: a number in the form in which it was bound, and whose it really is.

    `readable` is false for a number that nobody can have; `shows_birth` true where the number tells it.
    """

    number: str
    holder: Person
    shows_birth: bool
    readable: bool = True


@dataclass(frozen=True)
class Ride:
    """A ticket: the items that bar it for certain, and those that bar some of what it may be."""

    certain: frozenset[int]
    possible: frozenset[int]
    day: date
    child: bool


@dataclass(frozen=True)
class Stay:
    """A guest's nights at a site, and since when she is in the house, if she is."""

    site: str
    arrival: date
    departure: date
    since: datetime | None
    child: bool


@dataclass(frozen=True)
class Advice:
    """A lender's or a buyer's question; `reaches` is false where the List has no say."""

    reaches: bool
    recalls: bool


Asked = Ride | Stay | Advice


@dataclass(frozen=True)
class Reading:
    """What a gate has read of the ledger, and when that was all there was, by the registry's clock."""

    book: Book
    as_of: datetime


@dataclass(frozen=True)
class Knowing:
    """What a gate goes by when it answers.

    Attributes:
        readings: what it has read; several where it may have come as far as any of them.
        truth: what the courts have decided by then.
        gate_at, registry_at: both clocks.
        confirms: whether the registry answers it.
    """

    readings: Sequence[Reading]
    truth: Book
    gate_at: datetime
    registry_at: datetime
    confirms: bool


@dataclass(frozen=True)
class Expected:
    """An answer that may be given, with the bases that it must name, and those that are told as ended."""

    answer: str
    bases: frozenset[str] = frozenset()
    ended: frozenset[tuple[str, date, bool]] = frozenset()


@dataclass(frozen=True)
class Site:
    """Where the stars are on record, and the legal day on which a stay is asked about."""

    book: Book
    today: date


def allowed(asked: Asked, document: Document, knowing: Knowing, *, misfit: bool) -> set[Expected]:
    """Every answer that is right; `misfit` says that the name which came along cannot be the owner's."""
    if not document.readable:
        return {Expected(UNDETERMINED)}
    if isinstance(asked, Advice) and not asked.reaches:
        return {Expected(UNDETERMINED)}
    if isinstance(asked, Ride | Stay) and asked.child:
        return {_child(asked, document, day_of(knowing.gate_at))}
    return {
        _answer(asked, document, knowing, reading, misfit=misfit) for reading in knowing.readings
    }


def _child(asked: Ride | Stay, document: Document, today: date) -> Expected:
    """Nobody is looked up for a child: its own number shows that it is one, or nothing is said."""
    day = max(asked.day if isinstance(asked, Ride) else asked.arrival, today)
    young = document.shows_birth and day < first_adult_day(document.holder.born)
    return Expected(CLEAR if young else UNDETERMINED)


def _answer(
    asked: Asked, document: Document, knowing: Knowing, reading: Reading, *, misfit: bool
) -> Expected:
    at, clocks = knowing.gate_at, (knowing.gate_at, knowing.registry_at)

    def judged(book: Book, counts: Callable[[Order | Listing], bool]) -> Expected:
        # The stars are those that the gate has read of.
        return _judged(asked, document, book, counts, Site(reading.book, day_of(at)))

    here = judged(reading.book, lambda one: one.counts(at))
    if here.answer != RESTRICTED:
        if at - reading.as_of > STALE_LIMIT:
            return Expected(UNDETERMINED)
        return _with(here, _recalled(asked, document, reading.book, at))
    if not knowing.confirms:
        return Expected(UNDETERMINED)
    told = _recalled(asked, document, knowing.truth, at)
    firm = judged(knowing.truth, lambda one: all(map(one.counts, clocks)))
    if firm.answer == RESTRICTED:
        return Expected(UNDETERMINED) if misfit else _with(firm, told)
    wide = judged(knowing.truth, lambda one: any(map(one.counts, clocks)))
    return Expected(UNDETERMINED) if wide.answer == RESTRICTED else _with(firm, told)


def _with(expected: Expected, told: frozenset[tuple[str, date, bool]]) -> Expected:
    if expected.answer == UNDETERMINED:
        return expected
    return Expected(expected.answer, expected.bases, told)


def _judged(
    asked: Asked,
    document: Document,
    book: Book,
    counts: Callable[[Order | Listing], bool],
    rated: Site,
) -> Expected:
    """The law on one question, of the bases that count."""
    owner = book.owner(document.number)
    if owner is None:
        return Expected(CLEAR)
    if isinstance(asked, Advice):
        listed = [
            one.listing_id
            for one in book.listings.values()
            if one.person == owner.number and counts(one)
        ]
        return Expected(RESTRICTED, frozenset(listed)) if listed else Expected(CLEAR)
    orders = [one for one in book.orders.values() if one.person == owner.number and counts(one)]
    if isinstance(asked, Ride):
        return _ride(asked, orders)
    return _stay(asked, orders, rated)


def _ride(asked: Ride, orders: Collection[Order]) -> Expected:
    left = {one.order_id: _left(one, [asked.day]) for one in orders}
    bars = [order_id for order_id, items in left.items() if items & asked.certain]
    if bars:
        return Expected(RESTRICTED, frozenset(bars))
    doubtful = any(items & asked.possible for items in left.values())
    return Expected(UNDETERMINED if doubtful else CLEAR)


def _stay(asked: Stay, orders: Collection[Order], rated: Site) -> Expected:
    nights = list(_nights(asked))
    ahead = [night for night in nights if night >= rated.today] or nights[-1:]
    bars = [
        one.order_id
        for one in orders
        if 2 in _left(one, ahead)
        and not (asked.since is not None and asked.since < one.start)
        and day_of(one.start) <= asked.departure
    ]
    stars = {_stars(rated.book, asked.site, night) for night in nights}
    if not bars or stars == {0}:
        return Expected(CLEAR)
    if None in stars or 0 in stars:
        return Expected(UNDETERMINED)
    return Expected(RESTRICTED, frozenset(bars))


def _left(order: Order, days: Sequence[date]) -> set[int]:
    """The items that no pass leaves free on every one of the days."""
    return {
        item
        for item in order.items
        if not all(
            any(
                item in one.items and one.first <= day <= one.last and not one.withdrawn
                for one in order.passes
            )
            for day in days
        )
    }


def _nights(stay: Stay) -> Iterator[date]:
    night = stay.arrival
    while night < stay.departure:
        yield night
        night += DAY


def _stars(book: Book, site: str, night: date) -> int | None:
    """What the newest record that covers the night says."""
    for one in reversed(book.ratings):
        if one.site == site and one.first <= night <= one.last:
            return one.stars
    return None


def _recalled(
    asked: Asked, document: Document, book: Book, at: datetime
) -> frozenset[tuple[str, date, bool]]:
    """What has once counted and is over is told to lenders for five years (CRR Art 16), as ended."""
    owner = book.owner(document.number)
    if owner is None or not isinstance(asked, Advice) or not asked.recalls:
        return frozenset()
    told = []
    for one in book.listings.values():
        over = one.over_at()
        if one.person != owner.number or over is None or not one.start < over <= at:
            continue
        # A term's last day is the one that ends with it.
        on = day_of(over) - DAY if over == one.term_end else day_of(over)
        if day_of(at) <= _years_after(on):
            told.append((one.listing_id, on, one.void))
    return frozenset(told)


def _years_after(day: date) -> date:
    try:
        return day.replace(year=day.year + YEARS_TOLD)
    except ValueError:
        return day.replace(year=day.year + YEARS_TOLD, day=28)
