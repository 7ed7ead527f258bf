"""Every travel product and how a person under an order of all nine items is answered: data.

    1, 9, 19   RESTRICTED by that item of CP Art 3(1), or by both
    -          CLEAR
    ?          UNDETERMINED, PRODUCT_UNKNOWN: never a refusal

Written from law.md's table, not from the service's: a slip in one shows against the other.
"""

from dataclasses import dataclass

from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.office import flight, train

_TRAINS = """
                     G C  D  Z T K S Y L PLAIN UNSPECIFIED
BUSINESS             9 9  9  - - - - - - -     ?
PREMIER              9 9  9  - - - - - - -     ?
FIRST                9 9  9  - - - - - - -     ?
SELECT_FIRST         9 9  9  - - - - - - -     ?
SECOND               9 -  -  - - - - - - -     ?
DELUXE_SOFT_SLEEPER  9 19 19 1 1 1 1 1 1 1     ?
SOFT_SLEEPER         9 19 19 1 1 1 1 1 1 1     ?
HARD_SLEEPER         9 -  -  - - - - - - -     ?
EMU_SLEEPER          9 19 19 - - - - - - -     ?
DELUXE_EMU_SLEEPER   9 19 19 - - - - - - -     ?
FIRST_SLEEPER        9 19 19 - - - - - - -     ?
SECOND_SLEEPER       9 -  -  - - - - - - -     ?
SOFT_SEAT            9 -  -  - - - - - - -     ?
HARD_SEAT            9 -  -  - - - - - - -     ?
STANDING             9 -  -  - - - - - - -     ?
UNSPECIFIED          9 ?  ?  ? ? ? ? ? ? ?     ?
"""
_SHIPS = """
SPECIAL     1
FIRST       1
SECOND      1
THIRD       -
FOURTH      -
FIFTH       -
STEERAGE    -
UNSPECIFIED ?
"""
# A category or class that a later release sells: known to nobody here.
_LATER = 99


@dataclass(frozen=True, slots=True)
class Row:
    """One product, in words for a failing test, and the expected cell."""

    name: str
    product: travel.Product
    cell: str

    @property
    def article(self) -> str:
        """The article of a refusal."""
        return "CP Art 3(1) " + ", ".join(f"item {digit}" for digit in self.cell)


def _category(name: str) -> travel.TrainCategory.ValueType:
    return travel.TrainCategory.Value(f"TRAIN_CATEGORY_{name}")


def _seat(name: str) -> travel.SeatClass.ValueType:
    return travel.SeatClass.Value(f"SEAT_CLASS_{name}")


def _ship(name: str) -> travel.Product:
    return travel.Product(
        ship=travel.Ship(**{"class": travel.ShipClass.Value(f"SHIP_CLASS_{name}")})
    )


def rows() -> list[Row]:
    """All of them."""
    heading, *lines = _TRAINS.strip().splitlines()
    categories = heading.split()
    found = [
        Row(f"{category} {seat}", train(_category(category), _seat(seat)), cell)
        for seat, *cells in map(str.split, lines)
        for category, cell in zip(categories, cells, strict=True)
    ]
    found += [
        Row(f"ship {name}", _ship(name), cell)
        for name, cell in map(str.split, _SHIPS.strip().splitlines())
    ]
    later_category = travel.Rail(category=_LATER, seat=travel.SEAT_CLASS_HARD_SEAT)  # type: ignore[arg-type]
    later_seat = travel.Rail(category=travel.TRAIN_CATEGORY_K, seat=_LATER)  # type: ignore[arg-type]
    later_on_g = travel.Rail(category=travel.TRAIN_CATEGORY_G, seat=_LATER)  # type: ignore[arg-type]
    return [
        *found,
        Row("flight", flight(), "1"),
        Row("a category of a later release", travel.Product(rail=later_category), "?"),
        Row("a class of a later release", travel.Product(rail=later_seat), "?"),
        Row("a class of a later release on a G train", travel.Product(rail=later_on_g), "9"),
    ]


def every_known_combination() -> set[tuple[int, int]]:
    """Category and class of every train that the protocol can name."""
    return {
        (category, seat)
        for category in travel.TrainCategory.values()
        for seat in travel.SeatClass.values()
    }
