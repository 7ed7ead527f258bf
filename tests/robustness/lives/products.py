"""Tickets, and which of the nine items bars each, by the text of CP Art 3(1) and law.md §2.

    item 1   aircraft; soft sleepers of trains; second class of ships and above
    item 9   every seat of G trains; first class and above of other EMU trains

What is in no line is free. A class or a category that is not known may be any of its kind, which is a doubt and no
refusal.
"""

from dataclasses import dataclass

from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.office import flight, train

FREE: frozenset[int] = frozenset()
ITEM_1, ITEM_9 = frozenset({1}), frozenset({9})

_FIRST_AND_ABOVE = {"BUSINESS", "PREMIER", "FIRST", "SELECT_FIRST"}
_EMU_SOFT_SLEEPERS = {
    *("DELUXE_SOFT_SLEEPER", "SOFT_SLEEPER", "EMU_SLEEPER", "DELUXE_EMU_SLEEPER"),
    "FIRST_SLEEPER",
}
_SOFT_SLEEPERS = {"DELUXE_SOFT_SLEEPER", "SOFT_SLEEPER"}
_SHIPS = {"SPECIAL", "FIRST", "SECOND"}


@dataclass(frozen=True)
class Product:
    """A ticket as it is asked about, and the items that bar it for certain or perhaps."""

    label: str
    message: travel.Product
    certain: frozenset[int]
    possible: frozenset[int] = FREE


def every_product() -> list[Product]:
    """All that can be asked about."""
    products = [Product("air", flight(), ITEM_1)]
    for category in travel.TrainCategory.values():
        letter = travel.TrainCategory.Name(category).removeprefix("TRAIN_CATEGORY_")
        for seat in travel.SeatClass.values():
            name = travel.SeatClass.Name(seat).removeprefix("SEAT_CLASS_")
            certain, possible = _rail(letter, name)
            products.append(Product(f"{letter} {name}", train(category, seat), certain, possible))
    for ship_class in travel.ShipClass.values():
        name = travel.ShipClass.Name(ship_class).removeprefix("SHIP_CLASS_")
        message = travel.Product(ship=travel.Ship(**{"class": ship_class}))
        certain = ITEM_1 if name in _SHIPS else FREE
        possible = ITEM_1 if name == "UNSPECIFIED" else FREE
        products.append(Product(f"ship {name}", message, certain, possible))
    return products


def _rail(letter: str, seat: str) -> tuple[frozenset[int], frozenset[int]]:
    if letter == "G":
        return ITEM_9, FREE
    if letter == "UNSPECIFIED":
        return FREE, ITEM_9 | _conventional(seat)[0] | _conventional(seat)[1] | _emu(seat)[
            1
        ] | _emu(seat)[0]
    return _emu(seat) if letter in {"C", "D"} else _conventional(seat)


def _emu(seat: str) -> tuple[frozenset[int], frozenset[int]]:
    if seat == "UNSPECIFIED":
        return FREE, ITEM_1 | ITEM_9
    if seat in _EMU_SOFT_SLEEPERS:
        return ITEM_1 | ITEM_9, FREE
    return (ITEM_9, FREE) if seat in _FIRST_AND_ABOVE else (FREE, FREE)


def _conventional(seat: str) -> tuple[frozenset[int], frozenset[int]]:
    if seat == "UNSPECIFIED":
        return FREE, ITEM_1
    return (ITEM_1, FREE) if seat in _SOFT_SLEEPERS else (FREE, FREE)
