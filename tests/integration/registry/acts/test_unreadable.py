"""Bad input gets a clear error at its field, with all that is wrong told at once, and loses nothing."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.type import date_pb2

from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import obligation_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.papers import yuan
from tests.integration.registry.acts.courthouse import CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

Spoil = Callable[[rpc.EnterListingRequest], Any]
MEBIBYTE = 2**20


def number(value: str, kind: int = document_pb2.DOCUMENT_KIND_RESIDENT_ID) -> Spoil:
    document = document_pb2.Document(kind=document_pb2.DocumentKind.ValueType(kind), number=value)
    return lambda request: request.subject.documents[0].CopyFrom(document)


def money(fen: int, currency: str = "CNY") -> Spoil:
    sum_ = obligation_pb2.Money(currency=currency, minor_units=fen)
    return lambda request: request.obligation_terms.principal.CopyFrom(sum_)


def text(path: str, value: str) -> Spoil:
    """Set the text at a path like `order.decision.reasons`."""
    *parents, name = path.split(".")

    def spoil(request: Any) -> None:
        for parent in parents:
            request = getattr(request, parent)
        setattr(request, name, value)

    return spoil


def date(path: str, year: int, month: int, day_: int) -> Spoil:
    *parents, name = path.split(".")

    def spoil(request: Any) -> None:
        for parent in parents:
            request = getattr(request, parent)
        getattr(request, name).CopyFrom(date_pb2.Date(year=year, month=month, day=day_))

    return spoil


def item(index: int, number_: int) -> Spoil:
    def spoil(request: rpc.EnterListingRequest) -> None:
        request.order.items[index] = ledger.Item.ValueType(number_)

    return spoil


NUMBER = "subject.documents[0].number"

UNREADABLE: dict[str, tuple[str, str, Spoil]] = {
    "a wrong check character": ("DOCUMENT_INVALID", NUMBER, number("000000198001010001")),
    "an impossible birth date": ("DOCUMENT_INVALID", NUMBER, number("000000198002300001")),
    "a birth in the future": ("DOCUMENT_INVALID", NUMBER, number("000000299901010009")),
    "a number of letters": ("DOCUMENT_INVALID", NUMBER, number("身份证号码不详不详不详")),
    "a number of no length": ("DOCUMENT_INVALID", NUMBER, number("")),
    "a number without end": ("DOCUMENT_INVALID", NUMBER, number("1" * 65)),
    "a number with a control character": (
        "DOCUMENT_INVALID",
        NUMBER,
        number("0000001980\x0001010000"),
    ),
    "a passport of no state": (
        "DOCUMENT_INVALID",
        "subject.documents[0].issuing_state",
        number("E00000001", document_pb2.DOCUMENT_KIND_PASSPORT),
    ),
    "a document of no kind": (
        "FIELD_REQUIRED",
        "subject.documents[0].kind",
        number("E00000001", document_pb2.DOCUMENT_KIND_UNSPECIFIED),
    ),
    "a document of an unknown kind": (
        "ENUM_UNKNOWN",
        "subject.documents[0].kind",
        number("E00000001", 4711),
    ),
    "no money": ("AMOUNT_OUT_OF_RANGE", "obligation_terms.principal.minor_units", money(0)),
    "negative money": ("AMOUNT_OUT_OF_RANGE", "obligation_terms.principal.minor_units", money(-1)),
    "absurd money": (
        "AMOUNT_OUT_OF_RANGE",
        "obligation_terms.principal.minor_units",
        money(2**63 - 1),
    ),
    "a little more than there can be": (
        "AMOUNT_OUT_OF_RANGE",
        "obligation_terms.principal.minor_units",
        money(10**13 + 1),
    ),
    "dollars": ("FIELD_INVALID", "obligation_terms.principal.currency", money(100, "USD")),
    "no currency": ("FIELD_INVALID", "obligation_terms.principal.currency", money(100, "")),
    "money that is missing": (
        "FIELD_REQUIRED",
        "obligation_terms.principal",
        lambda request: request.obligation_terms.ClearField("principal"),
    ),
    "a principal of an act": (
        "FIELD_INVALID",
        "obligation_terms.principal",
        lambda request: setattr(
            request.obligation_terms, "kind", obligation_pb2.OBLIGATION_KIND_ACT
        ),
    ),
    "an obligation of no kind": (
        "FIELD_REQUIRED",
        "obligation_terms.kind",
        lambda request: request.obligation_terms.ClearField("kind"),
    ),
    "no obligation": (
        "FIELD_REQUIRED",
        "obligation",
        lambda request: request.ClearField("obligation_terms"),
    ),
    "an obligation by no id": ("FIELD_INVALID", "obligation_id", text("obligation_id", "1234")),
    "a case number that nobody can read": (
        "CASE_NUMBER_UNPARSED",
        "case.number",
        text("case.number", "某案"),
    ),
    "a case number without end": (
        "CASE_NUMBER_UNPARSED",
        "case.number",
        text("case.number", "（2025）京0199执1号" * 10),
    ),
    "no case number": ("FIELD_REQUIRED", "case.number", text("case.number", "\u3000")),
    "no day of filing": (
        "FIELD_REQUIRED",
        "case.filed_on",
        lambda request: request.case.ClearField("filed_on"),
    ),
    "the 30th of February": ("FIELD_INVALID", "case.filed_on", date("case.filed_on", 2026, 2, 30)),
    "a year without a day": ("FIELD_INVALID", "case.filed_on", date("case.filed_on", 2026, 0, 0)),
    "the year 1": ("FIELD_INVALID", "case.filed_on", date("case.filed_on", 1, 1, 1)),
    "a negative year": ("FIELD_INVALID", "grace_until", date("grace_until", -2026, 1, 1)),
    "a name without end": ("FIELD_TOO_LONG", "subject.name", text("subject.name", "名" * 201)),
    "reasons without end": (
        "FIELD_TOO_LONG",
        "order.decision.reasons",
        text("order.decision.reasons", "由" * 8001),
    ),
    "a conduct without end": (
        "FIELD_TOO_LONG",
        "listing.conduct",
        text("listing.conduct", "情" * 4001),
    ),
    "a name that ends the line": (
        "FIELD_INVALID",
        "subject.name",
        text("subject.name", "测试\u2028人"),
    ),
    "a name that clears the screen": (
        "FIELD_INVALID",
        "subject.name",
        text("subject.name", "测试\x1b[2J"),
    ),
    "a name with a C1 control": (
        "FIELD_INVALID",
        "subject.name",
        text("subject.name", "测试\x9b2J"),
    ),
    "a name that reads backwards": (
        "FIELD_INVALID",
        "subject.name",
        text("subject.name", "测试\u202e人"),
    ),
    "a name with a NUL": ("FIELD_INVALID", "subject.name", text("subject.name", "测试\x00人")),
    "a duty that is empty": (
        "FIELD_REQUIRED",
        "obligation_terms.duty",
        text("obligation_terms.duty", "  "),
    ),
    "a debtor of no kind": (
        "FIELD_REQUIRED",
        "subject.kind",
        lambda request: request.subject.ClearField("kind"),
    ),
    "a debtor of an unknown kind": (
        "ENUM_UNKNOWN",
        "subject.kind",
        lambda request: setattr(request.subject, "kind", 9),
    ),
    "an unknown sex": (
        "ENUM_UNKNOWN",
        "subject.sex",
        lambda request: setattr(request.subject, "sex", 9),
    ),
    "a seventh ground": (
        "ENUM_UNKNOWN",
        "listing.ground",
        lambda request: setattr(request.listing, "ground", 7),
    ),
    "an unknown ability": (
        "ENUM_UNKNOWN",
        "listing.ability",
        lambda request: setattr(request.listing, "ability", -1),
    ),
    "an unknown mode of service": (
        "ENUM_UNKNOWN",
        "service.mode",
        lambda request: setattr(request.service, "mode", 99),
    ),
    "a tenth item": (
        "ENUM_UNKNOWN",
        "order.items[3]",
        item(3, 10),
    ),
    "an item that is none": (
        "FIELD_REQUIRED",
        "order.items[0]",
        item(0, 0),
    ),
    "an item too many": (
        "FIELD_TOO_LONG",
        "order.items",
        lambda request: request.order.items.extend([ledger.Item.ValueType(10)] * 100_000),
    ),
    "documents too many": (
        "FIELD_TOO_LONG",
        "subject.documents",
        lambda request: request.subject.documents.extend([request.subject.documents[0]] * 20),
    ),
    "a proof without end": (
        "FIELD_TOO_LONG",
        "service.proof_reference",
        text("service.proof_reference", "证" * 201),
    ),
}


@pytest.mark.parametrize(("reason", "field", "spoil"), UNREADABLE.values(), ids=UNREADABLE)
async def test_what_cannot_be_read_is_told_at_its_field(
    house: CourtHouse, reason: str, field: str, spoil: Spoil
) -> None:
    request = house.entry()
    spoil(request)
    error = await house.refused(request)
    assert error.reason_name == "INVALID_REQUEST"
    assert error.code is grpc.StatusCode.INVALID_ARGUMENT
    assert [(one.reason_name, one.field) for one in error.violations] == [(reason, field)]


async def test_everything_unreadable_is_told_at_once(house: CourtHouse) -> None:
    request = house.entry()
    kept = ("a wrong check character", "negative money", "the 30th of February", "a seventh ground")
    for name in kept:
        UNREADABLE[name][2](request)
    error = await house.refused(request)
    assert sorted((one.reason_name, one.field) for one in error.violations) == sorted(
        UNREADABLE[name][:2] for name in kept
    )


async def test_every_error_says_what_to_do_next(house: CourtHouse) -> None:
    request = rpc.EnterListingRequest()
    error = await house.refused(request)
    for violation in error.violations:
        assert ";" in violation.description or "." in violation.description, violation


@pytest.mark.parametrize("fen", [-1, 0, 10**13 + 1, -(2**63)])
async def test_absurd_money_neither_comes_in_nor_is_stated(house: CourtHouse, fen: int) -> None:
    obligation_id = (await house.enter()).listing.obligation_id
    payment, statement = house.payment(obligation_id, 1), house.statement(obligation_id)
    payment.amount.minor_units = statement.sum.minor_units = fen
    for request, field in ((payment, "amount.minor_units"), (statement, "sum.minor_units")):
        error = await house.refused(request)
        assert [(one.reason_name, one.field) for one in error.violations] == [
            ("AMOUNT_OUT_OF_RANGE", field)
        ]


async def test_the_largest_possible_sum_is_taken(house: CourtHouse) -> None:
    obligation_id = (await house.enter(owed_yuan=10**11)).listing.obligation_id
    await house.do(house.statement(obligation_id, 10**11))
    paid = await house.do(house.payment(obligation_id, 10**11))
    assert paid.obligation.paid == yuan(10**11)


async def test_a_payment_has_a_receipt_and_a_day_that_can_be(house: CourtHouse) -> None:
    request = house.payment((await house.enter()).listing.obligation_id, 1)
    request.receipt_number = " "
    request.paid_on.CopyFrom(date_pb2.Date(year=1, month=1, day=1))
    error = await house.refused(request)
    assert sorted((one.reason_name, one.field) for one in error.violations) == [
        ("FIELD_INVALID", "paid_on"),
        ("FIELD_REQUIRED", "receipt_number"),
    ]


async def test_a_message_of_more_than_four_mebibytes_is_not_read(house: CourtHouse) -> None:
    request = house.entry()
    request.listing.conduct = "x" * (4 * MEBIBYTE)
    error = await house.refused(request)
    assert error.code is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_message_of_almost_four_mebibytes_is_answered_at_its_field(
    house: CourtHouse,
) -> None:
    request = house.entry()
    request.listing.conduct = "x" * (4 * MEBIBYTE - 8 * 1024)
    # What is signed holds the text a second time.
    request.signature.SetInParent()
    error = await house.refused(request)
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("FIELD_TOO_LONG", "listing.conduct")
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "(2025)京0199执{}号",
        "〔2025〕京0199执{}号",
        "（２０２５）京０１９９执{}号",
        " ( 2025 ) 京 0199 执 {} 号之一 ",
    ],
)
async def test_a_case_number_is_the_same_however_it_is_typed(house: CourtHouse, typed: str) -> None:
    case = house.case()
    serial = case.removesuffix("号").rpartition("执")[2]
    entered = await house.enter(case_number=typed.format(serial))
    assert entered.listing.case_number == case
    assert entered.listing.case_number_raw == typed.format(serial)
