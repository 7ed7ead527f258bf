"""Passes: when they are refused, what they leave free, and who is told."""

from tests.mutation.mutant import hand

_PASSING = "registry/acts/passing.py"
_LAW = "registry/law/passes.py"
_HOLDING = "registry/acts/holding.py"
_T = "integration/registry/acts"
_PASSING_TESTS = f"{_T}/test_passing.py"
_CONFIRM_TESTS = f"{_T}/test_confirming.py"
_LAW_TESTS = "unit/registry/law/test_passes.py"

PASSES = (
    hand(
        "passes/lost with the order that is replaced",
        "registry/acts/basis.py",
        "            passes += await desk.standing_passes(order.order_id)\n",
        "",
        "integration/registry/acts/test_passing.py::"
        "test_a_pass_outlasts_its_order_when_a_listing_takes_its_place",
        "Nobody who was let go is held because the court entered a listing.",
    ),
    hand(
        "passes/withdrawn one carried over",
        "registry/sql/acts.sql",
        "order_id = $1 AND withdrawn_position IS NULL AND end_at > $2",
        "order_id = $1 AND end_at > $2",
        "integration/registry/acts/test_passing.py::"
        "test_a_pass_outlasts_its_order_when_a_listing_takes_its_place",
        "What was taken back stays taken back.",
    ),
    hand(
        "passes/on an order that has ended",
        _PASSING,
        "if ended or order.is_past(desk.now):",
        "if order.is_past(desk.now):",
        f"{_PASSING_TESTS}::test_an_order_that_has_ended_gets_no_pass",
        "A pass from an order that bars nothing any more would only mislead.",
    ),
    hand(
        "passes/on an order whose period is past",
        _PASSING,
        "if ended or order.is_past(desk.now):",
        "if ended:",
        f"{_PASSING_TESTS}::test_an_order_whose_period_is_past_gets_no_pass",
        "An order ends with its period, without any act.",
    ),
    hand(
        "passes/order read before it was held",
        _HOLDING,
        "    await desk.hold_obligation(found[0].obligation_id)\n    found = await desk.order(order_id)\n",
        "    await desk.hold_obligation(found[0].obligation_id)\n",
        f"{_PASSING_TESTS}::test_a_pass_waits_for_a_payment_that_lifts_its_order",
        "What has ended an order while the pass waited is seen.",
    ),
    hand(
        "passes/signed by anybody",
        _PASSING,
        "is_president=is_president",
        "is_president=True",
        f"{_PASSING_TESTS}::test_everything_unlawful_is_told_at_once",
        "A pass is approved by the president of the ordering court.",
    ),
    hand(
        "passes/signed by a judge",
        _PASSING,
        "pb.ROLE_PRESIDENT",
        "pb.ROLE_JUDGE",
        f"{_PASSING_TESTS}::test_a_pass_is_shown_with_its_order_and_told_to_followers",
        "The signature is the president's, in that office.",
    ),
    hand(
        "passes/last day not covered",
        _PASSING,
        "end_of_day(paper.last_on)",
        "start_of_day(paper.last_on)",
        f"{_PASSING_TESTS}::test_a_pass_is_shown_with_its_order_and_told_to_followers",
        "The last day of a pass is covered whole.",
    ),
    hand(
        "passes/withdrawn twice",
        _PASSING,
        "        if found[1]:\n",
        "        if False:\n",
        f"{_PASSING_TESTS}::test_a_pass_is_withdrawn_once",
        "A pass is withdrawn once.",
    ),
    hand(
        "passes/cached order without a new pass",
        _PASSING,
        "draft.touch(order_id=row.order_id, subject_id=subject_id)",
        "pass",
        f"{_PASSING_TESTS}::test_a_cached_order_shows_a_pass_at_once_and_its_withdrawal_too",
        "A cached order shows a pass from its acknowledgement.",
    ),
    hand(
        "passes/cached order with a withdrawn pass",
        _PASSING,
        "draft.touch(order_id=order.order_id, subject_id=order.subject_id)",
        "pass",
        f"{_PASSING_TESTS}::test_a_cached_order_shows_a_pass_at_once_and_its_withdrawal_too",
        "A cached order shows no pass that was withdrawn.",
    ),
    hand(
        "passes/withdrawn ones shown",
        "registry/sql/reads.sql",
        "WHERE p.order_id = o.order_id AND p.withdrawn_position IS NULL",
        "WHERE p.order_id = o.order_id",
        f"{_PASSING_TESTS}::test_a_cached_order_shows_a_pass_at_once_and_its_withdrawal_too",
        "A court does not see as free what it has taken back.",
    ),
    hand(
        "passes/withdrawn ones confirmed",
        "registry/sql/feed.sql",
        "WHERE p.order_id = o.order_id AND p.withdrawn_position IS NULL",
        "WHERE p.order_id = o.order_id",
        f"{_CONFIRM_TESTS}::test_a_pass_is_confirmed_with_its_order_until_it_is_withdrawn",
        "A gate does not leave free what the court has taken back.",
    ),
    hand(
        "passes/not confirmed",
        "registry/feed/confirmation.py",
        'in row["passes"]:',
        "in ():",
        f"{_CONFIRM_TESTS}::test_a_pass_is_confirmed_with_its_order_until_it_is_withdrawn",
        "Nobody who holds a pass is refused because a follower has not read it yet.",
    ),
    hand(
        "passes/past ones shown",
        "registry/reading/states.py",
        "if date(last.year, last.month, last.day) < today:",
        "if False:",
        "unit/registry/test_states.py::"
        "test_a_pass_is_shown_through_its_last_day_in_shanghai_and_no_longer",
        "A pass that is past is shown no more.",
    ),
    hand(
        "passes/gone on its last day",
        "registry/reading/states.py",
        "if date(last.year, last.month, last.day) < today:",
        "if date(last.year, last.month, last.day) <= today:",
        "unit/registry/test_states.py::"
        "test_a_pass_is_shown_through_its_last_day_in_shanghai_and_no_longer",
        "The last day of a pass is covered whole.",
    ),
    hand(
        "passes/longer than the Opinion allows",
        _LAW,
        "MONTHS_MAX_OF_THE_OPINION: Final = 1",
        "MONTHS_MAX_OF_THE_OPINION: Final = 2",
        f"{_LAW_TESTS}::test_the_opinion_frees_for_a_month_at_most",
        "The 2019 Opinion lifts the bar for a month at most.",
    ),
    hand(
        "passes/the Opinion frees lodging",
        _LAW,
        "frozenset({Item.TRANSPORT, Item.FAST_TRAINS})",
        "frozenset({Item.TRANSPORT, Item.FAST_TRAINS, Item.LODGING})",
        f"{_LAW_TESTS}::test_the_opinion_frees_no_other_item",
        "The 2019 Opinion lifts the bar on aircraft and fast trains alone.",
    ),
    hand(
        "passes/need is of the Opinion",
        _LAW,
        "- {PassCause.NEED, PassCause.PRIVATE_MEANS}",
        "- {PassCause.PRIVATE_MEANS}",
        f"{_LAW_TESTS}::test_need_and_private_means_may_free_any_item",
        "What is needed for life or business is not bound by the Opinion's month.",
    ),
    hand(
        "passes/refused for another reason",
        _LAW,
        "yield replace(violation, reason=Reason.PASS_REFUSED)",
        "yield violation",
        f"{_LAW_TESTS}::test_a_pass_is_decided_in_writing_and_signed",
        "Whatever is wrong with a pass has the one reason that its caller knows.",
    ),
    hand(
        "confirmation/performance not told",
        "registry/feed/confirmation.py",
        'if row["performed_at"] is not None:',
        "if False:",
        f"{_CONFIRM_TESTS}::test_a_listing_whose_debt_is_performed_says_since_when",
        "A lender is told that the debt is performed.",
    ),
    hand(
        "confirmation/ending not told",
        "registry/feed/confirmation.py",
        'if row["ended_at"] is not None:',
        "if False:",
        f"{_CONFIRM_TESTS}::test_a_revoked_listing_says_that_it_is_void",
        "What has ended is never sent as if it stood.",
    ),
    hand(
        "confirmation/ended ones not included",
        "registry/feed/confirmation.py",
        "request.include_ended,",
        "False,",
        f"{_CONFIRM_TESTS}::test_what_has_ended_is_confirmed_only_where_it_is_asked_for",
        "A lender who asks for endings gets them.",
    ),
    hand(
        "confirmation/planned anew each time",
        "chassis/postgres.py",
        '"plan_cache_mode": "force_generic_plan",',
        "",
        "integration/chassis/test_postgres.py::test_a_pool_of_lookups_plans_once_and_for_indexes",
        "A gate that is about to refuse does not wait for a planner.",
    ),
    hand(
        "confirmation/small table read whole",
        "chassis/postgres.py",
        '"enable_seqscan": "off",',
        "",
        "integration/chassis/test_postgres.py::test_a_pool_of_lookups_plans_once_and_for_indexes",
        "A plan made on the first day still serves when a million rows have come.",
    ),
)
