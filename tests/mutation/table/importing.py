"""Imports: nothing by fewer eyes than it needs, nobody who has paid, and nothing that was not seen."""

from tests.mutation.mutant import hand

_COMPLETING = "registry/importing/calls/completing.py"
_COMPLETION = "registry/importing/calls/completion.py"
_DECIDING = "registry/importing/batch/deciding.py"
_MANIFEST = "registry/importing/checking/manifest.py"
_MATCHING = "registry/importing/batch/matching.py"
_SQL = "registry/sql/import.sql"
_STAGING = "registry/importing/calls/staging.py"
_COMPLETING_TESTS = "integration/registry/importing/test_completing.py"
_DECIDING_TESTS = "unit/registry/importing/batch/test_deciding.py"
_EXPIRING_TESTS = "integration/registry/importing/test_expiring.py"
_FOUR_EYES_TESTS = "integration/registry/importing/test_four_eyes.py"
_MENDED_TESTS = "integration/registry/importing/test_mended_files.py"
_STALLING_TESTS = "integration/registry/importing/test_stalling.py"
_SEEN_TEST = f"{_COMPLETING_TESTS}::test_what_was_not_seen_is_not_approved"

IMPORTING = (
    hand(
        "import/approved by who prepared it",
        "registry/importing/calls/refusing.py",
        '    require_other_person(actor, record.prepared_by, "prepared the import")\n',
        "",
        f"{_FOUR_EYES_TESTS}::test_who_prepared_an_import_cannot_approve_it",
        "An import is read back by a second person.",
    ),
    hand(
        "import/approved by who staged of it",
        _STAGING,
        "            require_neither_staged_nor_prepared(actor, record)\n",
        "",
        f"{_FOUR_EYES_TESTS}::test_who_handed_any_record_in_neither_approves_nor_signs",
        "Who hands records in does not find them right.",
    ),
    hand(
        "import/nobody noted who staged",
        _SQL,
        "ELSE staged_by || $3::text END",
        "ELSE staged_by END",
        f"{_FOUR_EYES_TESTS}::test_who_handed_any_record_in_neither_approves_nor_signs",
        "It is known who handed records in.",
    ),
    hand(
        "import/others' records prepared",
        _STAGING,
        "                raise other_records()\n",
        "                pass\n",
        f"{_FOUR_EYES_TESTS}::test_what_another_clerk_slipped_in_is_not_prepared",
        "Who prepares an import prepares what she has, whoever staged it.",
    ),
    hand(
        "import/another file taken for the prepared one",
        _STAGING,
        "                await self._require_the_same(connection, record, records_sha256, rest)\n",
        "",
        f"{_FOUR_EYES_TESTS}::test_another_file_is_not_taken_for_the_one_that_was_prepared",
        "Who prepares an import prepares what she has.",
    ),
    hand(
        "import/a row of the sample left out",
        _STAGING,
        "            if missing:\n",
        "            if False:\n",
        f"{_FOUR_EYES_TESTS}::test_an_import_is_not_approved_before_every_sampled_row_agrees",
        "Every row of the sample is compared with the case file.",
    ),
    hand(
        "import/the sample without its key",
        _MANIFEST,
        "hmac.digest(secret, _SAMPLE_DOMAIN",
        'hmac.digest(b"", _SAMPLE_DOMAIN',
        "unit/registry/importing/checking/test_manifest.py"
        "::test_who_knows_the_records_alone_cannot_know_their_sample",
        "No preparer can try files until the wrong rows are not read back.",
    ),
    hand(
        "import/not looked at again once held",
        _MATCHING,
        "            raise RecordMovedError\n",
        "            pass\n",
        "unit/registry/importing/batch/test_matching.py"
        "::test_a_batch_begins_anew_where_the_record_moved_before_it_was_held",
        "What decides on a row is what the record holds while it is held.",
    ),
    hand(
        "import/a performed obligation",
        _DECIDING,
        "        if obligation.performed:\n",
        "        if False:\n",
        f"{_DECIDING_TESTS}::test_an_obligation_that_cannot_bear_the_row_refuses_it",
        "Nobody is listed for what is paid (LP Art 10).",
    ),
    hand(
        "import/an ended listing brought back",
        _DECIDING,
        "            if known.was_undone:\n",
        "            if known.was_undone or known.ended_at is not None:\n",
        f"{_DECIDING_TESTS}::test_a_listing_that_stands_or_has_ended_is_there_already",
        "Who has paid is never entered again by a file (LP Art 10(3)).",
    ),
    hand(
        "import/a document of an undone file stays",
        _DECIDING,
        "draft.unbind(document_id, subject_id)",
        "pass",
        f"{_DECIDING_TESTS}::test_whom_an_undone_import_left_behind_gives_the_documents_back",
        "What an import was undone for binds nobody.",
    ),
    hand(
        "import/a name of an undone file stays",
        _MATCHING,
        "                subject.is_void = True\n",
        "",
        f"{_MENDED_TESTS}::test_neither_a_name_nor_a_document_of_an_undone_file_stays_with_a_person",
        "A mended file is entered.",
    ),
    hand(
        "import/a sum of an undone file stays",
        "registry/importing/batch/appending.py",
        "        if renewed:\n",
        "        if False:\n",
        f"{_MENDED_TESTS}::test_a_sum_of_an_undone_file_gives_way_to_the_mended_ones",
        "What is owed is what the file that counts says.",
    ),
    hand(
        "import/who is restricted by hand is undone as well",
        "registry/sql/bindings.sql",
        "WHERE o.subject_id = document.subject_id",
        "WHERE false AND o.subject_id = document.subject_id",
        f"{_MENDED_TESTS}::test_whom_a_court_restricts_by_hand_as_well_keeps_documents_and_name",
        "A document by which a court restricts somebody stays bound to them.",
    ),
    hand(
        "import/who was deleted by a judge is undone as well",
        "registry/sql/bindings.sql",
        "WHERE l.subject_id = document.subject_id AND l.ended_cause IS DISTINCT FROM",
        "WHERE false AND l.subject_id = document.subject_id AND l.ended_cause IS DISTINCT FROM",
        f"{_MENDED_TESTS}::test_whose_entry_a_judge_has_deleted_keeps_documents_and_name",
        "What ended otherwise is left as it ended.",
    ),
    hand(
        "import/a document of an undone file stays with a known person",
        "registry/importing/undoing.py",
        '            of_subject[row["subject_id"]].unbind(row["document_id"], row["subject_id"])\n',
        "            pass\n",
        f"{_MENDED_TESTS}::test_a_document_that_only_an_undone_file_gave_to_a_known_person_goes_with_it",
        "Nobody is refused by a document that only a file told which is void.",
    ),
    hand(
        "import/a document goes by which a court has acted",
        _SQL,
        "bool_and(other.position <= d.bound_position)",
        "true",
        f"{_MENDED_TESTS}::test_a_document_by_which_a_court_has_acted_since_stays",
        "A document by which a court restricts somebody stays bound to them.",
    ),
    hand(
        "import/who was undone keeps it by hand",
        "registry/acts/subjects.py",
        "    void = await _freed(desk, draft, set(owners.values()))\n",
        "    void: frozenset[UUID] = frozenset()\n",
        f"{_MENDED_TESTS}::test_who_is_entered_by_hand_has_nothing_of_an_undone_file",
        "Another person's document that an undone file told does not stay with somebody who is listed anew.",
    ),
    hand(
        "import/a pass taken away",
        _DECIDING,
        "if record.order_id in self._excerpt.passed and self._gives_way(record):",
        "if False:",
        f"{_DECIDING_TESTS}::test_an_order_with_a_pass_is_not_replaced_by_a_file",
        "Nobody loses a pass that a court has granted (CP Art 8).",
    ),
    hand(
        "import/a completion approved unseen",
        _COMPLETING,
        "        if not any(",
        "        if False and not any(",
        _SEEN_TEST,
        "What takes effect is what the second person has compared with the case file.",
    ),
    hand(
        "import/a hash without what was added",
        _COMPLETION,
        "self.completed_by, added, whole]",
        "self.completed_by]",
        _SEEN_TEST,
        "Another addition is another row to approve.",
    ),
    hand(
        "import/completed and approved by one",
        _COMPLETING,
        '        require_other_person(actor, completion.completed_by, "completed the row")\n',
        "",
        f"{_COMPLETING_TESTS}::test_who_completed_a_row_cannot_approve_it",
        "A completed row is approved by a second person.",
    ),
    hand(
        "import/one file holds up all",
        _SQL,
        " AND (stalled_until IS NULL OR stalled_until <= clock_timestamp())",
        "",
        f"{_STALLING_TESTS}::test_an_import_that_cannot_be_opened_holds_up_no_other",
        "One file that cannot go on holds up no other court's.",
    ),
    hand(
        "import/another sample by another name",
        "registry/importing/checking/checking.py",
        "            records_sha256=records_sha256,\n            secret=self._secrets[0].secret,",
        "            records_sha256=manifest,\n            secret=self._secrets[0].secret,",
        "integration/registry/importing/test_four_eyes.py"
        "::test_the_same_records_handed_in_again_are_read_back_in_the_same_rows",
        "Nobody draws again until a row is left out.",
    ),
    hand(
        "import/a file that was not announced",
        _STAGING,
        "                raise other_file()\n",
        "                pass\n",
        f"{_FOUR_EYES_TESTS}::test_what_is_prepared_is_the_file_whose_hash_was_announced",
        "What the president signs is the file at the court.",
    ),
    hand(
        "import/drawn again until it is left out",
        "registry/importing/checking/checking.py",
        "        chosen.update(await self._drawn_before(record))\n",
        "",
        "integration/registry/importing/test_drawing.py"
        "::test_who_was_drawn_once_is_read_back_in_every_file_that_names_her_again",
        "A byte more draws nobody out of the sample.",
    ),
    hand(
        "import/drawn for ever",
        _SQL,
        "i.state IN (3, 4, 7, 8, 9) AND s.debtor_keys",
        "s.debtor_keys",
        "integration/registry/importing/test_drawing.py"
        "::test_what_has_taken_effect_is_not_read_back_for_ever",
        "What was read back and took effect is read back no more.",
    ),
    hand(
        "import/what has expired is completed",
        _COMPLETING,
        "        if record.expired_at is not None:\n",
        "        if False:\n",
        f"{_EXPIRING_TESTS}::test_rows_that_nobody_completes_in_time_go_and_what_took_effect_stays",
        "What waited for too long is gone, and it is said so.",
    ),
    hand(
        "import/files that nobody signs are kept",
        "registry/sql/erasing.sql",
        "WHERE moved_at < $1 AND (state IN (1, 3, 4) OR state = 6",
        "WHERE moved_at < $1 AND (state = 6",
        f"{_EXPIRING_TESTS}::test_a_file_that_nobody_signs_in_time_is_abandoned",
        "Nothing of persons is kept without end (PIPL Art 19).",
    ),
)
