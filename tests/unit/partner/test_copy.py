"""A partner's copy: what it applies, what it passes over, and what it says it has applied."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from courtlist.restriction.v1 import restriction_pb2 as restriction
from partner.copy import FILE_NAME, Copy, count

SERIES = "series-1"


def _set(number: int, restriction_id: str = "o1", *digests: bytes) -> restriction.RestrictionEntry:
    return restriction.RestrictionEntry(
        number=number,
        restriction_id=restriction_id,
        event=restriction.RESTRICTION_EVENT_SET,
        digests=digests or (restriction_id.encode(),),
        case_number="(2026)京0000执1号",
    )


def _lifted(number: int, restriction_id: str = "o1") -> restriction.RestrictionEntry:
    return restriction.RestrictionEntry(
        number=number,
        restriction_id=restriction_id,
        event=restriction.RESTRICTION_EVENT_LIFTED,
        void_from_start=True,
    )


def _held(folder: Path, field: str = "travel") -> tuple[int, int, int]:
    counted = count(folder)[field]
    return counted["applied"], counted["restrictions"], counted["digests"]


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    opened = Copy(tmp_path)
    yield opened
    opened.close()


def test_entries_and_the_number_they_bring_it_to_are_kept_together(
    copy: Copy, tmp_path: Path
) -> None:
    assert copy.receive("travel", SERIES, 0, [_set(1), _set(2, "o2", b"a", b"b")]) == 2
    assert _held(tmp_path) == (2, 2, 3)


def test_an_entry_that_comes_again_is_passed_over(copy: Copy, tmp_path: Path) -> None:
    copy.receive("travel", SERIES, 0, [_set(1), _lifted(2)])
    assert copy.receive("travel", SERIES, 0, [_set(1), _lifted(2), _set(3, "o3")]) == 3
    assert copy.receive("travel", SERIES, 0, [_set(1)]) == 3
    assert _held(tmp_path) == (3, 1, 1)


def test_a_set_replaces_the_digests_of_the_one_before(copy: Copy, tmp_path: Path) -> None:
    copy.receive("travel", SERIES, 0, [_set(1, "o1", b"a", b"b"), _set(2, "o1", b"c")])
    assert _held(tmp_path) == (2, 1, 1)


def test_a_lift_leaves_no_trace(copy: Copy, tmp_path: Path) -> None:
    copy.receive("travel", SERIES, 0, [_set(1, "o1", b"a", b"b"), _lifted(2)])
    assert _held(tmp_path) == (2, 0, 0)


def test_nothing_is_applied_across_a_gap(copy: Copy, tmp_path: Path) -> None:
    copy.receive("travel", SERIES, 0, [_set(1)])
    assert copy.receive("travel", SERIES, 5, [_set(6, "o6")]) == 1
    assert copy.receive("travel", SERIES, 1, [_set(2, "o2"), _set(4, "o4")]) == 2
    assert _held(tmp_path) == (2, 2, 2)


def test_an_entry_of_an_unknown_kind_is_not_acknowledged(copy: Copy, tmp_path: Path) -> None:
    strange = _set(2, "o2")
    strange.event = 99  # type: ignore[assignment]
    assert copy.receive("travel", SERIES, 0, [_set(1), strange, _set(3, "o3")]) == 1
    assert _held(tmp_path) == (1, 1, 1)


def test_a_new_series_drops_the_copy_of_that_field_only(copy: Copy, tmp_path: Path) -> None:
    copy.receive("travel", SERIES, 0, [_set(1), _set(2, "o2")])
    copy.receive("hotel", SERIES, 0, [_set(1)])
    assert copy.receive("travel", "series-2", 2, []) == 0
    assert _held(tmp_path) == (0, 0, 0)
    assert _held(tmp_path, "hotel") == (1, 1, 1)
    assert copy.receive("travel", "series-2", 0, [_set(1)]) == 1


def test_what_is_cut_off_half_way_is_not_applied_at_all(copy: Copy, tmp_path: Path) -> None:
    copy.receive("travel", SERIES, 0, [_set(1)])
    with sqlite3.connect(tmp_path / FILE_NAME) as other:
        other.execute(
            "CREATE TRIGGER cut BEFORE INSERT ON restriction WHEN NEW.restriction_id = 'o3'"
            " BEGIN SELECT RAISE(ABORT, 'cut'); END"
        )
    other.close()
    with pytest.raises(sqlite3.IntegrityError):
        copy.receive("travel", SERIES, 1, [_set(2, "o2"), _set(3, "o3")])
    assert _held(tmp_path) == (1, 1, 1)


def test_an_empty_call_tells_where_it_stands(copy: Copy) -> None:
    assert copy.receive("travel", SERIES, 0, []) == 0
    copy.receive("travel", SERIES, 0, [_set(1)])
    assert copy.receive("travel", SERIES, 1, []) == 1


class _Held(list[restriction.RestrictionEntry]):
    """Entries whose reading waits until it is let go."""

    def __init__(self, entries: list[restriction.RestrictionEntry]) -> None:
        super().__init__(entries)
        self.reached, self.let_go = threading.Event(), threading.Event()

    def __iter__(self) -> Iterator[restriction.RestrictionEntry]:
        self.reached.set()
        assert self.let_go.wait(10)
        return super().__iter__()


def test_closing_waits_for_a_call_whose_caller_is_gone(copy: Copy, tmp_path: Path) -> None:
    entries = _Held([_set(1)])
    with ThreadPoolExecutor(2) as threads:
        applying = threads.submit(copy.receive, "travel", SERIES, 0, entries)
        assert entries.reached.wait(10)
        closing = threads.submit(copy.close)
        with pytest.raises(TimeoutError):
            closing.result(0.2)
        entries.let_go.set()
        assert applying.result(10) == 1
        closing.result(10)
    assert _held(tmp_path) == (1, 1, 1)
