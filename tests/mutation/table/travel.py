"""What travel bars, and what it must leave free."""

from tests.mutation.mutant import hand

_POLICY = "travel/policy.py"
_SERVICER = "travel/servicer.py"
_TABLE = "travel/table.py"
_POLICY_TESTS = "unit/travel/test_policy.py"
_MANIFEST_TESTS = "unit/travel/test_servicer.py"
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
        "travel/any document on a child's ticket",
        _POLICY,
        "document.birth_date is not None and _is_minor(document.birth_date, day)",
        "True",
        f"{_POLICY_TESTS}::test_a_childs_ticket_is_decided_by_rule",
        "A document that shows no minor does not decide for the child.",
    ),
    hand(
        "travel/age on a past day",
        _POLICY,
        "day = max(question.travel_date, today)",
        "day = question.travel_date",
        f"{_POLICY_TESTS}::test_a_day_of_travel_that_is_past_makes_nobody_a_child",
        "Whoever is of age today is not cleared as a child by a date of long ago.",
    ),
    hand(
        "travel/unknown passenger looked up",
        _SERVICER,
        "request.passenger not in _ADULTS",
        "request.passenger == travel_pb2.PASSENGER_CHILD",
        f"{_MANIFEST_TESTS}::test_a_passenger_of_a_kind_not_known_here_is_never_looked_up",
        "A kind of passenger that a newer client names is not taken for an adult.",
    ),
    hand(
        "travel/manifest without a deadline",
        _SERVICER,
        "async with asyncio.timeout(self._manifest_timeout_s):",
        "async with asyncio.timeout(None):",
        f"{_MANIFEST_TESTS}::test_what_is_not_known_at_a_manifests_deadline_is_undetermined",
        "A manifest of debtors does not wait for one limit after another.",
    ),
    hand(
        "travel/birthday is adult",
        _POLICY,
        "return day <= birthday",
        "return day < birthday",
        f"{_POLICY_TESTS}::test_a_childs_ticket_is_decided_by_rule",
        "A year of age is reached on the day after the birthday, as the courts count.",
    ),
    hand(
        "travel/29 February",
        _POLICY,
        "birthday = date(birth_date.year + _ADULT_AGE, 3, 1)",
        "birthday = date(birth_date.year + _ADULT_AGE, 2, 28)",
        f"{_POLICY_TESTS}::test_a_child_born_on_29_february_is_protected_through_1_march",
        "Where two readings are possible the one that protects the child is taken.",
    ),
    hand(
        "travel/items not compared",
        _POLICY,
        "            if basis.items & coverage.certain\n",
        "",
        f"{_POLICY_TESTS}::test_an_order_without_items_1_and_9_bars_no_travel",
        "An order bars only what its own items cover.",
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
