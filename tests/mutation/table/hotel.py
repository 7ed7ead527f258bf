"""What a starred hotel must leave free, and where its rating comes from."""

from tests.mutation.mutant import hand

_POLICY = "hotel/policy.py"
_SERVICER = "hotel/servicer.py"
_POLICY_TESTS = "unit/hotel/test_policy.py"
_SERVICER_TESTS = "unit/hotel/test_servicer.py"

HOTEL = (
    hand(
        "hotel/unstarred barred",
        _POLICY,
        "if not bars or question.stars == 0:",
        "if not bars:",
        f"{_POLICY_TESTS}::test_every_rating_with_every_item",
        "Lodging without a star is open to everybody (CP Art 3(1) item 2).",
    ),
    hand(
        "hotel/unknown rating barred",
        _POLICY,
        "        if question.stars is None:\n",
        "        if False:\n",
        f"{_POLICY_TESTS}::test_every_rating_with_every_item",
        "An unknown or lapsed rating refuses nobody.",
    ),
    hand(
        "hotel/another item bars",
        _POLICY,
        "_LODGING: Final = frozenset({Item.LODGING})",
        "_LODGING: Final = frozenset({Item.LODGING, Item.TRANSPORT})",
        f"{_POLICY_TESTS}::test_every_rating_with_every_item",
        "An order without lodging leaves every hotel open.",
    ),
    hand(
        "hotel/guest turned out",
        _POLICY,
        "if since is not None and since < basis.start_at:",
        "if False:",
        f"{_POLICY_TESTS}::test_a_guest_who_was_in_the_house_before_an_order_is_not_turned_out_by_it",
        "An order turns nobody out of the house.",
    ),
    hand(
        "hotel/order reaches back",
        _POLICY,
        "return legal_day(basis.start_at) <= stay.departure_date",
        "return True",
        f"{_POLICY_TESTS}::test_no_order_reaches_back_to_a_stay_that_was_over_before_it",
        "An order bars what is to come.",
    ),
    hand(
        "hotel/extension let through",
        _SERVICER,
        "(arrival and legal_day(since) < arrival)",
        "False",
        f"{_SERVICER_TESTS}::test_an_extension_is_a_new_stay_and_not_of_who_is_in_the_house",
        "Further nights are a new stay, which an order bars that is older than they are.",
    ),
    hand(
        "hotel/extension by its purpose let through",
        _SERVICER,
        "request.purpose == hotel_pb2.PURPOSE_EXTENSION",
        "False",
        f"{_SERVICER_TESTS}::test_an_extension_is_a_new_stay_and_not_of_who_is_in_the_house",
        "Further nights are a new stay, also where they are asked about with those before.",
    ),
    hand(
        "hotel/starred on some nights only",
        "restriction/ratings.py",
        " or (0 in stars and len(stars) > 1)",
        "",
        "unit/restriction/test_ratings.py::test_a_site_that_is_starred_on_some_days_only_is_unknown",
        "A stay over starred and free nights is in doubt, and refuses nobody.",
    ),
    hand(
        "hotel/day of departure a night",
        _POLICY,
        "return self.departure_date - _NIGHT",
        "return self.departure_date",
        f"{_POLICY_TESTS}::test_a_pass_covers_a_stay_when_it_covers_every_night",
        "A pass need not cover the day of departure.",
    ),
    hand(
        "hotel/pass asked for nights that are past",
        _POLICY,
        "return max(question.arrival_date, ahead), question.last_night",
        "return question.arrival_date, question.last_night",
        f"{_POLICY_TESTS}::test_nobody_needs_a_pass_for_nights_that_are_past",
        "Nobody is refused for want of a pass on a night that is over.",
    ),
    hand(
        "hotel/child looked up",
        _POLICY,
        "        if not question.child:\n",
        "        if True:\n",
        f"{_POLICY_TESTS}::test_a_child_is_decided_by_rule_on_the_day_of_arrival_or_today",
        "Nobody under 18 is ever restricted.",
    ),
    hand(
        "hotel/unknown guest looked up",
        _SERVICER,
        "request.guest not in _ADULTS",
        "request.guest == hotel_pb2.GUEST_CHILD",
        f"{_SERVICER_TESTS}::test_a_child_or_a_guest_not_known_here_is_never_looked_up",
        "A kind of guest that a newer client names is not taken for an adult.",
    ),
    hand(
        "hotel/rating of the day of departure",
        _POLICY,
        "stars(self.arrival_date, self.last_night)",
        "stars(self.arrival_date, self.departure_date)",
        f"{_SERVICER_TESTS}::test_a_rating_counts_for_the_nights_and_not_for_the_day_of_departure",
        "A rating counts for the nights of the stay.",
    ),
    hand(
        "hotel/rating of any site",
        _SERVICER,
        "of(partner_id, request.site_code)",
        'of(partner_id, "")',
        f"{_SERVICER_TESTS}::test_the_rating_is_that_of_the_site_of_the_partner_who_asks",
        "An unstarred annexe is not barred for the stars of the main house.",
    ),
    hand(
        "hotel/in the house from the future",
        _SERVICER,
        "if since is None or since > now + _CLOCKS_APART_MAX:",
        "if since is None:",
        f"{_SERVICER_TESTS}::test_a_guest_cannot_be_in_the_house_from_the_future_or_after_the_stay",
        "The instant of check-in is a fact that is past.",
    ),
)
