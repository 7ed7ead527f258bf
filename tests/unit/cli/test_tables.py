"""Rows are read whole, however narrow the terminal is."""

import io

import pytest
from rich.console import Console

from cli.views.tables import Rows, table

_STATUS = ("process", "address", "state", "version", "up", "position", "lag", "partners")
_PROCESS = ("partner/demo-copy", "127.0.0.1:20195", "ready", "0.1.0", "18 min", "23", "0, 0.4 s")
_PUSHES = "demo-hang 0/23 failing for 3 min"
_LISTING = ("01a2048e-0846-7cd1-a234-ff0b8f4dbd09", "（2025）京0199执1号", "测试甲", "DELETED")


def _printed(rows: Rows, columns: int) -> list[str]:
    console = Console(file=io.StringIO(), width=columns, highlight=False, emoji=False)
    console.print(rows)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_what_fits_is_a_table() -> None:
    lines = _printed(table("processes", _STATUS, [(*_PROCESS, _PUSHES)]), 130)
    [row] = [line for line in lines if line.startswith(" partner/demo-copy")]
    assert _PUSHES in row


def test_a_column_in_which_nothing_stands_makes_way_for_the_others() -> None:
    lines = _printed(table("processes", _STATUS, [(*_PROCESS, "")]), 80)
    [row] = [line for line in lines if line.startswith(" partner/demo-copy")]
    for said in _PROCESS:
        assert said in row
    assert "partners" not in "\n".join(lines)


def test_a_text_goes_on_on_the_next_line_and_an_id_does_not() -> None:
    lines = _printed(table("processes", _STATUS, [(*_PROCESS, _PUSHES)]), 100)
    [row] = [line for line in lines if line.startswith(" partner/demo-copy")]
    assert "ready" in row
    assert _PUSHES not in row
    assert "demo-hang" in row


@pytest.mark.parametrize("columns", [20, 40, 60])
def test_rows_that_do_not_fit_stand_by_themselves_with_all_that_they_say(columns: int) -> None:
    rows = table("listings", ("listing", "case", "name", "state"), [_LISTING, _LISTING])
    lines = _printed(rows, columns)
    said = "".join("".join(lines).split())
    for value in _LISTING:
        assert said.count(value) == 2 or said.count(value[:10]) == 2, (value, lines)
    for heading in ("listing", "case", "name", "state"):
        assert sum(line.startswith(heading) for line in lines) >= 2, lines


def test_every_row_of_a_narrow_table_keeps_its_state_in_one_piece() -> None:
    lines = _printed(table("processes", _STATUS, [(*_PROCESS, _PUSHES)] * 3), 40)
    assert sum("ready" in line for line in lines) == 3
