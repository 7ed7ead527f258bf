"""Questions drawn at random: who is asked about, by which document, under which name, and for what."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from courtlist.hotel.v1 import hotel_service_pb2 as hotel
from courtlist.identity.v1 import document_pb2
from courtlist.loan.v1 import loan_service_pb2 as loan
from courtlist.procurement.v1 import procurement_service_pb2 as procurement
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.papers import day
from tests.robustness.lives.book import Book, Person
from tests.robustness.lives.days import DAY, day_of, start_of
from tests.robustness.lives.happening import SITES
from tests.robustness.lives.people import passport_of, resident_document
from tests.robustness.lives.products import every_product
from tests.robustness.lives.verdicts import Advice, Asked, Document, Ride, Stay

_PRODUCTS: Final = every_product()
_KINDS: Final = tuple(
    [one for one in _PRODUCTS if one.label.split()[0] in kind]
    for kind in (
        ("air",),
        ("ship",),
        ("G",),
        ("C", "D"),
        ("Z", "K", "PLAIN"),
        ("S", "Y", "UNSPECIFIED"),
    )
)
"""So that no kind of ticket is asked about more often because it has more classes."""
_ADULT_PASSENGERS: Final = (travel.PASSENGER_UNSPECIFIED, travel.PASSENGER_ADULT)
_ADULT_GUESTS: Final = (hotel.GUEST_UNSPECIFIED, hotel.GUEST_ADULT)
_NEW_CREDIT: Final = {1, 2, 3, 4}
_BEFORE_AWARD: Final = {1, 2}
_FULL_WIDTH: Final = str.maketrans("0123456789X", "０１２３４５６７８９ｘ")


@dataclass(frozen=True)
class Question:
    """One item of a manifest, and the same as the oracle understands it."""

    field: str
    message: Any
    asked: Asked
    document: Document
    misfits: frozenset[str]
    label: str

    def misfit(self, book: Book) -> bool:
        """Whether the name that came along cannot be that of whom the document is bound to."""
        owner = book.owner(self.document.number)
        return owner is not None and owner.name in self.misfits


def draw(book: Book, rng: Random, at: datetime, count: int) -> list[Question]:
    """`count` questions of each field, about anybody."""
    kinds = (_ride, _stay, _application, _tender)
    return [kind(book, rng, at) for kind in kinds for _ in range(count)]


def _ride(book: Book, rng: Random, at: datetime) -> Question:
    document, shown, name, misfits = _who(book, rng)
    product = rng.choice(rng.choice((*_KINDS, _KINDS[3], _PRODUCTS)))
    on, child = _day(book, rng, at), rng.random() < 0.08
    message = travel.CheckPassengerRequest(
        document=shown,
        product=product.message,
        travel_date=day(on),
        passenger=travel.PASSENGER_CHILD if child else rng.choice(_ADULT_PASSENGERS),
        name=name,
        purpose=travel.PURPOSE_ORDER,
    )
    asked = Ride(product.certain, product.possible, on, child)
    label = f"{product.label} on {on} child={child}"
    return Question("travel", message, asked, document, misfits, label)


def _stay(book: Book, rng: Random, at: datetime) -> Question:
    document, shown, name, misfits = _who(book, rng)
    site, child = rng.choice(SITES), rng.random() < 0.08
    arrival = _day(book, rng, at)
    departure = arrival + DAY * rng.choice([1, 1, 2, 4, 12])
    message = hotel.CheckGuestRequest(
        document=shown,
        site_code=site,
        arrival_date=day(arrival),
        departure_date=day(departure),
        guest=hotel.GUEST_CHILD if child else rng.choice(_ADULT_GUESTS),
        name=name,
        purpose=hotel.PURPOSE_CHECK_IN,
    )
    since = _since(book, rng, at, arrival, departure)
    if since is not None:
        message.in_house_since.FromDatetime(since)
    asked = Stay(site, arrival, departure, since, child)
    label = f"site {site!r} {arrival} to {departure} since={since} child={child}"
    return Question("hotel", message, asked, document, misfits, label)


def _application(book: Book, rng: Random, at: datetime) -> Question:
    del at
    document, shown, name, misfits = _who(book, rng)
    number = rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 1, 2])
    message = loan.AssessApplicantRequest(
        document=shown,
        application=number,  # type: ignore[arg-type]
        name=name,
        purpose=loan.PURPOSE_ASSESSMENT,
    )
    asked = Advice(reaches=number in _NEW_CREDIT, recalls=True)
    return Question("loan", message, asked, document, misfits, f"application {number}")


def _tender(book: Book, rng: Random, at: datetime) -> Question:
    del at
    document, shown, name, misfits = _who(book, rng)
    number = rng.choice([1, 2, 3, 4, 1, 2])
    message = procurement.AssessTendererRequest(
        document=shown,
        stage=number,  # type: ignore[arg-type]
        name=name,
        purpose=procurement.PURPOSE_ASSESSMENT,
    )
    asked = Advice(reaches=number in _BEFORE_AWARD, recalls=False)
    return Question("procurement", message, asked, document, misfits, f"stage {number}")


def _who(book: Book, rng: Random) -> tuple[Document, document_pb2.Document, str, frozenset[str]]:
    """Anybody's document in any of its forms, and a name that goes with it, or does not."""
    known = [one for one in book.people if one.bound]
    bound = {one.person for one in book.orders.values() if one.ended_at is None}
    standing = [one for one in known if one.number in bound]
    person = rng.choice(rng.choice([standing, standing, known, book.people]) or book.people)
    document, shown = _document(person, rng)
    name, misfits = _name(book, person, rng)
    return document, shown, name, misfits


def _document(person: Person, rng: Random) -> tuple[Document, document_pb2.Document]:
    if rng.random() < 0.25:
        shown = passport_of(person)
        return Document(shown.number, person, shows_birth=False), shown
    shown = resident_document(person)
    number = shown.number
    form = rng.choice(["plain"] * 6 + ["wide", "old", "wrong"])
    if form == "wide":
        shown.number = number.translate(_FULL_WIDTH)
    elif form == "old" and person.born.year < 2000:
        shown.number = number[:6] + number[8:17]
    elif form == "wrong":
        shown.number = number[:17] + ("0" if number[17] != "0" else "1")
    readable = form != "wrong"
    return Document(number, person, shows_birth=True, readable=readable), shown


def _name(book: Book, person: Person, rng: Random) -> tuple[str, frozenset[str]]:
    """A name, and whose it cannot be."""
    names = frozenset(one.name for one in book.people)
    form = rng.choice(["none"] * 5 + ["own", "spaced", "latin", "cut", "another"])
    if form == "own":
        return person.name, names - {person.name}
    if form == "spaced":
        return " ".join(person.name), names - {person.name}
    if form == "latin":
        return "CESHI JIA", frozenset()
    if form == "cut":
        return person.name[:2], frozenset()
    return ("路人", names) if form == "another" else ("", frozenset())


def _day(book: Book, rng: Random, at: datetime) -> date:
    """Today, soon, or a day about the first or last one of some pass."""
    today = day_of(at)
    granted = [one for order in book.orders.values() for one in order.passes]
    if granted and rng.random() < 0.4:
        one = rng.choice(granted)
        return rng.choice([one.first, one.last]) + DAY * rng.choice([-1, 0, 1])
    return today + DAY * rng.choice([-1, 0, 0, 1, 5, 40])


def _since(
    book: Book, rng: Random, at: datetime, arrival: date, departure: date
) -> datetime | None:
    """When the guest came, if she is in the house: at some instant of this stay, perhaps just as an order began."""
    if rng.random() < 0.6 or start_of(arrival) > at:
        return None
    begun = [one.start for one in book.orders.values()]
    instants = [start_of(arrival), at, at - timedelta(hours=2)]
    instants += [one + timedelta(seconds=by) for one in begun for by in (-1, 0, 1)]
    fit = [one for one in instants if one <= at and arrival <= day_of(one) <= departure]
    return rng.choice(fit) if fit else None
