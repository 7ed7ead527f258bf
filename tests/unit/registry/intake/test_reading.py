"""From bytes to fields."""

import json
from datetime import date

import pytest

from registry.intake.outcome import Outcome, Problem
from registry.intake.reading import (
    RECORD_BYTES_MAX,
    Header,
    RecordFormat,
    completed,
    read,
    read_header,
)
from tests import builders
from tests.unit.registry.intake.whole import WHOLE, fields, judged, read_json, read_text

HEADER = Header(("iname", "cardNum", "otherDocuments"))


def refused(found: object, field: str = "record") -> None:
    assert isinstance(found, Problem)
    assert (found.field, found.outcome) == (field, Outcome.REJECTED)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_record_is_read_in_every_encoding_that_courts_use(encoding: str) -> None:
    assert read_text('{"iname": "测试甲"}', encoding) == {"iname": "测试甲"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_every_encoding_that_courts_use(encoding: str) -> None:
    header = read_header("iname,cardNum".encode(encoding))
    assert header == Header(("iname", "cardNum"))
    assert read("测试甲,12".encode(encoding), RecordFormat.CSV, header) == {
        "iname": "测试甲",
        "cardNum": "12",
    }


def test_a_byte_order_mark_of_gb_18030_is_no_part_of_the_record() -> None:
    assert read_text('\ufeff{"iname": "测试甲"}', "gb18030") == {"iname": "测试甲"}


@pytest.mark.parametrize("nothing", [None, "", "  ", "\u3000", "null", "NULL", "None", "\\N"])
def test_what_programs_write_for_nothing_is_absent(nothing: str | None) -> None:
    assert read_json({"iname": "测试甲", "termEnd": nothing}) == {"iname": "测试甲"}


def test_html_entities_are_undone() -> None:
    assert read_json({"caseCode": "&#40;2025&#41;京0199执1号&nbsp;", "duty": "A&amp;B"}) == {
        "caseCode": "(2025)京0199执1号",
        "duty": "A&B",
    }


def test_a_figure_stays_the_text_that_was_written() -> None:
    assert read_text('{"age": 41, "owedAmount": 1234567890123.10}') == {
        "age": "41",
        "owedAmount": "1234567890123.10",
    }


def test_lists_stand_where_lists_are_meant() -> None:
    found = read_json({"orderItems": [1, "2"], "otherDocuments": [{"kind": "PASSPORT"}]})
    assert found == {"orderItems": "1,2", "otherDocuments": '[{"kind": "PASSPORT"}]'}


def test_a_list_stands_nowhere_else() -> None:
    refused(read_json({"iname": ["测试甲"]}), "iname")
    refused(read_json({"iname": {"zh": "测试甲"}}), "iname")


@pytest.mark.parametrize(
    "line", ["", "{", "[]", "41", '"iname"', '{"iname": "a"} {}', "[" * 5000, '{"iname": "\\ud8"}']
)
def test_what_is_no_json_object_is_refused(line: str) -> None:
    refused(read_text(line))


def test_a_field_given_twice_loses_neither_value_silently() -> None:
    refused(read_text('{"termEnd": "2099-01-01", "termEnd": "2098-01-01"}'))
    refused(read_text('{"orderEndOnn": "2099-01-01", "orderEndOnn ": "2098-01-01"}'))


def test_half_a_character_is_refused() -> None:
    refused(read_text('{"iname": "\\ud800"}'), "iname")


def test_direction_marks_and_control_characters_are_refused() -> None:
    refused(read_json({"duty": "a\u202eb"}), "duty")
    refused(read_json({"duty": "a\x00b"}), "duty")
    assert read_json({"duty": "一\n二\t三"}) == {"duty": "一\n二\t三"}


def test_bytes_of_no_encoding_are_refused() -> None:
    refused(read(b'{"iname": "\xff\xff"}', RecordFormat.JSONL))


def test_a_record_has_a_limit() -> None:
    found = read_json({"duty": "a" * RECORD_BYTES_MAX})
    assert isinstance(found, Problem)
    assert found.reason == "FIELD_TOO_LONG"
    refused(read_json({f"f{number}": "1" for number in range(201)}))


def test_a_record_with_no_known_field_is_refused() -> None:
    refused(read_json({"data": "x", "result": "y"}))


def test_csv_keeps_commas_quotes_and_line_ends_within_quotes() -> None:
    documents = json.dumps([{"kind": "PASSPORT", "number": "X1"}])
    quoted = documents.replace('"', '""')
    found = read(f'"测试\n甲",1,"{quoted}"'.encode(), RecordFormat.CSV, HEADER)
    assert found == {"iname": "测试\n甲", "cardNum": "1", "otherDocuments": documents}


@pytest.mark.parametrize("line", ["a,b", "a,b,c,d", '"a,b,c', "a,b,c\nd,e,f", ""])
def test_a_csv_record_that_does_not_fit_its_header_is_refused(line: str) -> None:
    refused(read(line.encode(), RecordFormat.CSV, HEADER))


def test_empty_cells_past_the_header_are_nothing() -> None:
    assert read(b"a,b,,,", RecordFormat.CSV, HEADER) == {"iname": "a", "cardNum": "b"}


@pytest.mark.parametrize("line", ["测试甲,1", "iname,iname", "iname,,,cardNum", ""])
def test_a_first_record_that_names_no_fields_is_no_header(line: str) -> None:
    refused(read_header(line.encode()))


def test_relays_own_fields_are_dropped() -> None:
    relay = {
        "SiteId": 0,
        "_version": 1,
        "StdStg": 6899,
        "type": "失信被执行人名单",
        "areaNameNew": "x",
    }
    assert read_json({"iname": "测试甲", **relay}) == {"iname": "测试甲"}


def test_what_else_a_public_copy_carries_is_dropped() -> None:
    assert read_json({"iname": "测试甲", "crawlBatch": "7"}) == {"iname": "测试甲"}


def test_a_slip_in_a_name_is_kept_for_the_judgement() -> None:
    assert read_json({"iname": "测试甲", "orderEndOnn": "2099-01-01"}) == {
        "iname": "测试甲",
        "orderEndOnn": "2099-01-01",
    }
    assert read_json({"termEnd": "2099-01-01", "crawlBatch": "7"}) == {
        "termEnd": "2099-01-01",
        "crawlBatch": "7",
    }


def test_a_completion_adds_replaces_and_takes_away() -> None:
    row = fields(cardNum="000000198001****05", termEnd=None)
    whole = completed(
        row, {"cardNum": WHOLE["cardNum"], "termEnd": " 2027-03-01 ", "performedPart": ""}
    )
    assert not isinstance(whole, Problem)
    assert "performedPart" not in whole
    assert judged(whole).row is not None


def test_a_completion_is_read_as_strictly_as_a_file() -> None:
    refused(completed(fields(), {"duty": "a\u202eb"}), "duty")


def test_a_completion_may_only_take_away() -> None:
    row = completed(fields(), {"performedPart": ""})
    assert row == fields(performedPart=None)


def test_a_slip_in_a_completion_is_not_passed_over() -> None:
    row = completed(fields(), {"remarks": "x"})
    assert not isinstance(row, Problem)
    assert judged(row).outcome is Outcome.REJECTED


@pytest.mark.parametrize(
    ("field", "given", "added"),
    [
        ("iname", "测试甲", "测试乙"),
        ("caseCode", "（2025）京0199执1234号", "（2025）京0199执1235号"),
        ("cardNum", WHOLE["cardNum"], builders.resident_id(date(1981, 1, 1))),
        ("cardNum", WHOLE["cardNum"][:6] + "****", builders.uscc()),
        ("cardNum", "****" + WHOLE["cardNum"][14:], WHOLE["cardNum"][:14]),
    ],
)
def test_completing_makes_no_other_row_of_it(field: str, given: str, added: str) -> None:
    refused(completed(fields(**{field: given}), {field: added}), field)


@pytest.mark.parametrize(
    ("field", "given", "added"),
    [
        ("iname", "测试甲", " 测试甲 "),
        ("caseCode", "（2025）京0199执1234号", "(2025)京0199执1234号"),
        ("cardNum", WHOLE["cardNum"], WHOLE["cardNum"].lower()),
        ("cardNum", WHOLE["cardNum"][:6] + "********" + WHOLE["cardNum"][14:], WHOLE["cardNum"]),
        ("cardNum", WHOLE["cardNum"][:3] + "*" + WHOLE["cardNum"][-1:], WHOLE["cardNum"]),
        ("cardNum", "无", WHOLE["cardNum"]),
        ("cardNum", "12345678-9", builders.uscc()),
    ],
)
def test_what_is_hidden_or_of_before_is_completed(field: str, given: str, added: str) -> None:
    row = completed(fields(**{field: given}), {field: added})
    assert not isinstance(row, Problem)
    assert row[field] == added.strip()
