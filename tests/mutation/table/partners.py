"""Partners and ratings, a court's go-live day, its tasks, and the ledger read by hand."""

from tests.mutation.mutant import hand

_ACTS = "registry/acts/partners.py"
_READING = "registry/convert/partners.py"
_TASKS_SQL = "registry/sql/tasks.sql"
_T = "integration/registry/acts"
_PARTNER_TESTS = f"{_T}/test_partners.py"
_TASK_TESTS = f"{_T}/test_tasks.py"
_LEDGER_TESTS = f"{_T}/test_ledger_by_hand.py"
_FIELD_TESTS = f"{_PARTNER_TESTS}::test_what_cannot_be_recorded_is_told_at_its_field"

PARTNERS = (
    hand(
        "partners/rating of a retired one",
        _ACTS,
        "if not await desk.hold_partner(rating.partner_id):",
        "if False:",
        f"{_PARTNER_TESTS}::test_a_retired_partner_is_gone_until_it_is_enrolled_again",
        "A partner that was taken away is rated no more.",
    ),
    hand(
        "partners/retired for good",
        "registry/sql/acts.sql",
        "    retired_position = NULL, position = excluded.position;",
        "    position = excluded.position;",
        f"{_PARTNER_TESTS}::test_a_retired_partner_is_gone_until_it_is_enrolled_again",
        "A partner that is enrolled again is back.",
    ),
    hand(
        "partners/retired ones shown",
        "registry/sql/partners.sql",
        "p.retired_position IS NULL AND ",
        "",
        f"{_PARTNER_TESTS}::test_a_retired_partner_is_gone_until_it_is_enrolled_again",
        "A partner that was taken away is shown no more.",
    ),
    hand(
        "partners/oldest rating first",
        "registry/sql/partners.sql",
        "ORDER BY r.position DESC",
        "ORDER BY r.position",
        f"{_PARTNER_TESTS}::test_ratings_are_kept_and_the_newest_record_comes_first",
        "The rating that counts comes first.",
    ),
    hand(
        "partners/rating lapses a day early",
        _ACTS,
        "end_of_day(rating.last_on)",
        "start_of_day(rating.last_on)",
        f"{_PARTNER_TESTS}::test_ratings_are_kept_and_the_newest_record_comes_first",
        "The last day of a rating counts whole.",
    ),
    hand(
        "partners/rating for life",
        _READING,
        "elif last_on > add_years(first_on, RATING_YEARS_MAX):",
        "elif False:",
        _FIELD_TESTS,
        "A slip in a year does not make a hotel starred for good.",
    ),
    hand(
        "partners/rating that ends before it begins",
        _READING,
        "    if last_on < first_on:\n",
        "    if False:\n",
        _FIELD_TESTS,
        "A rating that holds on no day is a slip.",
    ),
    hand(
        "partners/six stars",
        _READING,
        "if not 0 <= rating.stars <= STARS_MAX:",
        "if not 0 <= rating.stars:",
        _FIELD_TESTS,
        "There are five stars.",
    ),
    hand(
        "partners/address without a port",
        _READING,
        "if found is None or not 0 < int(found",
        "if found is not None and not 0 < int(found",
        _FIELD_TESTS,
        "An address that nobody can be pushed to is found when it is enrolled.",
    ),
    hand(
        "go-live/set again",
        "registry/acts/going_live.py",
        "    if known is not None:\n",
        "    if False:\n",
        f"{_PARTNER_TESTS}::test_a_court_goes_live_once",
        "A go-live day that moved would let decisions in that were never entered one by one.",
    ),
    hand(
        "go-live/by anybody",
        "authority/table.py",
        '"SetGoLive": _SIGNS',
        '"SetGoLive": _RECORDS',
        f"{_PARTNER_TESTS}::test_only_a_president_lets_a_court_go_live",
        "The president answers for what is imported.",
    ),
    hand(
        "go-live/any year",
        "registry/convert/enrolments.py",
        "if go_live_on is not None and go_live_on > add_years(",
        "if False and go_live_on > add_years(",
        f"{_PARTNER_TESTS}::test_a_go_live_day_is_at_most_a_year_ahead",
        "The day is set once: a slip in the year cannot be mended.",
    ),
    hand(
        "tasks/another court's",
        _TASKS_SQL,
        "t.court_code = $1",
        "$1::text IS NOT NULL",
        f"{_TASK_TESTS}::test_open_tasks_come_oldest_first_and_page_by_page",
        "A court sees what it owes itself.",
    ),
    hand(
        "tasks/answered ones",
        _TASKS_SQL,
        "t.closed_position IS NULL AND ",
        "",
        f"{_TASK_TESTS}::test_a_task_that_was_answered_is_gone",
        "What was decided is owed no more.",
    ),
    hand(
        "tasks/newest first",
        _TASKS_SQL,
        "ORDER BY t.opened_position, t.task_id",
        "ORDER BY t.opened_position DESC, t.task_id",
        f"{_TASK_TESTS}::test_open_tasks_come_oldest_first_and_page_by_page",
        "What has waited longest is decided first.",
    ),
    hand(
        "tasks/token of another court",
        "registry/reading/task_list.py",
        'query = b"tasks\\x00" + court_code.encode()',
        'query = b"tasks"',
        f"{_TASK_TESTS}::test_a_page_token_belongs_to_its_court",
        "A page token belongs to the list it was issued for.",
    ),
    hand(
        "tasks/time not told in an answer",
        "registry/acts/repaying.py",
        "opened_at = await desk.recorded_at(position.position)",
        "opened_at = desk.now",
        f"{_TASK_TESTS}::test_a_task_says_since_when_it_is_owed_wherever_it_is_shown",
        "A task is owed since one instant, wherever it is shown.",
    ),
    hand(
        "ledger by hand/no waiting",
        "registry/feed/ledger_tail.py",
        "if entries or left_s <= 0 or self._changes.is_over:",
        "if True:",
        f"{_LEDGER_TESTS}::test_a_read_at_the_head_waits_for_the_next_change",
        "Who follows by hand sees a change when it is committed.",
    ),
    hand(
        "ledger by hand/the change before",
        "registry/sql/feed.sql",
        "FROM change WHERE position > $1 ORDER BY position LIMIT $2\n) AS batch ON true",
        "FROM change WHERE position >= $1 ORDER BY position LIMIT $2\n) AS batch ON true",
        f"{_LEDGER_TESTS}::test_the_ledger_is_read_as_stored_and_makes_no_follower",
        "A reader gets what comes after what it has.",
        place=2,
    ),
    hand(
        "partners/what was agreed is shown",
        "registry/reading/partner_list.py",
        "        checks_per_s=enrolled.checks_per_s,\n",
        "",
        f"{_PARTNER_TESTS}::test_what_a_partner_may_ask_is_shown_as_it_was_agreed_last",
        "An operator sees what a partner may ask before she changes anything of it.",
    ),
    hand(
        "partners/the last of the page before",
        "registry/sql/partners.sql",
        "p.partner_id > $1",
        "p.partner_id >= $1",
        f"{_PARTNER_TESTS}::test_partners_are_read_page_by_page",
        "Every partner is on one page.",
    ),
    hand(
        "partners/init takes back what was agreed",
        "cli/bootstrap/steps.py",
        "                    partner.checks_per_s = known.checks_per_s\n",
        "",
        "integration/cli/test_calls.py"
        "::test_init_takes_nothing_back_of_what_was_agreed_with_a_partner",
        "What a profile does not say it does not change.",
    ),
)
