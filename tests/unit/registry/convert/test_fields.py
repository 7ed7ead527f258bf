"""Single fields are read strictly, every problem is noted once, and no value is repeated."""

from datetime import date

import pytest
from google.type import date_pb2

from chassis.errors import FieldViolation, ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import obligation_pb2
from registry.convert.fields import Fields
from registry.law.facts import Ground
from tests.builders import resident_id

TODAY = date(2026, 11, 1)


def violations(fields: Fields) -> list[FieldViolation]:
    try:
        fields.finish()
    except ServiceError as error:
        return list(error.violations)
    return []


def found(fields: Fields) -> list[tuple[str, str]]:
    return [(one.field, one.reason_name) for one in violations(fields)]


def test_nothing_wrong_is_nothing_raised() -> None:
    Fields(TODAY).finish()


def test_what_cannot_be_read_is_an_invalid_request() -> None:
    fields = Fields(TODAY)
    fields.request_id("")
    with pytest.raises(ServiceError) as caught:
        fields.finish()
    assert caught.value.reason == reasons.ERROR_REASON_INVALID_REQUEST


def test_all_problems_are_raised_together() -> None:
    fields = Fields(TODAY)
    fields.request_id("")
    fields.text("x" * 5, "name", 4)
    fields.id("?", "listing_id")
    assert found(fields) == [
        ("request_id", "FIELD_REQUIRED"),
        ("name", "FIELD_TOO_LONG"),
        ("listing_id", "FIELD_INVALID"),
    ]


def test_an_id_that_is_kept_as_it_is_is_nobodys_number() -> None:
    fields = Fields(TODAY)
    fields.request_id(resident_id())
    fields.nobodys(f"收据 {resident_id()}", "receipt_number")
    fields.nobodys("R-2026-0001", "decision.number")
    assert found(fields) == [
        ("request_id", "FIELD_INVALID"),
        ("receipt_number", "FIELD_INVALID"),
    ]


@pytest.mark.parametrize("value", ["a", "!", "~" * 36, "0b6f5ba4-7c1d-4a2f-9b53-8f6f2d1c3e4a"])
def test_a_request_id_is_printable_ascii(value: str) -> None:
    fields = Fields(TODAY)
    fields.request_id(value)
    assert not violations(fields)


@pytest.mark.parametrize("value", [" ", "é", "京", "\x7f", "a\n", "x" * 37])
def test_anything_else_is_no_request_id(value: str) -> None:
    fields = Fields(TODAY)
    fields.request_id(value)
    assert found(fields) == [("request_id", "FIELD_INVALID")]


@pytest.mark.parametrize("value", ["", " ", "\u3000", "\t\n"])
def test_a_required_text_of_spaces_is_missing(value: str) -> None:
    fields = Fields(TODAY)
    fields.text(value, "reasons", 10, required=True)
    assert found(fields) == [("reasons", "FIELD_REQUIRED")]


def test_a_text_is_measured_in_characters() -> None:
    fields = Fields(TODAY)
    assert fields.text("由" * 10, "reasons", 10) == "由" * 10
    fields.text("由" * 11, "reasons", 10)
    assert found(fields) == [("reasons", "FIELD_TOO_LONG")]


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x07",
        "\x1b",
        "\x7f",
        "\x85",
        "\x9b",
        "\u061c",
        "\u200e",
        "\u2028",
        "\u202e",
        "\u2066",
    ],
    ids=ascii,
)
def test_control_and_direction_characters_are_no_text(character: str) -> None:
    fields = Fields(TODAY)
    fields.text(f"a{character}b", "reasons", 10)
    assert found(fields) == [("reasons", "FIELD_INVALID")]


@pytest.mark.parametrize("text", ["第一行\n第二行", "a\tb", "a\r\nb", "𠮷", "·"])
def test_lines_tabs_and_rare_characters_are_text(text: str) -> None:
    fields = Fields(TODAY)
    fields.text(text, "reasons", 20)
    assert not violations(fields)


@pytest.mark.parametrize(
    "day",
    [
        (2026, 2, 29),
        (2026, 13, 1),
        (2026, 0, 1),
        (0, 1, 1),
        (-1, 1, 1),
        (10_000, 1, 1),
        (1799, 12, 31),
    ],
)
def test_a_day_that_no_record_can_hold_is_refused(day: tuple[int, int, int]) -> None:
    fields = Fields(TODAY)
    year, month, day_ = day
    value = date_pb2.Date(year=year, month=month, day=day_)
    assert fields.day(value, "paid_on", given=True) is None
    assert found(fields) == [("paid_on", "FIELD_INVALID")]


@pytest.mark.parametrize("day", [date(1800, 1, 1), date(2024, 2, 29), date.max])
def test_any_other_day_is_read(day: date) -> None:
    fields = Fields(TODAY)
    value = date_pb2.Date(year=day.year, month=day.month, day=day.day)
    assert fields.day(value, "paid_on", given=True) == day
    assert not violations(fields)


def test_a_day_that_is_missing_is_noted_once() -> None:
    fields = Fields(TODAY)
    fields.required_day(date_pb2.Date(), "paid_on", given=False)
    assert found(fields) == [("paid_on", "FIELD_REQUIRED")]


def test_an_enum_is_read_by_its_name() -> None:
    fields = Fields(TODAY)
    proto = change_pb2.Ground.DESCRIPTOR
    read = fields.choice(Ground, proto, "GROUND_", change_pb2.GROUND_EVADES, "ground")
    assert read is Ground.EVADES
    assert fields.choice(Ground, proto, "GROUND_", 0, "ground") is None
    assert not violations(fields)


@pytest.mark.parametrize("number", [-1, 7, 2**31 - 1])
def test_a_number_that_is_no_value_of_the_enum_is_unknown(number: int) -> None:
    fields = Fields(TODAY)
    fields.choice(Ground, change_pb2.Ground.DESCRIPTOR, "GROUND_", number, "ground")
    fields.number(change_pb2.Role.DESCRIPTOR, number, "role")
    assert found(fields) == [("ground", "ENUM_UNKNOWN"), ("role", "ENUM_UNKNOWN")]


def test_a_wrong_document_is_told_at_its_part_and_not_repeated() -> None:
    right = resident_id()
    number = right[:-1] + str((int(right[-1]) + 1) % 10)
    fields = Fields(TODAY)
    document = document_pb2.Document(kind=document_pb2.DOCUMENT_KIND_RESIDENT_ID, number=number)
    assert fields.document(document, "documents[2]") is None
    [violation] = violations(fields)
    assert (violation.field, violation.reason_name) == (
        "documents[2].number",
        "DOCUMENT_INVALID",
    )
    assert number not in violation.description


def test_a_sum_is_whole_fen_of_yuan() -> None:
    fields = Fields(TODAY)
    money = obligation_pb2.Money(currency="USD", minor_units=0)
    fields.money(money, "amount", given=True)
    assert found(fields) == [
        ("amount.minor_units", "AMOUNT_OUT_OF_RANGE"),
        ("amount.currency", "FIELD_INVALID"),
    ]


@pytest.mark.parametrize("code", ["京0199", "最高法", "兵0101", "沪"])
def test_a_court_s_code_is_as_in_its_case_numbers(code: str) -> None:
    fields = Fields(TODAY)
    fields.court_code(code, "court_code")
    assert not violations(fields)


@pytest.mark.parametrize("code", ["京0199 ", "京01999", "0199", "美0199", "京0199执"])
def test_what_no_case_number_holds_is_no_court_s_code(code: str) -> None:
    fields = Fields(TODAY)
    fields.court_code(code, "court_code")
    assert found(fields) == [("court_code", "FIELD_INVALID")]
