"""What a clerk's or an operator's terminal must never do."""

from tests.mutation.mutant import hand

_CALLS = "integration/cli/test_calls.py"
_CHAIN = "unit/cli/test_chain.py"
_ERRORS = "unit/cli/test_errors.py"
_LINES = "unit/cli/test_lines.py"
_OUTPUT = "unit/cli/test_output.py"

TERMINAL = (
    hand(
        "terminal/gives up at once",
        "cli/client.py",
        "_ATTEMPTS_MAX: Final = 5",
        "_ATTEMPTS_MAX: Final = 1",
        f"{_CALLS}::test_an_outage_that_passes_is_waited_out_with_one_request_id",
        "An outage that passes is waited out.",
    ),
    hand(
        "terminal/refusal repeated",
        "cli/client.py",
        "not _is_passing(remote) or",
        "",
        f"{_CALLS}::test_a_refusal_is_never_repeated",
        "What was refused is not asked again.",
    ),
    hand(
        "terminal/unknown outcome untold",
        "cli/errors.py",
        "    if error.reason_name == _OUTCOME_UNKNOWN:\n        return True\n",
        "",
        f"{_CALLS}::test_an_outcome_that_stays_unknown_names_the_id_and_the_id_can_be_given",
        "Whoever cannot know whether it was done is told how to repeat it harmlessly.",
    ),
    hand(
        "terminal/wrong certificate taken for an outage",
        "cli/unreached.py",
        "            return one\n",
        "            return SILENT\n",
        f"{_ERRORS}::test_a_service_that_is_not_reached_is_not_always_one_that_is_down",
        "Nobody looks for a process that is down while her certificate is not believed.",
    ),
    hand(
        "terminal/act done and not shown",
        "cli/acts.py",
        'bool(getattr(request, "validate_only", False))',
        "request.validate_only",
        f"{_CALLS}::test_an_act_that_cannot_be_tried_out_is_done_and_shown",
        "What was done does not end as a fault.",
    ),
    hand(
        "terminal/hash not recomputed",
        "cli/chain.py",
        "stored.body).digest() != stored.hash",
        "stored.body).digest() is None",
        f"{_CHAIN}::test_a_change_that_was_altered_is_found",
        "A ledger is verified by computing, not by believing.",
    ),
    hand(
        "terminal/head of a backup not wanted",
        "cli/chain.py",
        "if wanted is not None and not is_held:",
        "if False:",
        f"{_CHAIN}::test_a_change_noted_down_must_be_in_it",
        "A restored ledger must hold what was backed up.",
    ),
    hand(
        "terminal/quoted line feed splits",
        "cli/imports/lines.py",
        "if quotes % 2 == 0:",
        "if True:",
        f"{_LINES}::test_a_line_feed_inside_quotation_marks_belongs_to_the_csv_record",
        "A record of a register is handed in whole.",
    ),
    hand(
        "terminal/upload begins anew",
        "cli/imports/upload.py",
        "source.records(after=staged)",
        "source.records()",
        f"{_CALLS}::test_a_broken_upload_goes_on_where_it_stopped",
        "A broken upload goes on; nothing is doubled.",
    ),
    hand(
        "terminal/archive unpacked by any path",
        "cli/backups/making.py",
        "len(parts) != 1",
        "not parts",
        "unit/cli/test_backups.py::test_an_archive_unpacks_nothing_outside_its_room",
        "What lies in an archive is unpacked by a plain name, or not at all.",
    ),
    hand(
        "terminal/damaged backup restored",
        "cli/backups/manifest.py",
        "if found != one.sha256:",
        "if False:",
        "unit/cli/test_backups.py::test_one_changed_byte_damages_a_backup",
        "What is not the backup that was made is not restored.",
    ),
    hand(
        "terminal/half a restore committed",
        "cli/backups/database.py",
        "            write.kill()\n        with",
        "            pass\n        with",
        "integration/cli/test_database.py::test_a_dump_that_breaks_off_changes_nothing",
        "A restore is done whole or not at all.",
    ),
    hand(
        "terminal/escape sequences obeyed",
        "cli/plain.py",
        "    return _UNSAFE.sub(_written_out, str(text))",
        "    return str(text)",
        f"{_OUTPUT}::test_no_control_character_of_a_server_reaches_the_terminal",
        "Text from elsewhere never steers a terminal.",
    ),
    hand(
        "terminal/unknown answer a refusal",
        "cli/asking.py",
        "    if known is None or known.number == 0:\n        return _UNDETERMINED\n",
        "    if known is None or known.number == 0:\n        return _RESTRICTED\n",
        "unit/cli/test_asking.py::test_an_answer_that_this_program_does_not_know_is_never_a_refusal",
        "An answer that is not known refuses nobody.",
    ),
)
