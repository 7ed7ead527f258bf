"""A register brought over by hand: staged, checked, read back, signed, reported, completed, undone."""

import asyncio
import csv
import sys
from pathlib import Path
from typing import Any

import pytest

from stack.service_process import python_environment
from tests.system.cli.cast import IMPORTING as _COURT
from tests.system.cli.cast import SECOND_CLERK as _SECOND_CLERK
from tests.system.cli.terminal import Terminal

pytestmark = pytest.mark.asyncio(loop_scope="session")

_INIT = """
[[courts]]
code = "{court.code}"
name = "{court.name}"
contact = "{court.contact}"
go_live = {{ day = 2026-01-01, signed_by = "{court.president}" }}
officers = [
  {{ person = "{court.clerk}", name = "测试书记员", role = "clerk" }},
  {{ person = "{second}", name = "测试书记员", role = "clerk" }},
  {{ person = "{court.president}", name = "测试院长", role = "president" }},
]
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_register_is_brought_over_by_four_eyes_and_a_signature(terminal: Terminal) -> None:
    folder = terminal.folder
    (folder / "court.toml").write_text(_INIT.format(court=_COURT, second=_SECOND_CLERK))
    await terminal.done("init", "court.toml")
    first = terminal.acting(_COURT.clerk, "clerk", _COURT.code)
    second = terminal.acting(_SECOND_CLERK, "clerk", _COURT.code)
    president = terminal.acting(_COURT.president, "president", _COURT.code)
    await _make_register(folder / "register.csv")

    staged = await first.done("import", "stage", "register.csv", "--prepare")
    import_id = staged["importId"]
    checked = await first.done("import", "status", import_id, "--watch")
    assert (checked["state"], checked["stagedCount"]) == ("CHECKED", 301)
    again = await first.done("import", "stage", "register.csv")
    assert (again["importId"], again["found"]) == (import_id, True)

    sample = await second.done("import", "sample", import_id, "--out", "sample.csv")
    assert sample["rows"] == 20
    blank = await second.run("import", "approve", import_id, "--sample", "sample.csv")
    assert (blank.code, blank.data["error"]["reason"]) == (1, "SAMPLE_INCOMPLETE")
    _agree(folder / "sample.csv")
    same = await first.run("import", "approve", import_id, "--sample", "sample.csv")
    assert (same.code, same.data["error"]["reason"]) == (5, "SAME_PERSON")
    await second.done("import", "approve", import_id, "--sample", "sample.csv")
    await president.done(
        "import", "sign", import_id, "--manifest", checked["manifest"]["manifestHash"]
    )
    done = await first.done("import", "status", import_id, "--watch")
    assert done["state"] == "DONE"
    assert {one["outcome"]: one["count"] for one in done["outcomes"]} == {
        "ENTERED": 299,
        "INCOMPLETE": 1,
    }

    await first.done("import", "report", import_id, "--out", "report.csv")
    [incomplete] = [one for one in _rows(folder / "report.csv") if one["outcome"] != "ENTERED"]
    assert incomplete["field"] == "servedOn"
    served = _rows(folder / "register.csv")[int(incomplete["row"]) - 1]["orderServedOn"]
    await first.done("complete", import_id, incomplete["row"], "--set", f"servedOn={served}")
    unseen = await second.run("complete", import_id, incomplete["row"], "--approve")
    assert unseen.code == 2
    shown = await second.done("complete", import_id, incomplete["row"], "--show")
    assert "servedOn" in shown["understood"]["fields"]
    seen = shown["row"]["completionHash"]
    approved = await second.done(
        "complete", import_id, incomplete["row"], "--approve", "--hash", seen
    )
    assert approved["outcome"] == "ENTERED"

    undone = await president.done("import", "undo", import_id, "--reasons", "示例")
    assert undone["state"] in {"UNDOING", "UNDONE"}
    assert (await first.done("import", "status", import_id, "--watch"))["state"] == "UNDONE"


async def _make_register(path: Path) -> None:
    """300 rows, one of which lacks the day of service."""
    made = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "synthetic", "--out", str(path), "--rows", "300"),
        *("--court", _COURT.code, "--format", "csv"),
        *("--go-live", "2026-01-01", "--processes", "1"),
        env=python_environment({}),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await made.wait() == 0
    rows = _rows(path)
    rows[7]["servedOn"] = ""
    _write(path, rows)


def _agree(path: Path) -> None:
    """As a clerk does who has compared every row with the case file."""
    rows = _rows(path)
    for row in rows:
        row["agrees"] = "yes"
    _write(path, rows)


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
