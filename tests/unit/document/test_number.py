"""What counts as a document, whatever was typed and however."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from document import Document, DocumentKind, InvalidDocument, Problem, parse
from document.check_character import USCC_CHARACTERS, resident_check_character
from tests import builders

TODAY = date(2026, 11, 22)
CITIZEN_KINDS = (
    DocumentKind.RESIDENT_ID,
    DocumentKind.HMT_RESIDENCE_PERMIT,
    DocumentKind.PERMANENT_RESIDENCE,
)
birth_dates = st.dates(date(1900, 1, 1), date(2026, 11, 22))
serials = st.integers(0, 999)


def read(text: str, kind: str = DocumentKind.RESIDENT_ID, state: str = "CHN") -> Document:
    return parse(kind, state, text, TODAY)


def problem_of(text: str, kind: str = DocumentKind.RESIDENT_ID, state: str = "CHN") -> Problem:
    with pytest.raises(InvalidDocument) as caught:
        read(text, kind, state)
    return caught.value.problem


def test_a_clean_resident_number_is_read_with_its_birth_date() -> None:
    number = builders.resident_id(date(1980, 2, 29))
    assert read(number) == Document(DocumentKind.RESIDENT_ID, "CHN", number, date(1980, 2, 29))


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_character_is_iso_7064_mod_11_2(first_17: str) -> None:
    # The standard's own definition, in powers of two, where the code uses a table of weights.
    number = first_17 + resident_check_character(first_17)
    values = [10 if character == "X" else int(character) for character in number]
    assert sum(value << (17 - place) for place, value in enumerate(values)) % 11 == 1


@given(st.integers(0, 999_999_999))
def test_the_check_character_of_a_credit_code_is_mod_31(serial: int) -> None:
    number = builders.uscc(serial)
    total = sum(pow(3, place) * USCC_CHARACTERS.index(c) for place, c in enumerate(number[:17]))
    assert (total + USCC_CHARACTERS.index(number[17])) % 31 == 0


@given(birth_dates, serials)
def test_every_built_resident_number_is_read_back(birth_date: date, serial: int) -> None:
    number = builders.resident_id(birth_date, serial=serial)
    document = read(number)
    assert (document.number, document.birth_date) == (number, birth_date)


@given(birth_dates, serials, st.integers(0, 16), st.integers(1, 9))
def test_any_changed_digit_is_caught(birth_date: date, serial: int, place: int, shift: int) -> None:
    number = builders.resident_id(birth_date, serial=serial)
    changed = str((int(number[place]) + shift) % 10)
    assert problem_of(number[:place] + changed + number[place + 1 :]) is Problem.CHECK_CHARACTER


@given(birth_dates, serials, st.integers(0, 16))
def test_two_digits_swapped_are_caught(birth_date: date, serial: int, place: int) -> None:
    number = builders.resident_id(birth_date, serial=serial)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert problem_of(swapped) in {Problem.CHECK_CHARACTER, Problem.SHAPE}


@given(birth_dates, serials, st.sampled_from("0123456789X"))
def test_only_one_check_character_fits(birth_date: date, serial: int, check: str) -> None:
    number = builders.resident_id(birth_date, serial=serial)
    if check != number[-1]:
        assert problem_of(number[:-1] + check) is Problem.CHECK_CHARACTER


@given(
    st.dates(date(1900, 1, 1), date(1999, 12, 31)),
    st.integers(0, 995),
    st.sampled_from(CITIZEN_KINDS),
)
def test_a_fifteen_digit_number_is_the_same_document(
    birth_date: date, serial: int, kind: DocumentKind
) -> None:
    old = builders.old_resident_id(birth_date, serial=serial)
    assert read(old, kind) == read(builders.resident_id(birth_date, serial=serial))


@pytest.mark.parametrize("serial", [996, 997, 998, 999])
def test_a_centenarians_fifteen_digits_mean_the_eighteen_hundreds(serial: int) -> None:
    old = builders.old_resident_id(date(1998, 5, 4), serial=serial)
    assert read(old).birth_date == date(1898, 5, 4)


def test_the_serial_below_the_centenarians_means_the_nineteen_hundreds() -> None:
    assert read(builders.old_resident_id(date(1998, 5, 4), serial=995)).birth_date == date(
        1998, 5, 4
    )


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_the_kind_a_clerk_chooses_makes_no_second_document(region: str) -> None:
    number = builders.hmt_residence_permit(region=region)
    documents = {read(number, kind) for kind in CITIZEN_KINDS}
    assert {document.kind for document in documents} == {DocumentKind.HMT_RESIDENCE_PERMIT}
    assert len(documents) == 1


@pytest.mark.parametrize("kind", CITIZEN_KINDS)
def test_a_mainland_number_typed_under_a_sister_kind_is_the_resident_id(kind: DocumentKind) -> None:
    assert read(builders.resident_id(), kind) == read(builders.resident_id())


@pytest.mark.parametrize("kind", CITIZEN_KINDS)
def test_a_new_permanent_residence_number_is_one_document_under_each_kind(
    kind: DocumentKind,
) -> None:
    number = builders.resident_id(region="900000")
    assert read(number, kind) == Document(
        DocumentKind.PERMANENT_RESIDENCE, "CHN", number, birth_date=None
    )


@pytest.mark.parametrize("region", ["330302", "440106", "710000", "000000", "999999"])
@pytest.mark.parametrize("year", [1949, 1968, 1970, 1990, 2020])
def test_no_table_of_regions_decides(region: str, year: int) -> None:
    number = builders.resident_id(date(year, 6, 1), region=region)
    assert read(number).number == number


@pytest.mark.parametrize(
    "dressed",
    [
        "  000000 19800101 000 5 ",
        "000000-19800101-0005",
        "000000.19800101·0005",
        "\uff10\uff10\uff10\uff10\uff10\uff10１９８００１０１０００５",
        "\ufeff000000198001010005\u200b",
        "000000\u3000198001010005",
        "000000\u2013198001010005\r\n",
        "\t000000198001010005",
    ],
)
def test_dress_is_taken_off_before_reading(dressed: str) -> None:
    assert read(dressed).number == "000000198001010005"


@pytest.mark.parametrize("last", ["x", "X", "\uff38", "\uff58", "\N{ROMAN NUMERAL TEN}"])
def test_any_x_is_the_check_character_x(last: str) -> None:
    serial = next(s for s in range(999) if builders.resident_id(serial=s).endswith("X"))
    number = builders.resident_id(serial=serial)
    assert read(number[:-1] + last).number == number


@given(st.text(max_size=64), st.sampled_from(DocumentKind), st.sampled_from(["", "CHN", "USA"]))
def test_reading_ends_in_a_document_or_a_clear_refusal_and_is_idempotent(
    text: str, kind: DocumentKind, state: str
) -> None:
    try:
        document = read(text, kind, state)
    except InvalidDocument as caught:
        refusal = caught
    else:
        assert read(document.number, document.kind, document.issuing_state) == document
        return
    assert refusal.message
    assert refusal.next_step
    assert refusal.field in {"number", "issuing_state"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem.EMPTY),
        ("  - . \u200b", Problem.EMPTY),
        ("0" * 65, Problem.TOO_LONG),
        (" " * 65, Problem.TOO_LONG),
        ("00000019800101000", Problem.SHAPE),
        ("0000001980010100055", Problem.SHAPE),
        ("00000019800101X005", Problem.SHAPE),
        ("000000198001010\x0005", Problem.SHAPE),
        ("000000/19800101/0005", Problem.SHAPE),
        ("00000019800101000\N{CYRILLIC CAPITAL LETTER HA}", Problem.SHAPE),
        ("٠٠٠٠٠٠١٩٨٠٠١٠١٠٠٠٥", Problem.SHAPE),
        ("000000198001010006", Problem.CHECK_CHARACTER),
        ("0000001980010100", Problem.SHAPE),
        ("000000800101 00A", Problem.SHAPE),
    ],
)
def test_each_mistake_has_its_name(text: str, problem: Problem) -> None:
    assert problem_of(text) is problem


@pytest.mark.parametrize("born", ["19810229", "19801301", "19800100", "00000101", "17991231"])
def test_an_impossible_birth_date_is_refused(born: str) -> None:
    first_17 = f"000000{born}000"
    number = first_17 + resident_check_character(first_17)
    assert problem_of(number) is Problem.BIRTH_DATE_IMPOSSIBLE


def test_a_fifteen_digit_number_with_an_impossible_date_is_refused() -> None:
    assert problem_of("000000810229000") is Problem.BIRTH_DATE_IMPOSSIBLE


def test_a_birth_tomorrow_is_refused_and_a_birth_today_is_not() -> None:
    assert problem_of(builders.resident_id(TODAY + timedelta(days=1))) is Problem.BIRTH_DATE_FUTURE
    assert read(builders.resident_id(TODAY)).birth_date == TODAY


@pytest.mark.parametrize("kind", ["", "LIBRARY_CARD", "resident_id"])
def test_an_unknown_kind_is_refused(kind: str) -> None:
    assert problem_of(builders.resident_id(), kind) is Problem.KIND_UNKNOWN


def test_a_kind_may_be_given_by_its_value() -> None:
    assert read(builders.resident_id(), "RESIDENT_ID").kind is DocumentKind.RESIDENT_ID


@pytest.mark.parametrize("state", ["", "chn", " CHN ", "HKG", "TWN", "\uff23\uff28\uff2e"])
def test_a_document_china_issues_needs_no_state_and_keeps_one(state: str) -> None:
    assert read(builders.resident_id(), state=state).issuing_state == "CHN"


@pytest.mark.parametrize("state", ["USA", "??", "X" * 65])
def test_a_resident_number_of_another_state_is_refused(state: str) -> None:
    assert problem_of(builders.resident_id(), state=state) is Problem.ISSUING_STATE


@pytest.mark.parametrize("state", ["CHN", "HKG", "MAC", "TWN", ""])
@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (DocumentKind.HOME_RETURN_PERMIT, "H00000000"),
        (DocumentKind.HOME_RETURN_PERMIT, "M0000000000"),
        (DocumentKind.TAIWAN_PERMIT, "00000000"),
        (DocumentKind.EXIT_ENTRY_PERMIT, "C00000000"),
        (DocumentKind.EXIT_ENTRY_PERMIT, "CA0000000"),
        (DocumentKind.PERMANENT_RESIDENCE, "USA000000000000"),
    ],
)
def test_a_permit_is_one_document_whichever_home_is_named(
    kind: DocumentKind, number: str, state: str
) -> None:
    assert read(number, kind, state) == Document(kind, "CHN", number, birth_date=None)


@pytest.mark.parametrize("state", ["", "CN", "C1N", "CHINA"])
def test_a_passport_without_an_issuing_state_is_refused(state: str) -> None:
    assert problem_of("E00000000", DocumentKind.PASSPORT, state) is Problem.ISSUING_STATE


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [("D", "DEU"), ("D<<", "DEU"), ("HKG", "CHN"), ("gbn", "GBR"), ("UNO", "UNO"), ("USA", "USA")],
)
def test_a_passport_state_is_the_code_it_is_issued_under(typed: str, canonical: str) -> None:
    assert read("C01X00T47", DocumentKind.PASSPORT, typed).issuing_state == canonical


@pytest.mark.parametrize("number", ["ABCDEFGH", "E123", "E" + "0" * 15])
def test_what_is_no_passport_number_is_refused(number: str) -> None:
    assert problem_of(number, DocumentKind.PASSPORT) is Problem.SHAPE


def test_the_filler_of_a_machine_readable_zone_is_no_part_of_a_number() -> None:
    assert read("E0000000<", DocumentKind.PASSPORT).number == "E0000000"


def test_a_credit_code_is_read_in_either_case() -> None:
    number = builders.uscc(7)
    assert read(number.lower(), DocumentKind.USCC) == Document(
        DocumentKind.USCC, "CHN", number, birth_date=None
    )


@given(st.integers(0, 999_999_999), st.integers(0, 17), st.integers(1, 30))
def test_any_changed_character_of_a_credit_code_is_caught(
    serial: int, place: int, shift: int
) -> None:
    number = builders.uscc(serial)
    value = (USCC_CHARACTERS.index(number[place]) + shift) % 31
    changed = number[:place] + USCC_CHARACTERS[value] + number[place + 1 :]
    assert problem_of(changed, DocumentKind.USCC) is Problem.CHECK_CHARACTER


@pytest.mark.parametrize("letter", "IOSVZ")
def test_a_credit_code_has_no_letter_that_looks_like_another(letter: str) -> None:
    assert problem_of("91000000" + letter + "0" * 9, DocumentKind.USCC) is Problem.SHAPE


def test_a_document_never_prints_its_number_or_birth_date() -> None:
    document = read(builders.resident_id())
    assert "1980" not in repr(document)
    assert "000000" not in str(document)


@pytest.mark.parametrize(
    "text", ["000000198001010006", "000000198101290229", "12345", "000000209901010009"]
)
def test_a_refusal_never_repeats_the_number(text: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read(text)
    said = f"{caught.value!r} {caught.value.message} {caught.value.next_step} {caught.value.args}"
    assert text not in said


def test_a_resident_number_is_masked_by_month_and_day() -> None:
    assert read("000000198001010005").masked() == "0000001980****0005"


def test_another_number_is_masked_in_the_middle() -> None:
    assert read("E00000012", DocumentKind.PASSPORT).masked() == "E0*****12"


@given(birth_dates, serials)
def test_a_mask_hides_the_day_of_birth(birth_date: date, serial: int) -> None:
    masked = read(builders.resident_id(birth_date, serial=serial)).masked()
    assert masked[10:14] == "****"
    assert len(masked) == 18


def test_the_first_and_the_last_possible_birth_dates_are_read_in_any_dress() -> None:
    for birth_date in (date(1800, 1, 1), TODAY):
        number = builders.resident_id(birth_date)
        assert read(number).birth_date == birth_date
        assert read(f" {number} ").birth_date == birth_date


def test_a_number_spread_over_the_longest_allowed_text_is_read() -> None:
    assert read(builders.resident_id().ljust(64)).number == builders.resident_id()
