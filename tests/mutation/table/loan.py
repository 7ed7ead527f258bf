"""What a lender is told of the List, and what not."""

from tests.mutation.mutant import hand

_ADVICE = "restriction/serving/advice.py"
_MESSAGE = "restriction/serving/advice_message.py"
_POLICY = "loan/policy.py"
_SERVICER = "loan/servicer.py"
_ADVICE_TESTS = "unit/restriction/test_advice.py"
_POLICY_TESTS = "unit/loan/test_policy.py"
_SERVICER_TESTS = "unit/loan/test_servicer.py"

LOAN = (
    hand(
        "loan/anything looked up",
        _POLICY,
        "return None if question in NEW_CREDIT else undetermined(Reason.OUT_OF_REACH)",
        "return None",
        f"{_POLICY_TESTS}::test_nobody_is_looked_up_for_anything_but_new_credit",
        "Accounts, wages, benefits and existing credit are out of the List's reach.",
    ),
    hand(
        "loan/existing credit as new",
        _POLICY,
        "        Application.NEW_GUARANTEE,\n",
        "        Application.NEW_GUARANTEE,\n        Application.EXISTING_CREDIT,\n",
        f"{_POLICY_TESTS}::test_nobody_is_looked_up_for_anything_but_new_credit",
        "Who has credit is not asked about.",
    ),
    hand(
        "loan/unknown application as a loan",
        _SERVICER,
        "return Application.UNSPECIFIED",
        "return Application.NEW_LOAN",
        f"{_SERVICER_TESTS}::test_nobody_is_looked_up_for_what_is_out_of_reach_or_not_known_here",
        "What a newer client asks about is not taken for new credit.",
    ),
    hand(
        "loan/orders told",
        _POLICY,
        "measure: Final = Measure.LISTING",
        "measure: Final = Measure.ORDER",
        f"{_POLICY_TESTS}::test_listings_and_not_orders_are_told_and_ended_ones_too",
        "An order is no listing: loans key on the List.",
    ),
    hand(
        "advice/one listing only",
        _ADVICE,
        "for basis in newest_first)",
        "for basis in newest_first[:1])",
        f"{_ADVICE_TESTS}::test_every_listing_in_force_is_told_newest_first",
        "Every listing that stands is told.",
    ),
    hand(
        "advice/ended told as standing",
        _MESSAGE,
        "    entry.ended_on.CopyFrom(_day(ended_on(basis)))\n",
        "",
        f"{_ADVICE_TESTS}::test_ended_entries_come_after_those_that_stand_and_say_when",
        "Nothing that has ended is told as current (CRR Art 16).",
    ),
    hand(
        "advice/void not told",
        _MESSAGE,
        "    entry.void_from_start = basis.void_from_start\n",
        "",
        f"{_ADVICE_TESTS}::test_ended_entries_come_after_those_that_stand_and_say_when",
        "Whoever was told of a wrong listing is told that it never should have been (LP Art 9).",
    ),
    hand(
        "advice/performance not told",
        _MESSAGE,
        "    if basis.performed_at is not None:\n",
        "    if False:\n",
        f"{_ADVICE_TESTS}::test_an_entry_says_court_case_decision_ground_days_and_performance",
        "A listing that stands although all is paid says so.",
    ),
)
