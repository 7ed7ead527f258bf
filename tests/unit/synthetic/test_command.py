"""`python -m synthetic`."""

import io
import json
import sys
from pathlib import Path

import pytest

from synthetic.command import execute
from synthetic.flaws import FLAWS
from synthetic.progress import follow


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def test_a_register_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "register.jsonl"
    assert execute(["--rows", "30", "--court", "沪0198", "--out", str(out)]) == 0
    assert len(lines(out)) == 30
    assert "30 rows" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["register.jsonl"]


def test_the_same_command_writes_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "other"):
        given = ["--rows", "30", "--seed", "5", "--as-of", "2026-11-22", "--format", "csv"]
        assert execute([*given, "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert len(lines(tmp_path / "one")) == 31


def test_the_sample_comes_with_what_must_become_of_it(tmp_path: Path) -> None:
    out, expected = tmp_path / "sample.jsonl", tmp_path / "expected.jsonl"
    assert execute(["--flaws", "--out", str(out), "--expected", str(expected)]) == 0
    told = [json.loads(line) for line in lines(expected)]
    assert len(lines(out)) == 2_000
    assert len(told) == len(FLAWS)
    assert told == sorted(told, key=lambda one: one["row"])
    assert told[0].keys() == {"row", "flaw", "outcome", "field", "reason"}


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["--rows", "0"],
        ["--flaws", "--shape", "g1"],
        ["--rows", "5", "--expected", "x"],
        ["--rows", "5", "--flaws"],
        ["--rows", "5", "--go-live", "1999-01-01"],
    ],
)
def test_what_cannot_be_made_is_said(
    given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute([*given, "--out", str(tmp_path / "x.jsonl")]) == 2
    assert "--" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["--rows", "5", "--out", str(tmp_path / "no" / "x.jsonl")]) == 1
    assert "choose a file" in capsys.readouterr().err


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        execute(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert "examples:" in told
    assert "exit codes:" in told


def test_a_long_run_says_each_second_how_far_it_is() -> None:
    out, seconds = io.StringIO(), iter([0.0, 0.5, 1.0, 1.5, 2.5])
    assert follow([10, 20, 30, 50], total=50, out=out, clock=lambda: next(seconds)) == 50
    assert out.getvalue().splitlines() == [
        "20 of 50 rows, 40 %, 20 rows/s",
        "50 of 50 rows, 100 %, 20 rows/s",
    ]


def test_a_short_run_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    assert follow([1, 2, 3], total=3, out=sys.stderr) == 3
    assert capsys.readouterr().err == ""
