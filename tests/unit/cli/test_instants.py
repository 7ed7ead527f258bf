from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from cli.views.instants import instant, last_day, lasting, legal_day, seconds_between


def _at(*parts: int) -> Timestamp:
    moment = Timestamp()
    moment.FromDatetime(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type,misc]
    return moment


def test_instants_and_days_are_the_courts_own() -> None:
    assert instant(_at(2025, 11, 2, 15, 59, 59)) == "2025-11-02 23:59:59"
    assert legal_day(_at(2025, 11, 2, 16)) == "2025-11-03"


def test_a_term_that_ends_at_midnight_ends_on_the_day_before() -> None:
    assert last_day(_at(2025, 11, 2, 16)) == "2025-11-02"
    assert last_day(_at(2025, 11, 2, 16, 0, 1)) == "2025-11-03"


def test_time_is_never_negative() -> None:
    early, late = _at(2025, 11, 2), _at(2025, 11, 3)
    assert seconds_between(early, late) == 86_400
    assert seconds_between(late, early) == 0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (59.9, "59.9 s"),
        (60, "1 min"),
        (3_600, "1 h 0 min"),
        (86_399, "23 h 59 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_durations_are_told_in_their_two_greatest_parts(seconds: float, text: str) -> None:
    assert lasting(seconds) == text
