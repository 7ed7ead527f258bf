"""Whatever stands in a file, reading and judging give an answer, and never a wrong SOUND."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import registry.intake
from registry.intake.names import PUBLIC_FIELDS, SUPERSET
from registry.intake.outcome import Outcome, Problem
from registry.intake.reading import Header, RecordFormat, read, read_header
from registry.intake.understanding import understood
from tests.unit.registry.intake.whole import WHOLE, judged, read_json

README = (Path(registry.intake.__file__).parent / "README.md").read_text("utf-8")

NAMES = st.sampled_from((*SUPERSET, "orderEndOnn", "exitDate", "x"))
ODD = st.sampled_from(
    [
        *WHOLE.values(),
        "0",
        "-1",
        "９",
        "*",
        "2027-03-01",
        "20250301",
        "PASSPORT",
        "[]",
        "[{}]",
        "1,9",
    ]
)


@given(st.binary(max_size=300))
def test_no_bytes_make_reading_fail(raw: bytes) -> None:
    for found in (read(raw, RecordFormat.JSONL), read(raw, RecordFormat.CSV, Header(SUPERSET))):
        if not isinstance(found, Problem):
            judged(found)
    read_header(raw)


@given(st.dictionaries(NAMES, st.one_of(ODD, st.text(max_size=40)), max_size=50))
def test_no_fields_make_judging_fail(changes: dict[str, str]) -> None:
    row = {**WHOLE, **changes}
    found = judged(row)
    assert (found.outcome is Outcome.SOUND) == (found.row is not None) == (not found.problems)
    if found.row is not None:
        understood(found.row)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=9))
def test_no_value_of_json_makes_reading_fail(value: object) -> None:
    for field in ("iname", "otherDocuments", "orderItems", "age"):
        found = read_json({**WHOLE, field: value})
        if not isinstance(found, Problem):
            judged(found)


@given(st.sets(st.sampled_from(sorted(WHOLE.keys() - set(PUBLIC_FIELDS))), min_size=1))
def test_no_row_that_lacks_something_is_sound(missing: set[str]) -> None:
    row = {name: value for name, value in WHOLE.items() if name not in missing}
    assert judged(row).outcome is not Outcome.SOUND


@given(st.integers(0, 14), st.integers(1, 4))
def test_no_hidden_number_is_sound(start: int, length: int) -> None:
    number = WHOLE["cardNum"]
    masked = number[:start] + "*" * length + number[start + length :]
    assert judged({**WHOLE, "cardNum": masked}).outcome is Outcome.UNMATCHED


def test_the_readme_tells_every_field_in_a_row_of_its_table() -> None:
    first_cells = " ".join(re.findall(r"^\| (`[^|]*`) \|", README, re.MULTILINE))
    assert set(SUPERSET) <= set(re.findall(r"`(\w+)`", first_cells))


def test_the_readmes_whole_row_is_whole() -> None:
    block = README.split("```json\n")[1].split("```")[0]
    row = read_json(json.loads(block))
    assert not isinstance(row, Problem)
    found = judged(row, today=date(2099, 11, 22), go_live_on=date(2099, 6, 1))
    assert found.outcome is Outcome.SOUND, found.problems


@pytest.mark.parametrize(
    "value",
    ["9" * 5000, "９" * 5000, f"&#{'1' * 5000};", f"&#x{'f' * 5000};", "①" * 5000],
    ids=["figure", "wide figure", "entity", "hexadecimal entity", "circled"],
)
@pytest.mark.parametrize("field", SUPERSET)
def test_no_figure_is_too_long_for_an_answer(field: str, value: str) -> None:
    found = read_json({**WHOLE, field: value})
    if not isinstance(found, Problem):
        judged(found)


def test_no_depth_of_json_makes_reading_fail() -> None:
    record = json.dumps({**WHOLE, "otherDocuments": 0})
    for depth in range(2, 1200):
        nested = "[" * depth + "]" * depth
        raw = record.replace('"otherDocuments": 0', f'"otherDocuments": {nested}').encode()
        found = read(raw, RecordFormat.JSONL)
        assert isinstance(found, Problem) or judged(found).outcome is Outcome.REJECTED
