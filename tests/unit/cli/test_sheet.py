import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.errors import RefusedError, UsageError
from cli.imports import sheet
from courtlist.registry.v1 import import_service_pb2 as rpc

_HASH = bytes(range(32))


def _sample(path: Path, *answers: str) -> Path:
    rows = [
        rpc.SampleRow(row_number=number, fields={"iname": "测试甲", "duty": "=1+1"})
        for number in range(1, len(answers) + 1)
    ]
    sheet.write_sample(path, rows, _HASH)
    with path.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    for row, answer in zip(written, answers, strict=True):
        row["agrees"] = answer
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(written[0]))
        writer.writeheader()
        writer.writerows(written)
    return path


def test_a_filled_in_sample_says_which_rows_agree_and_which_nobody_marked(tmp_path: Path) -> None:
    path = _sample(tmp_path / "s.csv", "yes", "是", "no", "", "✓")
    assert sheet.read_sample(path) == sheet.FilledSample(_HASH, [1, 2, 5], [3], [4])


def test_a_cell_that_a_spreadsheet_would_run_is_text(tmp_path: Path) -> None:
    path = _sample(tmp_path / "s.csv", "yes")
    assert "'=1+1" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("answer", ["maybe", "2", "x", "X", "×"])
def test_an_answer_that_is_neither_is_asked_again(tmp_path: Path, answer: str) -> None:
    with pytest.raises(UsageError) as caught:
        sheet.read_sample(_sample(tmp_path / "s.csv", "yes", answer))
    assert [one.field for one in caught.value.problems] == ["line 3, agrees"]


@pytest.mark.parametrize("number", ["", "²", "１", "-1", "9" * 5000])
def test_a_row_that_is_no_number_is_told_by_its_line(tmp_path: Path, number: str) -> None:
    path = _sample(tmp_path / "s.csv", "yes")
    path.write_text(
        path.read_text(encoding="utf-8").replace("\n1,", f"\n{number},"), encoding="utf-8"
    )
    with pytest.raises(UsageError) as caught:
        sheet.read_sample(path)
    assert [one.field for one in caught.value.problems] == ["line 2, row"]


def test_two_samples_in_one_file_are_refused(tmp_path: Path) -> None:
    path = _sample(tmp_path / "s.csv", "yes", "yes")
    path.write_text(
        path.read_text(encoding="utf-8").replace(_HASH.hex(), "ff", 1), encoding="utf-8"
    )
    with pytest.raises(UsageError, match="not a sample"):
        sheet.read_sample(path)


def test_the_report_has_a_line_for_every_problem_and_for_every_row_without(tmp_path: Path) -> None:
    rows = [
        rpc.Row(row_number=1, line=2, outcome=rpc.ROW_OUTCOME_ENTERED, listing_id="l-1"),
        rpc.Row(
            row_number=3,
            line=4,
            outcome=rpc.ROW_OUTCOME_ENTERED,
            listing_id="l-3",
            notes=[rpc.Problem(field="gistId", reason="LIKELY_DOUBLE", text="look")],
        ),
        rpc.Row(
            row_number=2,
            line=3,
            outcome=rpc.ROW_OUTCOME_INCOMPLETE,
            problems=[
                rpc.Problem(field="cardNum", reason="DOCUMENT_MASKED", text="write it whole"),
                rpc.Problem(field="servedOn", reason="FIELD_REQUIRED", text="add it"),
            ],
        ),
    ]
    assert sheet.write_report(tmp_path / "r.csv", rows) == 3
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    assert written == [
        list(sheet.REPORT_COLUMNS),
        ["2", "1", "ENTERED", "", "", "", "l-1"],
        ["4", "3", "ENTERED", "gistId", "LIKELY_DOUBLE", "look", "l-3"],
        ["3", "2", "INCOMPLETE", "cardNum", "DOCUMENT_MASKED", "write it whole", ""],
        ["3", "2", "INCOMPLETE", "servedOn", "FIELD_REQUIRED", "add it", ""],
    ]


def test_a_sample_that_may_be_filled_in_is_never_overwritten(tmp_path: Path) -> None:
    path = _sample(tmp_path / "s.csv", "yes")
    with pytest.raises(RefusedError, match="filled in"):
        _sample(path, "")
    assert sheet.read_sample(path).agreeing == [1]


def test_only_its_owner_reads_a_sample(tmp_path: Path) -> None:
    # Left by a run that was killed, for all to read.
    (tmp_path / "s.csv.partial").touch(0o644)
    sheet.write_sample(tmp_path / "s.csv", [rpc.SampleRow(row_number=1)], _HASH)
    assert (tmp_path / "s.csv").stat().st_mode & 0o777 == 0o600


def test_a_sample_may_go_to_a_device() -> None:
    sheet.write_sample(Path("/dev/null"), [rpc.SampleRow(row_number=1)], _HASH)


def test_a_report_that_breaks_off_takes_no_files_place(tmp_path: Path) -> None:
    def rows() -> Iterator[rpc.Row]:
        yield rpc.Row(row_number=1)
        raise KeyboardInterrupt

    path = tmp_path / "r.csv"
    path.write_text("the one before")
    with pytest.raises(KeyboardInterrupt):
        sheet.write_report(path, rows())
    assert [one.name for one in tmp_path.iterdir()] == ["r.csv"]
    assert path.read_text() == "the one before"
