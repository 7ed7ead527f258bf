"""The follower: performances, passes, kinds of endings, partners, ratings, and making copies whole."""

from tests.mutation.mutant import hand

_CHANGES = "restriction/facts/sorting.py"
_CONVERT = "restriction/convert.py"
_DELIVERIES_SQL = "restriction/sql/deliveries.sql"
_EFFECTS_SQL = "restriction/sql/effects.sql"
_FACTS_SQL = "restriction/sql/facts.sql"
_FEED = "restriction/feed.py"
_PROJECTION = "restriction/facts/projection.py"
_RATINGS = "restriction/ratings.py"
_REBUILD_SQL = "restriction/sql/rebuild.sql"
_REWIND = "restriction/rewind.py"
_STORE = "restriction/facts/postgres_store.py"
_PERFORMANCE_TESTS = "contract/restriction/test_performances.py"
_RECALL_TESTS = "contract/restriction/test_recalled.py"
_PASS_TESTS = "contract/restriction/test_passes.py"
_PARTNER_TESTS = "contract/restriction/test_partners_kept.py"
_LISTING_TESTS = "contract/restriction/test_listing_deliveries.py"
_TIDYING_TESTS = "contract/restriction/test_tidying.py"
_OUTDATED_TESTS = "integration/restriction/test_outdated_facts.py"
_READS_TESTS = "contract/restriction/test_reads_by_keys.py"
_CONVERT_TESTS = "unit/restriction/test_convert.py"
_RATING_TESTS = "unit/restriction/test_ratings.py"

KEEPING = (
    hand(
        "performances/older reopening undone",
        _EFFECTS_SQL,
        "    reopened_position = GREATEST(obligation.reopened_position, EXCLUDED.reopened_position);",
        "    reopened_position = EXCLUDED.reopened_position;",
        f"{_PERFORMANCE_TESTS}::"
        "test_a_reopening_that_ran_ahead_is_not_undone_by_the_older_performance",
        "A performance that was taken back stays so, whatever is read again.",
    ),
    hand(
        "performances/older instant wins",
        _EFFECTS_SQL,
        "SET performed_at = CASE WHEN obligation.performed_position < EXCLUDED.performed_position\n",
        "SET performed_at = CASE WHEN true\n",
        f"{_PERFORMANCE_TESTS}::test_an_older_performance_does_not_undo_a_newer_reopening",
        "A lender is told the day on which the debt was performed last.",
    ),
    hand(
        "performances/told while owed again",
        _FACTS_SQL,
        "CASE WHEN o.performed_position > o.reopened_position THEN",
        "CASE WHEN true THEN",
        f"{_PERFORMANCE_TESTS}::test_a_performance_that_was_taken_back_is_none",
        "Nobody is told of a performance that a reversal took back.",
    ),
    hand(
        "recalled/ended ones leave the index",
        _EFFECTS_SQL,
        "($3 OR ended_position IS NULL)",
        "(ended_position IS NULL)",
        f"{_RECALL_TESTS}::test_the_index_keeps_who_has_nothing_but_ended_listings",
        "A lender is told of a revoked entry, so that it erases its traces.",
    ),
    hand(
        "recalled/a deletion called void from the start",
        _CHANGES,
        "void_from_start=kind == change_pb2.ENDING_KIND_REVOKED",
        "void_from_start=kind != change_pb2.ENDING_KIND_LIFTED",
        f"{_CONVERT_TESTS}::test_an_ending_says_whether_it_was_void_from_the_start",
        "Deleting and revoking are different legal acts.",
    ),
    hand(
        "passes/withdrawn ones told",
        _FACTS_SQL,
        "AND pass.withdrawn_position IS NULL",
        "",
        f"{_PASS_TESTS}::test_a_pass_that_was_withdrawn_frees_nothing",
        "A pass that was withdrawn frees nothing.",
    ),
    hand(
        "passes/withdrawal ahead undone",
        _EFFECTS_SQL,
        "    granted_position = EXCLUDED.granted_position\n",
        "    granted_position = EXCLUDED.granted_position, withdrawn_position = NULL\n",
        f"{_PASS_TESTS}::test_a_withdrawal_that_ran_ahead_is_not_undone_by_the_older_grant",
        "An older grant does not undo a withdrawal.",
    ),
    hand(
        "passes/another order's",
        _FACTS_SQL,
        "pass.order_id = b.basis_id",
        "true",
        f"{_PASS_TESTS}::test_an_order_is_told_with_its_passes_and_no_other_ones",
        "A pass frees items of its own order only.",
    ),
    hand(
        "partners/older address wins",
        _EFFECTS_SQL,
        "\nWHERE partner.enrolled_position < EXCLUDED.enrolled_position;",
        "\nWHERE partner.enrolled_position > EXCLUDED.enrolled_position;",
        f"{_PARTNER_TESTS}::test_a_partner_is_retired_and_may_come_back_elsewhere",
        "Restrictions are pushed to where the partner is now.",
    ),
    hand(
        "partners/retirement ahead undone",
        _EFFECTS_SQL,
        "    enrolled_position = EXCLUDED.enrolled_position\n",
        "    enrolled_position = EXCLUDED.enrolled_position, retired_position = 0\n",
        f"{_PARTNER_TESTS}::test_a_retirement_that_ran_ahead_is_not_undone_by_older_enrolments",
        "Nothing is pushed to a partner that was retired.",
    ),
    hand(
        "ratings/oldest record wins",
        _RATINGS,
        "sorted(by_position, reverse=True)",
        "sorted(by_position)",
        f"{_RATING_TESTS}::test_the_newest_record_of_a_day_counts_in_whatever_order_they_came",
        "A site is as its latest official rating says.",
    ),
    hand(
        "ratings/lapsed one counts",
        _RATINGS,
        "<= day <= last_day_before(one.end_at):",
        "<= day:",
        f"{_RATING_TESTS}::test_a_rating_holds_from_its_first_to_its_last_day_and_no_longer",
        "A lapsed rating bars nobody.",
    ),
    hand(
        "ratings/gap not seen",
        _RATINGS,
        "        if end < last:\n",
        "        if False:\n",
        f"{_RATING_TESTS}::test_a_gap_of_one_night_makes_the_stay_unknown",
        "A stay with a night of unknown rating is barred by none.",
    ),
    hand(
        "ratings/not brought along",
        _FEED,
        "            self._ratings.add(change.ratings)\n",
        "",
        "contract/restriction/test_feed.py::test_ratings_are_loaded_and_follow_each_commit",
        "A rating counts as soon as its change is committed here.",
    ),
    hand(
        "deliveries/performance not sent",
        _PROJECTION,
        "        return sorted({*bound, *performed}), IndexChange(\n",
        "        return bound, IndexChange(\n",
        f"{_LISTING_TESTS}::test_a_performance_sends_the_listing_again",
        "A lender that pulls is told that the debt is performed.",
    ),
    hand(
        "deliveries/ending settled later not sent",
        _DELIVERIES_SQL,
        "       OR (NOT h.live AND NOT s.live AND h.ended_at IS NOT NULL"
        " AND s.ended_at IS DISTINCT FROM h.ended_at)\n",
        "",
        f"{_LISTING_TESTS}::test_how_it_ended_is_sent_when_a_judge_has_settled_it",
        "A lender can age its own record from the day of the end.",
    ),
    hand(
        "deliveries/orders sent again after an upgrade",
        _DELIVERIES_SQL,
        "CASE WHEN w.ground IS NULL THEN '' ELSE",
        "CASE WHEN false THEN '' ELSE",
        f"{_OUTDATED_TESTS}::test_partners_are_sent_nothing_again",
        "An upgrade does not send millions of unchanged restrictions once more.",
    ),
    hand(
        "convert/revocation not told to partners",
        _CONVERT,
        "        message.void_from_start = delivery.void_from_start\n",
        "",
        f"{_CONVERT_TESTS}::test_a_listing_is_lifted_with_what_erasing_takes",
        "A partner learns that it has to erase every trace.",
    ),
    hand(
        "convert/passes of the registry's answer dropped",
        _CONVERT,
        "        passes=tuple(map(_pass_from, basis.passes)),\n",
        "",
        f"{_CONVERT_TESTS}::test_the_registrys_answer_is_read_whole",
        "Nobody with a pass is refused on a confirmation.",
    ),
    hand(
        "facts/owner of a document that was another's doubted",
        _FACTS_SQL,
        "AND u.subject_id = bd.subject_id ",
        "",
        "contract/restriction/test_lost_unbinding.py::"
        "test_whose_document_was_another_persons_before_is_refused_on_it",
        "An order takes effect although its document was once taken for another person's.",
    ),
    hand(
        "outdated/decided on",
        _STORE,
        'rebuilding=row["rebuilding"] or row["outdated"],',
        'rebuilding=row["rebuilding"],',
        f"{_OUTDATED_TESTS}::test_until_then_nobody_is_refused_and_strangers_are_clear",
        "Nobody is refused on a copy that does not know of passes.",
    ),
    hand(
        "outdated/half a rebuild gone on with",
        _REWIND,
        "        if follower is None or follower.outdated:\n",
        "        if follower is None:\n",
        f"{_OUTDATED_TESTS}::test_a_rebuild_that_the_release_before_left_half_done_is_begun_anew",
        "What an older release began to read is read from the start.",
    ),
    hand(
        "rebuild/new generation called outdated",
        _REBUILD_SQL,
        "INSERT INTO follower (generation, facts_version) SELECT $1, facts_version FROM engine;",
        "INSERT INTO follower (generation) SELECT $1 FROM engine;",
        f"{_OUTDATED_TESTS}::test_what_the_release_before_passed_over_is_made_whole",
        "A rebuild ends.",
    ),
    hand(
        "rebuild/passes left behind",
        _REBUILD_SQL,
        "        SELECT ctid FROM pass WHERE generation = $1 LIMIT $2)) RETURNING 1",
        "        SELECT ctid FROM pass WHERE generation = $1 AND false LIMIT $2)) RETURNING 1",
        f"{_TIDYING_TESTS}::test_no_transaction_deletes_more_than_a_page",
        "Nothing of a generation that is dropped stays in the store.",
    ),
    hand(
        "apply/documents of a batch by a join of tables",
        _EFFECTS_SQL,
        "OFFSET 0",
        "",
        f"{_READS_TESTS}::test_a_batch_reads_what_it_touches_and_no_more",
        "An import of a million rows is as fast at its end as at its beginning.",
        everywhere=True,
    ),
    hand(
        "deliveries/a batch by a join of tables",
        _DELIVERIES_SQL,
        "OFFSET 0",
        "",
        f"{_READS_TESTS}::test_a_batch_reads_what_it_touches_and_no_more",
        "An import of a million rows is as fast at its end as at its beginning.",
        everywhere=True,
    ),
    hand(
        "verify/obligations not compared",
        _REBUILD_SQL,
        "UNION ALL SELECT 'obligation', count(*) FROM (",
        "UNION ALL SELECT 'obligation', 0 FROM (",
        "integration/restriction/test_verify.py::test_what_differs_from_a_replay_is_found",
        "A copy that differs from a replay is found out.",
    ),
)
