"""Who acts: assertions, enrolment, four eyes and review."""

from tests.mutation.mutant import hand

_ASSERTION = "authority/assertion.py"
_ENROLMENTS = "registry/enrolments.py"
_PEOPLE = "authority/people.py"
_STAFFING = "registry/acts/staffing.py"
_PREPARING = "registry/acts/preparing.py"
_SCOPE = "registry/acts/scope.py"
_T = "integration/registry/acts"
_ASSERTION_TESTS = "unit/authority/test_assertion.py"
_PEOPLE_TESTS = f"{_T}/test_people.py"
_STAFF_TESTS = f"{_T}/test_staffing.py"
_BINDING_TESTS = f"{_T}/test_binding_by_two.py"
_RETIRED_TESTS = f"{_T}/test_retired_courts.py"
_FOLLOWED_TESTS = "contract/restriction/test_retired_courts.py"
_REVIEW_TESTS = f"{_T}/test_reviews.py"

PEOPLE = (
    hand(
        "people/acts of who has left",
        "registry/registrar.py",
        "        await self._offices.require(connection, act.actor)\n",
        "",
        f"{_RETIRED_TESTS}::"
        "test_nobody_acts_whose_office_was_taken_away_while_she_waited_for_her_turn",
        "No act stands in the ledger behind the end of the office of who did it.",
    ),
    hand(
        "people/prepared beside a retirement",
        _PREPARING,
        "            await self._offices.keep(connection, actor)\n",
        "",
        f"{_RETIRED_TESTS}::test_what_somebody_is_just_preparing_goes_with_the_court_too",
        "What was under way when the court was retired waits for nobody who comes after.",
    ),
    hand(
        "people/completed beside a retirement",
        "registry/importing/calls/completing.py",
        "        await self._offices.keep(connection, actor)\n",
        "",
        "integration/registry/importing/test_retired_courts.py::"
        "test_a_row_that_somebody_is_just_completing_waits_no_more_either",
        "What was under way when the court was retired waits for nobody who comes after.",
    ),
    hand(
        "people/any audience",
        _ASSERTION,
        'if claims.get("aud") != audience:',
        "if False:",
        f"{_ASSERTION_TESTS}::test_an_assertion_towards_another_server_is_refused",
        "What was signed for one server is not carried to another.",
    ),
    hand(
        "people/borrowed certificate",
        _ASSERTION,
        "if court != court_code:",
        "if False:",
        f"{_ASSERTION_TESTS}::test_an_assertion_over_another_courts_certificate_is_borrowed",
        "A court's people act over their own court's certificate.",
    ),
    hand(
        "people/another person's key",
        _ASSERTION,
        "if person_id != key.person_id or court != key.court_code:",
        "if False:",
        f"{_ASSERTION_TESTS}::test_a_key_speaks_for_its_own_person_at_its_own_court_only",
        "A key speaks for the person at the court that enrolled it.",
    ),
    hand(
        "people/any algorithm",
        _ASSERTION,
        'if header.get("alg") != ALGORITHM:',
        "if False:",
        f"{_ASSERTION_TESTS}::test_only_eddsa_is_accepted",
        "An unsigned or otherwise signed token is told as such before anything is looked up.",
    ),
    hand(
        "people/life without end",
        _ASSERTION,
        "if expires_at - issued_at > LIFE_MAX:",
        "if False:",
        f"{_ASSERTION_TESTS}::test_an_assertion_lives_no_longer_than_five_minutes",
        "What could be stolen is worth little for long.",
    ),
    hand(
        "people/expired ones good",
        _ASSERTION,
        "if expires_at <= issued_at or expires_at + SKEW_MAX <= now:",
        "if False:",
        f"{_ASSERTION_TESTS}::test_an_assertion_is_good_until_its_end_and_the_skew_and_no_longer",
        "Past its end it is refused, and its nonce may be forgotten.",
    ),
    hand(
        "people/replay",
        _PEOPLE,
        "if not await self._enrolments.claim(claims):",
        "if False:",
        f"{_PEOPLE_TESTS}::test_an_assertion_is_good_once_in_every_process_and_after_a_restart",
        "An assertion is used up by its first call.",
    ),
    hand(
        "people/signing key acts",
        "registry/sql/assertions.sql",
        "AND purpose = 1 ",
        "",
        f"{_PEOPLE_TESTS}::test_a_key_that_does_not_speak_for_her_is_unknown",
        "A key for decisions asserts nothing.",
    ),
    hand(
        "people/retired key acts",
        "registry/sql/assertions.sql",
        "AND algorithm = 'ed25519' AND ended_position IS NULL;",
        "AND algorithm = 'ed25519';",
        f"{_PEOPLE_TESTS}::test_a_retired_key_speaks_no_more",
        "A key that was taken away counts no more.",
    ),
    hand(
        "people/believed for ever",
        _ENROLMENTS,
        "if seen is not None and now_s < seen[0] + BELIEVED_S else None",
        "if seen is not None else None",
        f"{_PEOPLE_TESTS}::test_what_another_process_changed_counts_after_ten_seconds",
        "What another process takes away counts here soon.",
    ),
    hand(
        "people/own retirement not noticed",
        "registry/wiring.py",
        "        enrolments.forget()\n    await",
        "        pass\n    await",
        f"{_STAFF_TESTS}::test_who_has_left_acts_no_more_at_once_and_may_come_back",
        "What this process takes away counts at once.",
    ),
    hand(
        "people/operator staffs for ever",
        _STAFFING,
        "if actor.role == pb.ROLE_OPERATOR and presidents_with_key(staff):",
        "if False:",
        f"{_STAFF_TESTS}::test_a_court_with_a_president_who_has_a_key_staffs_itself",
        "Who runs the machines makes nobody a judge.",
    ),
    hand(
        "people/another court's president",
        _STAFFING,
        'require_own(actor, staff.court_code, "court")',
        "pass",
        f"{_STAFF_TESTS}::test_a_president_staffs_no_other_court",
        "A president has a say at her own court.",
    ),
    hand(
        "people/court without a president",
        _STAFFING,
        "if presidents_with_key(staff) and not presidents_with_key(left):",
        "if False:",
        f"{_STAFF_TESTS}::test_the_last_president_with_a_key_hands_over_before_she_goes",
        "A court does not fall back to the operators by a slip of its own.",
    ),
    hand(
        "people/key left behind",
        "registry/acts/officers.py",
        "if staff.roles_of(person_id) == {request.role}:",
        "if False:",
        f"{_STAFF_TESTS}::test_who_leaves_the_court_leaves_no_key_behind",
        "An old key does not count again when its person comes back.",
    ),
    hand(
        "people/one key, two persons",
        "registry/acts/keys.py",
        "if await desk.key_is_known(request.key_id, request.public_key):",
        "if False:",
        f"{_STAFF_TESTS}::test_a_key_is_one_person_s_for_ever",
        "One hand is not two people.",
    ),
    hand(
        "people/key for which anybody signs",
        "authority/public_key.py",
        " and raw[:-1] + bytes([raw[-1] & 0x7F]) not in _SMALL_ORDER",
        "",
        "unit/authority/test_public_key.py::test_a_key_for_which_anybody_can_sign_is_refused",
        "A key must be one person's to use.",
    ),
    hand(
        "people/bound by one",
        _PREPARING,
        'require_other_person(actor, held.prepared_by, "prepared the binding")',
        "pass",
        f"{_BINDING_TESTS}::test_who_has_prepared_does_not_bind",
        "A wrong binding restricts a stranger: two people look.",
    ),
    hand(
        "people/bound otherwise than prepared",
        _PREPARING,
        "if differing:",
        "if False:",
        f"{_BINDING_TESTS}::test_nothing_else_is_bound_than_what_was_prepared",
        "Both have looked at the same.",
    ),
    hand(
        "people/preparation of another court",
        _PREPARING,
        'require_own(actor, held.court_code, "preparation")',
        "pass",
        f"{_BINDING_TESTS}::test_another_court_binds_nothing_that_this_one_prepared",
        "Both are of one court, which answers for it.",
    ),
    hand(
        "people/old preparation",
        _PREPARING,
        " or held.prepared_at + GOOD_FOR <= desk.now",
        "",
        f"{_BINDING_TESTS}::test_a_preparation_waits_for_30_days",
        "Evidence that nobody has looked at since is looked at anew.",
    ),
    hand(
        "people/used preparation",
        _PREPARING,
        "held.used or ",
        "",
        f"{_BINDING_TESTS}::test_a_preparation_is_used_once",
        "What a judge took back is not bound again on the old word.",
    ),
    hand(
        "people/stranger's subject",
        _SCOPE,
        "if not await desk.court_has_case_on(subject_id, actor.court_code):",
        "if False:",
        f"{_BINDING_TESTS}::test_a_court_without_a_case_prepares_nothing_and_unbinds_nothing",
        "A court acts on its own cases.",
    ),
    hand(
        "people/review of any court",
        _SCOPE,
        "elif await desk.higher_court_of(court_code) != actor.court_code:",
        "elif False:",
        f"{_REVIEW_TESTS}::test_a_court_does_not_review_itself",
        "It is the next-higher court that reviews.",
    ),
    hand(
        "people/review by a court of an operator's making",
        "registry/acts/courts.py",
        "if not is_other or is_reviewed or",
        "if not is_other or",
        "integration/registry/acts/test_courts.py::"
        "test_a_court_that_is_reviewed_is_given_no_other_while_that_one_is_in_office",
        "Who runs the machines does not choose who reviews.",
    ),
    hand(
        "people/review weighs anew",
        "registry/law/endings.py",
        "if on_review and cause is not None and not ENDING_RULES[cause].on_review:",
        "if False:",
        f"{_REVIEW_TESTS}::test_what_is_for_the_court_that_enforces_is_not_lifted_on_review",
        "A review finds what was wrong; discretion stays with the court that enforces.",
    ),
    hand(
        "people/halves outlive their court",
        "registry/acts/courts.py",
        "    await desk.drop_waiting(request.court_code)\n",
        "",
        f"{_RETIRED_TESTS}::test_what_somebody_prepared_is_not_bound_by_the_people_who_come_after",
        "Half of a binding by who is gone would make one person of a court two.",
    ),
    hand(
        "people/imports outlive their court",
        "registry/sql/people.sql",
        "WHERE court_code = $1 AND state IN (1, 2, 3, 4) RETURNING import_id",
        "WHERE court_code = $1 AND state IN (1) RETURNING import_id",
        "integration/registry/importing/test_retired_courts.py"
        "::test_what_was_prepared_and_approved_before_is_not_signed_after",
        "Three people of one court bring a file in.",
    ),
    hand(
        "people/keys come back with their court",
        "restriction/sql/people.sql",
        "k.enrolled_position > GREATEST(k.retired_position, c.retired_position)",
        "k.enrolled_position > k.retired_position",
        f"{_FOLLOWED_TESTS}::test_who_acts_at_a_court_acts_no_more_when_it_is_retired_nor_when_it_is_back",
        "A court that is enrolled again has its name back, and none of its people.",
    ),
    hand(
        "people/offices come back with their court",
        "restriction/sql/people.sql",
        "o.enrolled_position > GREATEST(o.retired_position, c.retired_position)",
        "o.enrolled_position > o.retired_position",
        f"{_FOLLOWED_TESTS}::test_who_acts_at_a_court_acts_no_more_when_it_is_retired_nor_when_it_is_back",
        "The same of roles.",
    ),
    hand(
        "people/another court's code by a slip",
        "registry/acts/courts.py",
        "if not is_other or is_reviewed or there[:2] != (request.name, request.contact):",
        "if not is_other:",
        f"{_T}/test_courts.py::test_a_court_that_is_enrolled_is_given_the_court_that_reviews_it",
        "A slip in a code changes nothing of another court.",
    ),
)
