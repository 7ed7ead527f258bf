"""The follower: its own copy of the ledger is whole, ordered, and never undoes an ending."""

from tests.mutation.mutant import hand

_EFFECTS = "restriction/facts/effects.py"
_FEED = "restriction/feed.py"
_PROJECTION = "restriction/facts/projection.py"
_STORE = "restriction/facts/postgres_store.py"
_ROWS = "restriction/facts/projection_rows.py"
_FOLLOWER_SQL = "restriction/sql/follower.sql"
_EFFECTS_SQL = "restriction/sql/effects.sql"
_FACTS_SQL = "restriction/sql/facts.sql"
_DELIVERIES_SQL = "restriction/sql/deliveries.sql"
_REBUILD_SQL = "restriction/sql/rebuild.sql"
_REWIND = "restriction/rewind.py"
_REBUILD_STORE = "restriction/facts/rebuild_store.py"
_TIDYING_TESTS = "contract/restriction/test_tidying.py"
_EFFECT_TESTS = "unit/restriction/test_effects.py"
_PROJECTION_TESTS = "contract/restriction/test_projection.py"
_DELIVERY_TESTS = "contract/restriction/test_deliveries.py"
_FEED_TESTS = "contract/restriction/test_feed.py"
_RESTORE_TESTS = "integration/restriction/test_restore.py"

FOLLOWING = (
    hand(
        "follower/gap not noticed",
        _EFFECTS,
        "        if change.position.number != expected:\n",
        "        if False:\n",
        f"{_EFFECT_TESTS}::test_a_change_that_says_another_position_breaks_the_chain",
        "A change that is missing from the feed is never passed over.",
    ),
    hand(
        "follower/chain not followed",
        _EFFECTS,
        "        if change.previous_hash != last_hash:\n",
        "        if False:\n",
        f"{_EFFECT_TESTS}::test_a_chain_that_continues_another_one_is_refused",
        "A feed that continues another chain is refused.",
    ),
    hand(
        "follower/bytes not verified",
        _EFFECTS,
        "    if change.hash != hash_of(change.previous_hash, change.body):\n",
        "    if False:\n",
        f"{_EFFECT_TESTS}::test_altered_bytes_break_the_chain",
        "Altered bytes are never applied.",
    ),
    hand(
        "feed/head behind what was applied",
        _FEED,
        '            raise LedgerRewoundError("the ledger\'s head lies behind what was applied")\n',
        "            pass\n",
        f"{_FEED_TESTS}::test_a_head_behind_what_was_applied_is_a_rewound_ledger",
        "A ledger that is shorter than our copy was restored, whoever says otherwise.",
    ),
    hand(
        "feed/changes not verified",
        _FEED,
        "            verify_chain(page.changes, after=place.number, last_hash=place.hash)\n",
        "            pass\n",
        f"{_FEED_TESTS}::test_altered_bytes_are_never_applied",
        "Bytes that do not continue the chain are never applied.",
    ),
    hand(
        "feed/restore that lost nothing of ours",
        _FEED,
        "            await self._witness.report(await self._store.read_follower())\n",
        "",
        f"{_RESTORE_TESTS}::test_a_restore_that_lost_nothing_of_ours_is_reported_and_followed",
        "A restored ledger is told which endings were seen even where it holds all of ours.",
    ),
    hand(
        "feed/unknown outcome taken as done",
        _FEED,
        "                if error.reason == reasons.ERROR_REASON_OUTCOME_UNKNOWN:\n"
        "                    raise ReloadError from error\n",
        "",
        f"{_FEED_TESTS}::test_a_commit_of_unknown_outcome_is_found_again_in_the_store",
        "After a commit of unknown outcome the memory is loaded anew.",
    ),
    hand(
        "feed/index left behind",
        _FEED,
        "            await self._bring_lookup_along(batch, change)\n",
        "            pass\n",
        f"{_FEED_TESTS}::test_the_index_moves_with_each_commit",
        "The index moves with each commit.",
    ),
    hand(
        "feed/heartbeat from elsewhere",
        _FOLLOWER_SQL,
        "WHERE generation = $1 AND position = $2\nRETURNING generation",
        "WHERE generation = $1\nRETURNING generation",
        f"{_FEED_TESTS}::test_a_commit_given_up_that_came_through_late_is_not_vouched_for",
        "A place that the store does not hold is not vouched for as the head.",
    ),
    hand(
        "store/batch from elsewhere",
        _STORE,
        "if row is None or _place(follower_of(row), batch.cursor) != batch.after:",
        "if row is None:",
        f"{_PROJECTION_TESTS}::test_a_batch_that_begins_elsewhere_changes_nothing",
        "A batch is applied once, where it begins.",
    ),
    hand(
        "store/place not moved with the facts",
        _STORE,
        "            await self._advance(connection, batch)\n",
        "",
        f"{_PROJECTION_TESTS}::test_endings_ahead_and_any_batching_come_to_the_same_as_a_replay_from_0",
        "Facts and position are one transaction.",
    ),
    hand(
        "store/endings cursor not furthest",
        "restriction/facts/store.py",
        "return max(",
        "return min(",
        f"{_PROJECTION_TESTS}::test_the_furthest_place_is_handed_to_the_registry",
        "The furthest change that any fact rests on is handed to the registry.",
    ),
    hand(
        "projection/entry undoes an ending",
        _EFFECTS_SQL,
        "    start_position = EXCLUDED.start_position\nWHERE basis.start_position IS NULL;",
        "    start_position = EXCLUDED.start_position, ended_position = NULL\n"
        "WHERE basis.start_position IS NULL;",
        "contract/restriction/test_older_effects.py::"
        "test_an_entry_does_not_undo_the_ending_that_came_before_it",
        "An ending that came first ends the entry that comes later.",
    ),
    hand(
        "projection/a later ending replaces",
        _EFFECTS_SQL,
        "SET ended_at = CASE WHEN basis.ended_position <= EXCLUDED.ended_position THEN basis.ended_at\n",
        "SET ended_at = CASE WHEN false THEN basis.ended_at\n",
        "contract/restriction/test_recalled.py"
        "::test_what_was_deleted_and_then_revoked_is_void_and_ended_when_it_was_deleted",
        "The first end stays when a revocation follows it.",
    ),
    hand(
        "projection/older unsettling wins",
        _EFFECTS_SQL,
        "\nWHERE basis.unsettled_position < EXCLUDED.unsettled_position;",
        ";",
        "contract/restriction/test_older_effects.py::test_a_basis_that_stands_again_is_not_unsettled_by_an_older_change",
        "A basis that a judge let stand is not unsettled again by an older change.",
    ),
    hand(
        "projection/older binding wins",
        _EFFECTS_SQL,
        "unbound_position = GREATEST(binding.unbound_position, EXCLUDED.unbound_position)",
        "unbound_position = EXCLUDED.unbound_position",
        "contract/restriction/test_older_effects.py::test_an_unbinding_that_ran_ahead_is_not_undone_by_an_older_binding",
        "An unbinding that ran ahead is not undone by the binding.",
    ),
    hand(
        "projection/unbound document live",
        _EFFECTS_SQL,
        "          AND bd.bound_position > bd.unbound_position\n        LIMIT 1",
        "        LIMIT 1",
        f"{_PROJECTION_TESTS}::test_the_digest_of_a_document_that_was_unbound_is_forgotten",
        "An unbound document is in no index.",
    ),
    hand(
        "projection/digest of an unbound document kept",
        _PROJECTION,
        "        if unbound:\n",
        "        if False:\n",
        f"{_PROJECTION_TESTS}::"
        "test_endings_ahead_and_any_batching_come_to_the_same_as_a_replay_from_0",
        "A number that was taken for a debtor's by mistake is not kept.",
    ),
    hand(
        "projection/digest of whoever was unbound once forgotten",
        _EFFECTS_SQL,
        "          AND bd.bound_position > bd.unbound_position\n        OFFSET 0",
        "          AND bd.unbound_position = 0\n        OFFSET 0",
        f"{_PROJECTION_TESTS}::test_a_document_that_is_bound_again_is_known_again",
        "A document that is bound again is known again.",
        place=1,
    ),
    hand(
        "verify/difference that the ledger explains",
        "restriction/facts/verify.py",
        "settled = not differences or await _is_at_head(ledger, live)",
        "settled = True",
        "integration/restriction/test_verify.py::"
        "test_what_the_follower_has_yet_to_read_is_called_no_difference",
        "What a follower has yet to read is not called a difference.",
    ),
    hand(
        "deliveries/position of an unbinding",
        _DELIVERIES_SQL,
        "        LEFT JOIN LATERAL (\n            SELECT epoch, digest",
        "        JOIN LATERAL (\n            SELECT epoch, digest",
        f"{_DELIVERY_TESTS}::test_an_unbinding_sends_the_set_that_is_left_with_its_own_position",
        "A partner is told the position of the change behind each step.",
    ),
    hand(
        "projection/ended basis live",
        _EFFECTS_SQL,
        "AND start_position IS NOT NULL AND ($3 OR ended_position IS NULL)\n            LIMIT 1",
        "AND start_position IS NOT NULL\n            LIMIT 1",
        f"{_PROJECTION_TESTS}::test_the_live_digests_are_those_of_everybody_under_a_basis",
        "Who is under no basis any more leaves the index.",
    ),
    hand(
        "projection/another field's measure",
        _ROWS,
        "for one in change.starts if one.measure is measure\n",
        "for one in change.starts\n",
        "contract/restriction/test_untouched.py::test_a_listing_is_no_basis_where_orders_bind",
        "A listing alone bars no travel.",
    ),
    hand(
        "projection/endings not witnessed",
        _PROJECTION,
        "            (sql.insert_seen_endings, rows_of.seen_endings(changes)),\n",
        "",
        f"{_RESTORE_TESTS}::test_the_ledger_is_told_every_ending_it_lost_and_only_those",
        "What was seen to end is reported to a ledger that has lost it.",
    ),
    hand(
        "projection/unbindings not witnessed",
        _ROWS,
        "            if not one.bound\n",
        "            if False\n",
        f"{_RESTORE_TESTS}::"
        "test_nobody_is_refused_on_a_document_that_was_seen_unbound_until_a_judge_has_looked",
        "A document that was seen unbound is reported to a ledger that has lost it.",
    ),
    hand(
        "facts/witnessed unbinding forgotten",
        _FACTS_SQL,
        "b.unsettled_position = 0 AND s.doubted",
        "false",
        f"{_PROJECTION_TESTS}::test_an_unbinding_that_a_restore_lost_protects_until_a_judge_has_"
        "settled_each_basis",
        "Nobody is refused by a rebuilt copy on a document that was seen unbound.",
    ),
    hand(
        "facts/document bound again by the court doubted",
        _FACTS_SQL,
        "bool_or(bd.unbound_position = 0 AND ",
        "bool_or(",
        f"{_PROJECTION_TESTS}::test_a_document_that_the_ledger_still_holds_as_unbound_and_bound_"
        "again_is_not_doubted",
        "A document that the court itself bound again is a document like any other.",
    ),
    hand(
        "facts/witnessed ending forgotten",
        _FACTS_SQL,
        "           AND EXISTS (SELECT FROM seen_ending s WHERE s.basis_id = b.basis_id)\n",
        "           AND false\n",
        f"{_PROJECTION_TESTS}::"
        "test_an_ending_that_a_restore_lost_protects_until_a_judge_has_settled_it",
        "Nobody whose lift was seen is refused again by a rebuilt copy.",
    ),
    hand(
        "facts/unbinding that was seen forgotten",
        _FACTS_SQL,
        "b.unsettled_position = 0 AND s.doubted",
        "b.unsettled_position = 0 AND false",
        "contract/restriction/test_lost_unbinding.py::"
        "test_who_is_found_by_a_document_seen_unbound_is_unsettled",
        "Nobody is refused on a document whose unbinding a restore lost.",
    ),
    hand(
        "deliveries/digests kept of what was sent before",
        _DELIVERIES_SQL,
        "ARRAY(SELECT former FROM due WHERE former IS NOT NULL)",
        "ARRAY(SELECT former FROM due WHERE false)",
        f"{_DELIVERY_TESTS}::test_of_what_is_lifted_no_digest_is_kept",
        "Of who is restricted no longer no digest is kept for partners.",
    ),
    hand(
        "deliveries/set again sent with digests of before",
        _DELIVERIES_SQL,
        "WHERE last.number = s.number",
        "WHERE last.number = d.number",
        f"{_DELIVERY_TESTS}::"
        "test_a_document_that_was_unbound_is_sent_to_nobody_who_reads_from_the_start",
        "A partner that reads from the start misses nobody, and is sent nobody's former document.",
    ),
    hand(
        "facts/past of who is doubted told",
        _FACTS_SQL,
        "b.ended_position IS NOT NULL AND s.doubted",
        "false",
        "contract/restriction/test_lost_unbinding.py::"
        "test_nothing_that_ended_is_told_of_who_is_found_by_a_document_seen_unbound",
        "A lender learns nothing of a stranger whose document a restore bound again.",
    ),
    hand(
        "facts/another person's bases",
        _FACTS_SQL,
        "WHERE generation = s.generation AND subject_id = s.subject_id AND",
        "WHERE generation = e.generation AND",
        f"{_PROJECTION_TESTS}::test_another_persons_basis_is_nobody_elses",
        "Another person's basis is nobody else's.",
    ),
    hand(
        "rewind/decided while rebuilding",
        _REWIND,
        "        await self._store.mark_rebuilding()\n",
        "",
        f"{_RESTORE_TESTS}::test_until_the_facts_are_rebuilt_nothing_is_decided_on_the_old_ones",
        "Nothing is decided on the old facts once a restore is noticed.",
    ),
    hand(
        "rewind/not reported",
        _REWIND,
        "        await self._witness.report(old)\n",
        "",
        f"{_RESTORE_TESTS}::test_the_ledger_is_told_every_ending_it_lost_and_only_those",
        "The ledger is told every ending it lost before anything is read again.",
    ),
    hand(
        "rewind/done before it is",
        _REWIND,
        "        for lost in await self._store.read_lost_endings():\n",
        "        await self._store.mark_reconciled(follower.generation)\n"
        "        for lost in await self._store.read_lost_endings():\n",
        f"{_TIDYING_TESTS}::test_tidying_up_that_was_cut_off_anywhere_begins_again",
        "A crash loses neither the judge's list nor what is left to delete.",
    ),
    hand(
        "rebuild/half a generation gone on with",
        _REBUILD_STORE,
        "        await self._change_generation(self._sql.delete_generation, generation)\n",
        "",
        f"{_TIDYING_TESTS}::test_nobody_goes_on_with_a_generation_that_was_deleted_in_part",
        "Nothing is decided on a generation of which a part was deleted.",
    ),
    hand(
        "rebuild/generation deleted before its facts",
        _REBUILD_STORE,
        "            if not deleted:\n",
        "            if True:\n",
        f"{_TIDYING_TESTS}::test_a_generation_that_was_dropped_in_part_is_found_again",
        "What is left of a generation is found again.",
    ),
    hand(
        "rebuild/deleted at once",
        _REBUILD_SQL,
        "SELECT ctid FROM basis WHERE generation = $1 LIMIT $2",
        "SELECT ctid FROM basis WHERE generation = $1",
        f"{_TIDYING_TESTS}::test_no_transaction_deletes_more_than_a_page",
        "No deletion outlasts the statement's time limit.",
    ),
    hand(
        "rewind/replay not verified",
        _REWIND,
        "            verify_chain(changes, after=place.number, last_hash=place.hash)\n",
        "            pass\n",
        "contract/restriction/test_replay.py::test_altered_bytes_are_never_taken_into_a_rebuilt_copy",
        "A copy is rebuilt from an unbroken chain only.",
    ),
    hand(
        "deliveries/sent in grace",
        _DELIVERIES_SQL,
        "               AND b.start_at <= $3 AND (b.end_at IS NULL",
        "               AND (b.end_at IS NULL",
        f"{_DELIVERY_TESTS}::test_a_restriction_in_grace_is_sent_when_grace_ends_and_not_before",
        "What is in grace never leaves the court's own processes.",
    ),
    hand(
        "deliveries/lift behind its restriction",
        _DELIVERIES_SQL,
        "CASE WHEN s.live THEN d.event ELSE 2 END AS event",
        "d.event",
        f"{_DELIVERY_TESTS}::test_a_lift_overtakes_the_restriction_it_ends",
        "A restriction that is lifted by now is never sent as set.",
    ),
    hand(
        "deliveries/unchanged sent again",
        _DELIVERIES_SQL,
        "(s.live IS NOT TRUE OR s.content <> h.content)",
        "true",
        "contract/restriction/test_untouched.py::test_a_second_order_does_not_send_the_first_again",
        "What alters nothing sends nothing.",
    ),
    hand(
        "refusals/recorded twice",
        "restriction/sql/queries.sql",
        "ON CONFLICT (decision_id) DO UPDATE\n"
        "SET answer = EXCLUDED.answer, reason = EXCLUDED.reason\n"
        "WHERE query_log.answer = 2 AND EXCLUDED.answer <> 2;",
        ";",
        "contract/restriction/test_refusals.py::test_recording_again_changes_nothing",
        "Recording again after a commit of unknown outcome changes nothing.",
    ),
)
