"""Which travel products Art 3(1) of the Consumption Provisions (2015) bars. Data and one look-up.

    item 1  aircraft; soft sleepers; ships of second class and above
    item 9  all seats on G trains; first class and above on other EMU trains

An answer "barred" for anything outside this table is a defect as grave as a missed bar.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from restriction.model import Item


class TrainCategory(enum.IntEnum):
    """The letter before a train's number. Numbers as in travel/v1 TrainCategory."""

    UNSPECIFIED = 0
    G = 1
    C = 2
    D = 3
    Z = 4
    T = 5
    K = 6
    S = 7
    Y = 8
    L = 9
    PLAIN = 10


class SeatClass(enum.IntEnum):
    """A class as rail sells it. Numbers as in travel/v1 SeatClass."""

    UNSPECIFIED = 0
    BUSINESS = 1
    PREMIER = 2
    FIRST = 3
    SELECT_FIRST = 4
    SECOND = 5
    DELUXE_SOFT_SLEEPER = 6
    SOFT_SLEEPER = 7
    HARD_SLEEPER = 8
    EMU_SLEEPER = 9
    DELUXE_EMU_SLEEPER = 10
    FIRST_SLEEPER = 11
    SECOND_SLEEPER = 12
    SOFT_SEAT = 13
    HARD_SEAT = 14
    STANDING = 15


class ShipClass(enum.IntEnum):
    """A class as shipping lines sell it. Numbers as in travel/v1 ShipClass."""

    UNSPECIFIED = 0
    SPECIAL = 1
    FIRST = 2
    SECOND = 3
    THIRD = 4
    FOURTH = 5
    FIFTH = 6
    STEERAGE = 7


@dataclass(frozen=True, slots=True)
class Coverage:
    """How Art 3(1) covers one product.

    Attributes:
        certain: items that bar it; an order with one of them bars.
        possible: items that bar some of the products it may be, when it is not known which: an
            order with one of them leaves the question undetermined, never refused.
    """

    certain: frozenset[Item] = frozenset()
    possible: frozenset[Item] = frozenset()


_ITEM_1: Final = frozenset({Item.TRANSPORT})
_ITEM_9: Final = frozenset({Item.FAST_TRAINS})
_BOTH: Final = _ITEM_1 | _ITEM_9

_FREE: Final = Coverage()
AIR: Final = Coverage(certain=_ITEM_1)

_EMU: Final[Mapping[SeatClass, frozenset[Item]]] = {
    SeatClass.BUSINESS: _ITEM_9,
    SeatClass.PREMIER: _ITEM_9,
    SeatClass.FIRST: _ITEM_9,
    SeatClass.SELECT_FIRST: _ITEM_9,
    # A sleeper of first class and above on an EMU is a soft sleeper, too: both items fit.
    SeatClass.DELUXE_SOFT_SLEEPER: _BOTH,
    SeatClass.SOFT_SLEEPER: _BOTH,
    SeatClass.EMU_SLEEPER: _BOTH,
    SeatClass.DELUXE_EMU_SLEEPER: _BOTH,
    SeatClass.FIRST_SLEEPER: _BOTH,
}
"""C and D trains; what is not named is free."""

_CONVENTIONAL: Final[Mapping[SeatClass, frozenset[Item]]] = {
    SeatClass.DELUXE_SOFT_SLEEPER: _ITEM_1,
    SeatClass.SOFT_SLEEPER: _ITEM_1,
}
"""Z, T, K, S, Y, L and plain numbers; what is not named is free."""

_SHIP_BARRED: Final = frozenset({ShipClass.SPECIAL, ShipClass.FIRST, ShipClass.SECOND})


def rail(category: TrainCategory, seat: SeatClass) -> Coverage:
    """How a seat or berth is covered."""
    if category is TrainCategory.G:
        # All seats, so the class need not be known.
        return Coverage(certain=_ITEM_9)
    if category is TrainCategory.UNSPECIFIED:
        # It may be a G train, on which every class is barred.
        return Coverage(possible=_ITEM_9 | _barred(_EMU, seat) | _barred(_CONVENTIONAL, seat))
    emu = category in {TrainCategory.C, TrainCategory.D}
    classes = _EMU if emu else _CONVENTIONAL
    if seat is SeatClass.UNSPECIFIED:
        return Coverage(possible=_barred(classes, seat))
    return Coverage(certain=_barred(classes, seat))


def ship(ship_class: ShipClass) -> Coverage:
    """How a place on board is covered."""
    if ship_class is ShipClass.UNSPECIFIED:
        return Coverage(possible=_ITEM_1)
    return Coverage(certain=_ITEM_1) if ship_class in _SHIP_BARRED else _FREE


def _barred(classes: Mapping[SeatClass, frozenset[Item]], seat: SeatClass) -> frozenset[Item]:
    """The items that bar a class; for one that is not known, those that bar any."""
    if seat is SeatClass.UNSPECIFIED:
        return frozenset().union(*classes.values())
    return classes.get(seat, frozenset())
