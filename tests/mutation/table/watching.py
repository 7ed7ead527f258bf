"""What operators see: counts, traces, views and lags."""

from tests.mutation.mutant import hand

_TRACING = "chassis/telemetry/tracing.py"
_OTLP = "chassis/telemetry/otlp.py"
_CALLS = "chassis/interceptors.py"
_CONFIG = "chassis/config.py"
_GATE = "restriction/metrics.py"
_CONFIRM = "restriction/confirm.py"
_FEED_SQL = "registry/sql/feed.sql"
_SURVEY = "registry/feed/ledger_survey.py"
_TRACE_TESTS = "integration/chassis/test_tracing.py"
_APP_TESTS = "integration/chassis/test_observed_app.py"
_GATE_TESTS = "unit/restriction/test_metrics.py"
_SURVEY_TESTS = "integration/registry/test_ledger_survey.py"

WATCHING = (
    hand(
        "trace/any header",
        _TRACING,
        "    if not isinstance(header, str) or not _TRACEPARENT.fullmatch(header):\n",
        "    if not isinstance(header, str):\n",
        "unit/chassis/telemetry/test_tracing.py::test_anything_else_goes_no_further",
        "Only ids and flags in their fixed form are handed on from a caller.",
    ),
    hand(
        "trace/a number in an id",
        _TRACING,
        "None if may_hold_a_number(header) else header",
        "header",
        "unit/chassis/telemetry/test_tracing.py::test_anything_else_goes_no_further",
        "No caller has somebody's number written into logs and traces as the id of a trace.",
    ),
    hand(
        "trace/a number in an id of ours",
        _OTLP,
        "while may_hold_a_number(trace.format_trace_id(made := super().generate_trace_id())):",
        "while not (made := super().generate_trace_id()):",
        "unit/chassis/telemetry/test_tracing.py::test_no_id_of_ours_is_one_that_a_peer_would_drop",
        "A trace of ours is not begun anew by the next of our processes.",
    ),
    hand(
        "trace/not handed on",
        _CALLS,
        "        set_running_traceparent(traceparent)\n",
        "",
        f"{_TRACE_TESTS}::test_without_a_collector_the_callers_trace_is_handed_on_as_it_came",
        "A caller's trace goes on to the peers that a call asks.",
    ),
    hand(
        "trace/own span not the parent",
        _CALLS,
        "            traceparent = call.span.traceparent\n",
        "",
        f"{_TRACE_TESTS}::test_calls_along_a_chain_are_spans_of_one_trace",
        "A peer's span hangs below the call that asked it.",
    ),
    hand(
        "trace/caller's trace left",
        _OTLP,
        "{} if traceparent is None else {TRACEPARENT_HEADER: traceparent}",
        "{}",
        f"{_TRACE_TESTS}::test_calls_along_a_chain_are_spans_of_one_trace",
        "A call belongs to its caller's trace.",
    ),
    hand(
        "trace/unsent at the end",
        _OTLP,
        "        await asyncio.to_thread(provider.shutdown)\n",
        "        pass\n",
        f"{_APP_TESTS}::test_spans_that_are_not_sent_yet_are_sent_when_the_process_ends",
        "Spans of the last seconds are sent before a process ends.",
    ),
    hand(
        "trace/confirmation of whoever came last",
        _CONFIRM,
        "context=batch[0].context",
        "context=None",
        "unit/restriction/test_confirm.py"
        "::test_a_confirmation_belongs_to_the_trace_of_a_check_that_waits_for_it",
        "A confirmation is found in the trace of a check that waited for it.",
    ),
    hand(
        "metrics/calls not counted",
        _CALLS,
        "        call.metrics.note(call.code, duration_s)\n",
        "",
        f"{_APP_TESTS}::test_every_process_counts_its_calls_and_shows_its_own_metrics",
        "Every answered call is counted, routine or not.",
    ),
    hand(
        "metrics/lift timed twice",
        _GATE,
        "if change.endings and not self._is_known(change.position):",
        "if change.endings:",
        f"{_GATE_TESTS}::test_the_cursor_that_comes_second_does_not_time_a_lift_again",
        "A lift is timed when it first arrives, by either cursor.",
    ),
    hand(
        "metrics/replay timed",
        _GATE,
        "                if change.recorded_at >= self._began_at:\n",
        "                if True:\n",
        f"{_GATE_TESTS}::test_whoever_replays_the_ledger_is_not_late",
        "Whoever replays old endings does not look late.",
    ),
    hand(
        "metrics/positions of another incarnation",
        _GATE,
        "position.incarnation == last.incarnation and ",
        "",
        f"{_GATE_TESTS}::test_positions_begin_again_after_a_restore",
        "Positions of two incarnations do not compare.",
    ),
    hand(
        "survey/any number of readers",
        _FEED_SQL,
        "FROM follower ORDER BY follower LIMIT $1)",
        "FROM follower ORDER BY follower LIMIT $1 + 1000)",
        f"{_SURVEY_TESTS}::test_names_from_the_network_make_only_so_many_labels",
        "Names from the network make only so many labels.",
    ),
    hand(
        "survey/lag below nothing",
        _FEED_SQL,
        "GREATEST(0, head.position - reader.position)",
        "(head.position - reader.position)",
        f"{_SURVEY_TESTS}::test_a_reader_ahead_of_a_restored_ledger_is_behind_by_nothing",
        "A reader ahead of a restored ledger is behind by nothing.",
    ),
    hand(
        "survey/mark of another incarnation",
        _SURVEY,
        "        if mark.incarnation == view.incarnation:\n",
        "        if True:\n",
        f"{_SURVEY_TESTS}::test_the_view_follows_what_this_process_writes_between_two_looks",
        "A view never mixes positions of two incarnations.",
    ),
    hand(
        "settings/metrics for everybody",
        _CONFIG,
        "{host or '127.0.0.1'}",
        "{host or '0.0.0.0'}",
        "unit/chassis/telemetry/test_settings.py"
        "::test_metrics_without_a_host_stay_on_the_loopback_interface",
        "Metrics stay on the loopback interface unless a host is named.",
    ),
)
