"""The whole product table of CP Art 3(1), as data: every category with every class."""

import pytest

from restriction.model import Item
from travel.table import AIR, Coverage, SeatClass, ShipClass, TrainCategory, rail, ship

# What bars each combination: 1, 9, 19 (both items fit), - (free), ? (not known: by items 1 or 9).
# Columns: every seat class in the order of its number; the first is "not known".
_ROWS = """
             ?   BUS PRE FST SEL SEC DSS SOS HSL EMU DEM FSL SSL SOF HSE STA
UNSPECIFIED  ?19 ?9  ?9  ?9  ?9  ?9  ?19 ?19 ?9  ?19 ?19 ?19 ?9  ?9  ?9  ?9
G            9   9   9   9   9   9   9   9   9   9   9   9   9   9   9   9
C            ?19 9   9   9   9   -   19  19  -   19  19  19  -   -   -   -
D            ?19 9   9   9   9   -   19  19  -   19  19  19  -   -   -   -
Z            ?1  -   -   -   -   -   1   1   -   -   -   -   -   -   -   -
T            ?1  -   -   -   -   -   1   1   -   -   -   -   -   -   -   -
K            ?1  -   -   -   -   -   1   1   -   -   -   -   -   -   -   -
S            ?1  -   -   -   -   -   1   1   -   -   -   -   -   -   -   -
Y            ?1  -   -   -   -   -   1   1   -   -   -   -   -   -   -   -
L            ?1  -   -   -   -   -   1   1   -   -   -   -   -   -   -   -
PLAIN        ?1  -   -   -   -   -   1   1   -   -   -   -   -   -   -   -
"""
_ITEMS = {"1": Item.TRANSPORT, "9": Item.FAST_TRAINS}


def _coverage(cell: str) -> Coverage:
    items = frozenset(_ITEMS[digit] for digit in cell.strip("?-"))
    return Coverage(possible=items) if cell.startswith("?") else Coverage(certain=items)


def _cases() -> list[tuple[TrainCategory, SeatClass, Coverage]]:
    lines = _ROWS.strip().splitlines()[1:]
    return [
        (TrainCategory[name], seat, _coverage(cell))
        for name, *cells in map(str.split, lines)
        for seat, cell in zip(SeatClass, cells, strict=True)
    ]


def test_the_table_holds_every_combination() -> None:
    assert {(category, seat) for category, seat, _ in _cases()} == {
        (category, seat) for category in TrainCategory for seat in SeatClass
    }


@pytest.mark.parametrize(("category", "seat", "expected"), _cases())
def test_a_seat_is_covered_as_the_law_says(
    category: TrainCategory, seat: SeatClass, expected: Coverage
) -> None:
    assert rail(category, seat) == expected


@pytest.mark.parametrize("seat", list(SeatClass))
def test_only_on_a_g_train_is_an_unknown_part_barred_for_certain(seat: SeatClass) -> None:
    for category in TrainCategory:
        unknown = TrainCategory.UNSPECIFIED is category or SeatClass.UNSPECIFIED is seat
        if unknown and category is not TrainCategory.G:
            assert not rail(category, seat).certain


@pytest.mark.parametrize(
    ("ship_class", "certain", "possible"),
    [
        (ShipClass.UNSPECIFIED, "", "1"),
        (ShipClass.SPECIAL, "1", ""),
        (ShipClass.FIRST, "1", ""),
        (ShipClass.SECOND, "1", ""),
        (ShipClass.THIRD, "", ""),
        (ShipClass.FOURTH, "", ""),
        (ShipClass.FIFTH, "", ""),
        (ShipClass.STEERAGE, "", ""),
    ],
)
def test_ships_are_barred_from_second_class_up(
    ship_class: ShipClass, certain: str, possible: str
) -> None:
    assert ship(ship_class) == Coverage(
        certain=frozenset(_ITEMS[one] for one in certain),
        possible=frozenset(_ITEMS[one] for one in possible),
    )


def test_every_cabin_of_an_aircraft_is_item_1() -> None:
    assert Coverage(certain=frozenset({Item.TRANSPORT})) == AIR
