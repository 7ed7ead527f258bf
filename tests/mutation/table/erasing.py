"""Erasing: whose time is over, that it goes whole and once, and that followers drop it."""

from tests.mutation.mutant import hand

_LAW = "registry/law/retention.py"
_SQL = "registry/sql/erasing.sql"
_ONE = "registry/erasing/one_subject.py"
_CONCERNED = "registry/erasing/concerned.py"
_SUBJECTS = "registry/acts/subjects.py"
_STORE = "restriction/facts/postgres_store.py"
_PROJECTION = "restriction/facts/projection.py"
_FIELD_SQL = "restriction/sql/erasing.sql"
_LAW_TESTS = "unit/registry/law/test_retention.py"
_CONCERNED_TESTS = "unit/registry/test_concerned.py"
_TESTS = "integration/registry/erasing/test_erasing.py"
_MEETING_TESTS = "integration/registry/erasing/test_meeting.py"
_FIELD_TESTS = "contract/restriction/test_erased.py"

ERASING = (
    hand(
        "erasing/an epoch nobody is known by is a difference",
        "restriction/sql/rebuild.sql",
        " AND EXISTS (SELECT FROM digest d WHERE d.generation = f.generation)",
        "",
        "contract/restriction/test_erased.py"
        "::test_a_replay_equals_a_copy_in_which_everybody_was_erased",
        "A copy that forgot everybody is right, and verifies.",
    ),
    hand(
        "erasing/a standing basis is passed over",
        _LAW,
        "    if None in ends:\n        return None\n",
        "",
        f"{_LAW_TESTS}::test_while_anything_stands_nothing_goes",
        "Nobody is erased while anything stands against her.",
    ),
    hand(
        "erasing/the first ending counts",
        _LAW,
        "    return max((one for one in ends",
        "    return min((one for one in ends",
        f"{_LAW_TESTS}::test_the_last_ending_counts",
        "The time runs from the last ending.",
    ),
    hand(
        "erasing/the last day is cut off",
        _LAW,
        "    return end_of_day(add_years(legal_day(over_at), years))",
        "    return end_of_day(add_years(legal_day(over_at), years) - timedelta(days=1))",
        f"{_LAW_TESTS}::test_nothing_goes_before_the_last_day_is_over",
        "A period of years ends with its last day.",
    ),
    hand(
        "erasing/what may come back keeps nobody",
        _ONE,
        "        if holdings:\n            return Outcome(holdings=holdings)\n",
        "",
        f"{_TESTS}::test_what_may_still_come_back_or_be_decided_keeps_it",
        "What a court has still to decide on is not taken from it.",
    ),
    hand(
        "erasing/looked at before it is held",
        _ONE,
        "        if not is_over(row, years=self._years):\n            return Outcome()\n",
        "",
        f"{_MEETING_TESTS}::test_an_entry_that_came_first_keeps_who_was_about_to_be_erased",
        "Who is entered while she is about to be erased stays.",
    ),
    hand(
        "erasing/facts that nobody has noted yet",
        _ONE,
        "        while await self._concerns.note(connection):\n            pass\n",
        "",
        f"{_MEETING_TESTS}::test_what_was_said_of_her_a_moment_ago_goes_with_the_rest",
        "No change that concerns her keeps its facts.",
    ),
    hand(
        "erasing/a debt goes with the first of its debtors",
        _SQL,
        "  AND NOT EXISTS (SELECT FROM consumption_order AS b WHERE b.obligation_id = o.obligation_id);",
        ";",
        f"{_TESTS}::test_a_debt_is_kept_while_anything_rests_on_it",
        "What others are under keeps what it rests on.",
    ),
    hand(
        "erasing/facts go with the first whom they concern",
        _SQL,
        "        WHERE other.position = gone.position AND other.record_id <> ALL ($1::uuid[])\n",
        "        WHERE false\n",
        f"{_TESTS}::test_a_debt_is_kept_while_anybody_else_owes_it",
        "The facts of a change that concerns several stay until the last of them is erased.",
    ),
    hand(
        "erasing/answers stay",
        _SQL,
        "    UPDATE request SET fingerprint = '', reply_sealed = NULL\n"
        "    WHERE reply_sealed IS NOT NULL AND position = ANY (ARRAY(SELECT position FROM free))\n",
        "    UPDATE request SET position = position\n    WHERE false\n",
        f"{_TESTS}::test_nothing_of_who_is_erased_is_left_and_the_ledger_verifies",
        "What was answered about her goes with what was asked.",
    ),
    hand(
        "erasing/a payment concerns nobody's debt",
        _CONCERNED,
        "        if kind in _OF_THE_DEBT:\n",
        "        if False:\n",
        f"{_CONCERNED_TESTS}::test_a_payment_concerns_the_debt_beside_those_whom_it_frees",
        "Facts of a payment stay for whoever still owes the debt.",
    ),
    hand(
        "erasing/an entry waits for who is gone",
        _SUBJECTS,
        "        if held is not None and owners_now == owners:\n",
        "        if owners_now == owners or held is None:\n",
        f"{_MEETING_TESTS}::test_an_entry_that_waits_for_who_is_being_erased_makes_somebody_new",
        "Whoever is entered while she is erased is somebody new, with documents that are bound.",
    ),
    hand(
        "erased/endings read late bring her back",
        _STORE,
        "    return [one for one in batch.changes if one.position.number > position]\n",
        "    return batch.changes\n",
        f"{_FIELD_TESTS}::test_endings_read_late_bring_nobody_back",
        "The cursor of endings brings nothing back that was erased since.",
    ),
    hand(
        "erased/partners are not told first",
        _STORE,
        "[*subjects, *erased], batch.now)",
        "subjects, batch.now)",
        f"{_FIELD_TESTS}::test_a_lift_and_the_erasure_in_one_batch_reach_partners",
        "A partner hears of every lift, also of somebody who is erased in the same breath.",
    ),
    hand(
        "erased/the index keeps her",
        _PROJECTION,
        "replace(index, removed=[*index.removed, *gone])",
        "index",
        f"{_FIELD_TESTS}::test_who_was_recalled_after_the_ending_leaves_the_index",
        "No index holds the digest of somebody who is erased.",
    ),
    hand(
        "erased/she enters the index in passing",
        _PROJECTION,
        "        return sorted(found.difference(erased_by(changes)))\n",
        "        return sorted(found)\n",
        f"{_FIELD_TESTS}::test_who_comes_and_is_erased_in_one_batch_never_enters_the_index",
        "What is added to the index is in the store, too.",
    ),
    hand(
        "erased/a lapsed order is sent for ever",
        _FIELD_SQL,
        "UPDATE basis SET ended_position = one.position\n",
        "UPDATE basis SET start_at = start_at\n",
        f"{_FIELD_TESTS}::test_what_only_its_period_has_ended_is_lifted_when_it_is_erased",
        "What is erased is lifted from every partner's copy.",
    ),
    hand(
        "erased/what was sent keeps its case",
        _FIELD_SQL,
        "case_number = '', order_number = '',",
        "case_number = case_number, order_number = order_number,",
        f"{_FIELD_TESTS}::test_nothing_but_the_witness_is_left_of_who_is_erased",
        "What partners were sent names no case of somebody who is erased.",
    ),
)
