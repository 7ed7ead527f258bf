"""What every field shares: passes, children, items, manifests, and what is told of what has ended."""

from tests.mutation.mutant import hand

_ANSWERING = "restriction/serving/answering.py"
_CONSUMPTION = "restriction/serving/consumption.py"
_GATE = "restriction/gate.py"
_MINORS = "restriction/serving/minors.py"
_POLICY = "restriction/policy.py"
_RECALL = "restriction/serving/recall.py"
_MANIFEST_TESTS = "unit/travel/test_servicer.py"
_PASS_TESTS = "unit/restriction/test_policy.py"
_RECALL_TESTS = "unit/restriction/test_recall.py"
_TOLD_TESTS = "unit/restriction/test_gate_recall.py"
_TRAVEL_TESTS = "unit/travel/test_policy.py"

ANSWERS = (
    hand(
        "narrowing/not looked at",
        _POLICY,
        "    bases = _narrowed(policy, question, bases)\n",
        "",
        f"{_PASS_TESTS}::test_a_pass_leaves_its_items_free_on_the_days_it_covers",
        "Nobody is refused what a court has left free (CP Art 8).",
    ),
    hand(
        "narrowing/any day",
        _POLICY,
        "if until >= last:",
        "if True:",
        f"{_PASS_TESTS}::test_a_pass_must_cover_every_day_of_the_question",
        "A pass leaves nothing free on days that it does not cover.",
    ),
    hand(
        "narrowing/every item",
        _POLICY,
        "if item in one.items and one.first_day",
        "if one.first_day",
        f"{_PASS_TESTS}::test_a_pass_leaves_its_items_free_on_the_days_it_covers",
        "A pass leaves only its own items free.",
    ),
    hand(
        "narrowing/only one of several",
        _POLICY,
        "        day = until + _DAY\n",
        "        return False\n",
        f"{_PASS_TESTS}::test_passes_that_cover_the_days_together_leave_them_free",
        "Nobody is refused on a stay of which every night was left free.",
    ),
    hand(
        "narrowing/last day not covered",
        _POLICY,
        "if until >= last:",
        "if until > last:",
        f"{_PASS_TESTS}::test_a_pass_must_cover_every_day_of_the_question",
        "The last day of a pass is covered to its end.",
    ),
    hand(
        "narrowing/first day not asked",
        _POLICY,
        " and one.first_day <= day]",
        "]",
        f"{_PASS_TESTS}::test_a_pass_must_cover_every_day_of_the_question",
        "A day before the pass is not covered.",
    ),
    hand(
        "children/any document for a child",
        _MINORS,
        "born is not None and is_minor(born, max(day, today))",
        "True",
        f"{_TRAVEL_TESTS}::test_a_childs_ticket_is_decided_by_rule",
        "A document that shows no minor does not decide for the child.",
    ),
    hand(
        "children/age on a past day",
        _MINORS,
        "is_minor(born, max(day, today))",
        "is_minor(born, day)",
        f"{_TRAVEL_TESTS}::test_a_day_of_travel_that_is_past_makes_nobody_a_child",
        "Whoever is of age today is not cleared as a child by a date of long ago.",
    ),
    hand(
        "children/birthday is adult",
        _MINORS,
        "return day <= birthday",
        "return day < birthday",
        f"{_TRAVEL_TESTS}::test_a_childs_ticket_is_decided_by_rule",
        "A year of age is reached on the day after the birthday, as the courts count.",
    ),
    hand(
        "children/29 February",
        _MINORS,
        "birthday = date(birth_date.year + _ADULT_AGE, 3, 1)",
        "birthday = date(birth_date.year + _ADULT_AGE, 2, 28)",
        f"{_TRAVEL_TESTS}::test_a_child_born_on_29_february_is_protected_through_1_march",
        "Where two readings are possible the one that protects the child is taken.",
    ),
    hand(
        "consumption/items not compared",
        _CONSUMPTION,
        " if basis.items & items\n",
        "\n",
        f"{_TRAVEL_TESTS}::test_an_order_without_items_1_and_9_bars_no_travel",
        "An order bars only what its own items cover.",
    ),
    hand(
        "answering/manifest without a deadline",
        _ANSWERING,
        "async with asyncio.timeout(self._manifest_timeout_s):",
        "async with asyncio.timeout(None):",
        f"{_MANIFEST_TESTS}::test_what_is_not_known_at_a_manifests_deadline_is_undetermined",
        "A manifest of debtors does not wait for one limit after another.",
    ),
    hand(
        "recall/in every field",
        _GATE,
        "if not self._policy.recalls_ended or verdict",
        "if verdict",
        f"{_TOLD_TESTS}::test_a_field_that_recalls_nothing_tells_a_miss",
        "A ticket office or a desk never learns of what has ended.",
    ),
    hand(
        "recall/while rebuilding",
        _GATE,
        "if verdict.recalled and not facts.rebuilding:",
        "if verdict.recalled:",
        f"{_TOLD_TESTS}::test_while_facts_are_rebuilt_nothing_is_recalled",
        "Nothing is told on facts that are being rebuilt.",
    ),
    hand(
        "recall/ending the restore lost",
        _GATE,
        "(basis.basis_id in seen_ended and not basis.ended)",
        "False",
        f"{_TOLD_TESTS}::test_an_ending_that_a_restore_lost_is_told_neither_way",
        "What a restore left in doubt is told neither as standing nor as ended.",
    ),
    hand(
        "recall/what is in doubt told as ended",
        _GATE,
        "if basis.basis_id in doubted or (",
        "if (",
        f"{_TOLD_TESTS}::test_what_ended_and_is_doubted_here_is_not_told_whatever_the_registry_says",
        "A lender learns nothing of a stranger whose document a restore bound again.",
    ),
    hand(
        "recall/undetermined with entries",
        _GATE,
        " or verdict.answer is Answer.UNDETERMINED:",
        ":",
        f"{_TOLD_TESTS}::test_an_answer_that_cannot_be_given_recalls_nothing",
        "Where nothing can be said nothing is told.",
    ),
    hand(
        "recall/ended in grace",
        _RECALL,
        "and basis.start_at < over_at <= now",
        "and over_at <= now",
        f"{_RECALL_TESTS}::test_what_is_not_over_or_never_counted_is_not_told",
        "Whoever performs in grace meets no penalty at all: nobody learns of it (2019 Opinion).",
    ),
    hand(
        "recall/unsettled told as ended",
        _RECALL,
        "        if not basis.unsettled\n        and (over_at",
        "        if (over_at",
        f"{_RECALL_TESTS}::test_what_is_not_over_or_never_counted_is_not_told",
        "Nothing is said of what a judge has still to settle.",
    ),
    hand(
        "recall/for ever",
        _RECALL,
        "        and legal_day(now) <= last_day_told(basis)\n",
        "",
        f"{_RECALL_TESTS}::test_an_ended_basis_is_told_for_five_years_and_not_a_day_longer",
        "A bad record is told for five years from its end (CRR Art 16).",
    ),
)
