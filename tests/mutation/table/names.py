"""A name beside a number: it is looked at where it may free somebody, and kept nowhere."""

from tests.mutation.mutant import hand

_ACTS = "integration/registry/acts/test_name_misfits.py"
_CONFIRMATION = "registry/feed/confirmation.py"
_FEED_SQL = "registry/sql/feed.sql"
_GATE = "restriction/gate.py"
_GATE_TESTS = "unit/restriction/test_gate_names.py"
_LOOKING = "registry/acts/looking.py"
_NAME = "document/name.py"
_NAME_TESTS = "unit/document/test_name.py"
_NOTES = "registry/feed/misfit_notes.py"
_NOTES_TESTS = "unit/registry/test_misfit_notes.py"
_READING = "restriction/serving/reading.py"
_FIELD_TESTS = "unit/restriction/test_field_names.py"
_SECOND_FACTOR = "registry/feed/second_factor.py"
_SECOND_FACTOR_TESTS = "unit/registry/test_second_factor.py"
_SPELLING = "document/spelling.py"
_TASKS = "registry/acts/tasks.py"

NAMES = (
    hand(
        "name/another script compared",
        _NAME,
        "    if not shared:\n        return Fit.CANNOT_TELL\n",
        "    if not shared:\n        return Fit.MISFIT\n",
        f"{_NAME_TESTS}::test_of_another_script_or_nothing_nothing_can_be_said",
        "A passport's transcription is no misfit.",
    ),
    hand(
        "name/order counts",
        _NAME,
        "return sorted(one) == sorted(other) or ours in theirs + theirs",
        "return ours == theirs",
        f"{_NAME_TESTS}::test_order_spacing_case_dots_and_spelling_make_no_other_name",
        "A surname written last makes no other name.",
    ),
    hand(
        "name/cut short is another name",
        _NAME,
        "        _is_cut(ours, theirs, alike) or _is_contained(ours, theirs, initials=initials)\n",
        "        _is_contained(ours, theirs, initials=initials)\n",
        f"{_NAME_TESTS}::test_a_name_cut_short_or_hidden_or_in_another_orthography_is_no_misfit",
        "A name that a booking system has cut is no misfit.",
    ),
    hand(
        "name/a part of it is another name",
        _NAME,
        "        _is_cut(ours, theirs, alike) or _is_contained(ours, theirs, initials=initials)\n",
        "        _is_cut(ours, theirs, alike)\n",
        f"{_NAME_TESTS}::test_a_name_cut_short_or_hidden_or_in_another_orthography_is_no_misfit",
        "A middle name left away is no misfit.",
    ),
    hand(
        "name/a surname before a space is an initial",
        _NAME,
        "    initials = not in_han or min(len(one), len(other)) > 1\n",
        "    initials = True\n",
        f"{_NAME_TESTS}::test_another_name_in_the_same_script_is_a_misfit",
        "A name of two characters typed with a space between is compared as without.",
    ),
    hand(
        "name/any character is a variant of any",
        _SPELLING,
        "        return (one in simplified and other in traditional) or (\n",
        "        return True or (\n",
        f"{_NAME_TESTS}::test_another_name_in_the_same_script_is_a_misfit",
        "Only characters of two orthographies may be one.",
    ),
    hand(
        "name/long names compared while others wait",
        _NAME,
        "    if max(folded_length(given), folded_length(on_record)) > _BRIEF_CHARS_MAX:\n",
        "    if False:\n",
        f"{_NAME_TESTS}::test_of_a_name_that_would_take_long_to_compare_nothing_is_said",
        "A partner who sends long names holds up no confirmation.",
    ),
    hand(
        "name/many words compared while others wait",
        _NAME,
        " or words * len(ours) * len(theirs) > _BRIEF_WORDS_MAX:\n",
        ":\n",
        f"{_NAME_TESTS}::test_of_a_name_that_would_take_long_to_compare_nothing_is_said",
        "A partner who sends many words in many spellings holds up no confirmation.",
    ),
    hand(
        "second factor/compared again and again",
        _SECOND_FACTOR,
        "            if compared not in fits:\n",
        "            if True:\n",
        f"{_SECOND_FACTOR_TESTS}::test_a_name_that_comes_again_beside_the_same_person_is_compared_once",
        "A name asked about many times in a call costs one comparison.",
    ),
    hand(
        "gate/misfit refuses",
        _GATE,
        "if verdict.answer is Answer.RESTRICTED and standing.name_misfit:",
        "if False:",
        f"{_GATE_TESTS}::test_a_name_that_does_not_fit_refuses_nobody_and_clears_nobody",
        "Nobody is refused on a number that may be bound to another's record.",
    ),
    hand(
        "gate/misfit clears",
        _GATE,
        "            return undetermined(Reason.NAME_MISFIT)\n",
        "            return CLEAR\n",
        f"{_GATE_TESTS}::test_a_name_that_does_not_fit_refuses_nobody_and_clears_nobody",
        "A name clears nobody.",
    ),
    hand(
        "gate/misfit decides what is free",
        _GATE,
        "if verdict.answer is Answer.RESTRICTED and standing.name_misfit:",
        "if standing.name_misfit:",
        f"{_GATE_TESTS}::test_what_the_registry_holds_to_be_free_stays_clear_whatever_the_name",
        "A name is looked at only where the answer would be a refusal.",
    ),
    hand(
        "reading/a name of any length",
        _READING,
        "    if len(request.name) > NAME_LENGTH_MAX:\n",
        "    if False:\n",
        f"{_FIELD_TESTS}::test_no_name_is_longer_than_two_hundred_characters",
        "What is compared is bounded.",
    ),
    hand(
        "second factor/a part is a misfit",
        _SECOND_FACTOR,
        "return not is_misfit(name,",
        "return name == (",
        f"{_ACTS}::test_what_may_be_the_same_name_raises_no_doubt",
        "Only what cannot be the same name raises a doubt.",
    ),
    hand(
        "second factor/what is unreadable is a misfit",
        _SECOND_FACTOR,
        "fault=str(fault))\n            return True\n",
        "fault=str(fault))\n            return False\n",
        f"{_SECOND_FACTOR_TESTS}::test_a_record_that_cannot_be_read_raises_no_doubt",
        "Of a name that cannot be opened nothing is said.",
    ),
    hand(
        "second factor/told of what is not in force",
        _SECOND_FACTOR,
        "            if _is_in_force(row, now):\n",
        "            if True:\n",
        f"{_SECOND_FACTOR_TESTS}::test_courts_are_told_only_of_what_is_in_force",
        "No court is asked about what refuses nobody.",
    ),
    hand(
        "second factor/opened without a name",
        _SECOND_FACTOR,
        "if not name or sealed is None:",
        "if sealed is None:",
        f"{_SECOND_FACTOR_TESTS}::test_a_name_on_record_is_opened_for_no_inquiry_without_one",
        "A name on record is opened only for an inquiry that brings one.",
    ),
    hand(
        "confirmation/misfit not told",
        _CONFIRMATION,
        "            response.standings[misfit.place - 1].name_misfit = True\n",
        "            del misfit\n",
        f"{_ACTS}::test_a_name_that_does_not_fit_is_told_with_the_bases_and_opens_one_task",
        "The gate learns of the doubt with the bases.",
    ),
    hand(
        "misfits/a task for each note",
        _FEED_SQL,
        "WHERE task.kind = 5 AND task.closed_position IS NULL",
        "WHERE false AND task.closed_position IS NULL",
        f"{_ACTS}::test_a_name_that_does_not_fit_is_told_with_the_bases_and_opens_one_task",
        "A burst of checks opens one task.",
    ),
    hand(
        "misfits/fault ends the worker",
        _NOTES,
        "except Exception as error:",
        "except KeyError as error:",
        f"{_NOTES_TESTS}::test_a_fault_loses_a_task_and_nothing_else",
        "A fault of the store costs a task and nothing else.",
    ),
    hand(
        "misfits/any number waits",
        _NOTES,
        "and len(self._waiting) >= self._waiting_max:",
        "and False:",
        f"{_NOTES_TESTS}::test_no_more_wait_than_are_allowed_and_the_rest_is_counted",
        "A flood of names fills no memory.",
    ),
    hand(
        "looking/any court closes",
        _LOOKING,
        '        require_own(actor, task.court_code, "task")\n',
        "",
        f"{_ACTS}::test_a_task_is_closed_by_a_judge_of_the_court_that_owes_it",
        "A court answers its own tasks.",
    ),
    hand(
        "looking/any task is closed",
        _LOOKING,
        "if task.kind not in _CLOSED_BY_A_LOOK:",
        "if False:",
        f"{_ACTS}::test_what_another_act_answers_is_not_closed_by_a_look",
        "What another act answers stays owed until that act.",
    ),
    hand(
        "looking/closed twice",
        _LOOKING,
        "if again[-1]:",
        "if False:",
        f"{_ACTS}::test_a_judge_who_finds_the_document_rightly_bound_closes_the_task",
        "A task is answered once.",
    ),
    hand(
        "tasks/misfit outlives what it is on",
        _TASKS,
        "if task.kind == pb.TASK_KIND_NAME_MISFIT and str(task.task_id) not in closed:",
        "if False:",
        f"{_ACTS}::test_unbinding_the_document_answers_the_task",
        "Unbinding the document answers the question whether it is rightly bound.",
    ),
    hand(
        "names/judged names come back",
        "registry/acts/looking.py",
        "        draft.rows.append(rows.JudgedNames(task_id))\n",
        "",
        "integration/registry/acts/test_name_misfits.py"
        "::test_a_judge_who_finds_the_document_rightly_bound_closes_the_task",
        "What a judge has found rightly bound is not put before her again.",
    ),
    hand(
        "names/one court judges for all",
        "registry/sql/feed.sql",
        "            AND misfit_name.judged_position IS NOT NULL AND task.court_code = basis.court_code\n",
        "            AND misfit_name.judged_position IS NOT NULL\n",
        "integration/registry/acts/test_name_misfits.py"
        "::test_what_one_court_has_judged_another_has_not",
        "Each court answers for its own bases.",
    ),
    hand(
        "names/unjudged names are judged",
        "registry/sql/feed.sql",
        "misfit_name.judged_position IS NOT NULL AND ",
        "",
        "integration/registry/acts/test_name_misfits.py"
        "::test_a_task_that_nobody_has_looked_into_judges_no_name",
        "What nobody has looked into is looked into.",
    ),
    hand(
        "names/spellings outlive the binding",
        "registry/row_writer.py",
        "        yield self._queries.delete_misfit_names, (row.document_id,)\n",
        "",
        "integration/registry/acts/test_name_misfits.py"
        "::test_a_kept_spelling_is_no_name_and_goes_with_the_binding",
        "Nothing is kept of what is not bound any more.",
    ),
    hand(
        "names/one digest for every document",
        "registry/feed/second_factor.py",
        "content = document_id.bytes + recognised_by(name).encode()",
        "content = recognised_by(name).encode()",
        "unit/registry/test_second_factor.py"
        "::test_a_name_is_recognised_by_its_words_beside_its_document_and_under_the_key",
        "Nobody is followed by a name from one document to another.",
    ),
)
