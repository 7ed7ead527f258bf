"""What travel bars, and what it must leave free."""

from tests.mutation.mutant import hand

_POLICY = "travel/policy.py"
_SERVICER = "travel/servicer.py"
_TABLE = "travel/table.py"
_POLICY_TESTS = "unit/travel/test_policy.py"
_SERVICER_TESTS = "unit/travel/test_servicer.py"
_TABLE_TESTS = "unit/travel/test_table.py"

TRAVEL = (
    hand(
        "travel/child's ticket looked up",
        _POLICY,
        "        if not question.child:\n",
        "        if True:\n",
        f"{_POLICY_TESTS}::test_a_childs_ticket_is_decided_by_rule",
        "A child's own ticket never answers for an adult's document.",
    ),
    hand(
        "travel/unknown passenger looked up",
        _SERVICER,
        "request.passenger not in _ADULTS",
        "request.passenger == travel_pb2.PASSENGER_CHILD",
        f"{_SERVICER_TESTS}::test_a_passenger_of_a_kind_not_known_here_is_never_looked_up",
        "A kind of passenger that a newer client names is not taken for an adult.",
    ),
    hand(
        "travel/unknown product clears",
        _POLICY,
        "if any(basis.items & coverage.possible for basis in bases):",
        "if False:",
        f"{_POLICY_TESTS}::test_an_unknown_product_is_undetermined_and_never_refused",
        "A product that may be barred is undetermined.",
    ),
    hand(
        "travel/unknown class barred",
        _TABLE,
        "        return Coverage(possible=_barred(classes, seat))\n",
        "        return Coverage(certain=_barred(classes, seat))\n",
        f"{_TABLE_TESTS}::test_a_seat_is_covered_as_the_law_says",
        "An unknown class is never restricted.",
    ),
    hand(
        "travel/unknown category barred",
        _TABLE,
        "return Coverage(possible=_ITEM_9 | ",
        "return Coverage(certain=_ITEM_9 | ",
        f"{_TABLE_TESTS}::test_a_seat_is_covered_as_the_law_says",
        "An unknown train is never restricted.",
    ),
    hand(
        "travel/unknown class on a G train",
        _TABLE,
        "    if category is TrainCategory.G:\n",
        "    if category is TrainCategory.G and seat is not SeatClass.UNSPECIFIED:\n",
        f"{_TABLE_TESTS}::test_a_seat_is_covered_as_the_law_says",
        "All seats on a G train are barred, so the class need not be known.",
    ),
    hand(
        "travel/C and D trains as others",
        _TABLE,
        "emu = category in {TrainCategory.C, TrainCategory.D}",
        "emu = False",
        f"{_TABLE_TESTS}::test_a_seat_is_covered_as_the_law_says",
        "First class is barred on C and D trains.",
    ),
    hand(
        "travel/soft sleeper free",
        _TABLE,
        "    SeatClass.SOFT_SLEEPER: _ITEM_1,\n",
        "",
        f"{_TABLE_TESTS}::test_a_seat_is_covered_as_the_law_says",
        "Soft sleepers are barred on every train (item 1).",
    ),
    hand(
        "travel/second class on ships free",
        _TABLE,
        "frozenset({ShipClass.SPECIAL, ShipClass.FIRST, ShipClass.SECOND})",
        "frozenset({ShipClass.SPECIAL, ShipClass.FIRST})",
        f"{_TABLE_TESTS}::test_ships_are_barred_from_second_class_up",
        "Ships are barred from second class up.",
    ),
)
