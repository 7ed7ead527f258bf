"""Whatever is sent: never a fault of ours, never a trace of what was refused, never a word repeated."""

import random
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from chassis.wire.status import parse
from courtlist.identity.v1 import document_pb2
from courtlist.registry.v1 import admin_service_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import binding, request_id, second_of
from tests.builders import resident_id
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse, acting_as
from tests.integration.registry.acts.violations import check_fields_exist
from tests.integration.registry.acts.writes import every_write

pytestmark = pytest.mark.asyncio(loop_scope="session")

WRITES: list[type[Message]] = [
    admin_service_pb2.EnrolOfficerRequest,
    rpc.EnterListingRequest,
    rpc.IssueOrderRequest,
    rpc.BindDocumentRequest,
    rpc.UnbindDocumentRequest,
    rpc.IssuePayoffStatementRequest,
    rpc.RecordRepaymentRequest,
    rpc.ReverseRepaymentRequest,
    rpc.RecordActPerformedRequest,
    rpc.EndListingRequest,
    rpc.RevokeListingRequest,
    rpc.CorrectListingRequest,
    rpc.LiftOrderRequest,
    rpc.GrantPassRequest,
    rpc.WithdrawPassRequest,
    admin_service_pb2.EnrolPartnerRequest,
    admin_service_pb2.RetirePartnerRequest,
    admin_service_pb2.RecordRatingRequest,
    admin_service_pb2.SetGoLiveRequest,
]

# In every text made up here; where it turns up in an error, a text of the request was repeated.
MARK = "\U0001f512"
EDGES = [0, 1, -1, 2, 12, 31, 1899, 2025, 2026, 9999, 10_000, 2**31 - 1, -(2**31)]
TEXTS = [
    "",
    " ",
    MARK,
    MARK * 9_000,
    f"{MARK}\x00",
    f"{MARK}\r\n\u202e",
    "00000000-0000-7000-8000-000000000000",
    "{00000000000070008000000000000000}",
    "（2025）京0199执1号",
    "（2025）沪0188执恢1号",
    "（2014）示执字第1号",
    FIRST.code,
    FIRST.president,
    SECOND.judge,
    "CNY",
    "CHN",
    resident_id(),
    resident_id(serial=7)[:-1] + "x",
    "1",
]
# Garbage that happens to be this court or its president would be a lawful request, and end every other test.
TAKES_AWAY = (admin_service_pb2.RetireCourtRequest, admin_service_pb2.RetireOfficerRequest)
BYTES = [b"", b"\0", b"\xff" * 64, bytes(64), FIRST.president.encode(), MARK.encode() * 90_000]
INTEGERS = {
    FieldDescriptor.TYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_INT64: (-(2**63), 2**63 - 1),
}


class Garbler:
    """Fills and spoils messages of any type, by one source of chance."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def filled(self, kind: type[Message], depth: int = 0) -> Message:
        """A message whose every field may hold anything."""
        message = kind()
        for found in message.DESCRIPTOR.fields:
            if self._chance.random() < (0.75 if depth < 3 else 0.4):
                self.garble(message, found, depth)
        return message

    def spoil(self, message: Message, times: int) -> None:
        """Replace `times` fields somewhere in a message by anything."""
        for _ in range(times):
            inner = self._somewhere(message)
            self.garble(inner, self._chance.choice(inner.DESCRIPTOR.fields), 2)

    def garble(self, message: Message, found: Any, depth: int) -> None:
        message.ClearField(found.name)
        if found.is_repeated:
            count = self._chance.choice([0, 1, 2, 21])
            getattr(message, found.name).extend(self._value(found, depth) for _ in range(count))
        elif found.type == FieldDescriptor.TYPE_MESSAGE:
            getattr(message, found.name).CopyFrom(self._value(found, depth))
        elif self._chance.random() < 0.9:
            setattr(message, found.name, self._value(found, depth))

    def _value(self, found: Any, depth: int) -> Any:
        if found.type == FieldDescriptor.TYPE_MESSAGE:
            return self.filled(found.message_type._concrete_class, depth + 1)
        if found.type == FieldDescriptor.TYPE_STRING:
            return self._chance.choice(TEXTS)
        if found.type == FieldDescriptor.TYPE_BYTES:
            return self._chance.choice(BYTES)
        if found.type == FieldDescriptor.TYPE_BOOL:
            return self._chance.random() < 0.5
        if found.type == FieldDescriptor.TYPE_ENUM:
            known = list(found.enum_type.values_by_number)
            return self._chance.choice([*known, *known, -1, 99, 2**31 - 1])
        return self._chance.choice([*EDGES, *INTEGERS[found.type]])

    def _somewhere(self, message: Message) -> Message:
        inner = [message]
        for found, value in message.ListFields():
            if found.type == FieldDescriptor.TYPE_MESSAGE:
                inner += value if found.is_repeated else [value]
        chosen = self._chance.choice(inner)
        return chosen if chosen is message else self._somewhere(chosen)


QUICKLY = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("kind", WRITES, ids=lambda kind: kind.__name__)
@QUICKLY
@given(seed=some.integers(0, 2**32))
async def test_a_request_of_garbage_is_refused_as_such(
    house: CourtHouse, kind: type[Message], seed: int
) -> None:
    request = Garbler(random.Random(seed)).filled(kind)
    if seed % 4:
        request.request_id = request_id()  # type: ignore[attr-defined]
    await check(house, request)


@pytest.mark.parametrize("kind", ["entry", "order"])
@QUICKLY
@given(seed=some.integers(0, 2**32))
async def test_a_lawful_request_with_garbage_in_it_is_done_or_refused(
    house: CourtHouse, kind: str, seed: int
) -> None:
    request: Message = house.entry() if kind == "entry" else house.restriction()
    Garbler(random.Random(seed)).spoil(request, 1 + seed % 3)
    await check(house, request)


@QUICKLY
@given(text=some.text(max_size=70), kind=some.integers(-1, 10), state=some.text(max_size=5))
async def test_any_document_is_bound_or_refused(
    house: CourtHouse, text: str, kind: int, state: str
) -> None:
    document = document_pb2.Document(
        kind=document_pb2.DocumentKind.ValueType(kind), issuing_state=state, number=text
    )
    nobody = "00000000-0000-7000-8000-000000000000"
    await check(house, second_of(binding(nobody, document), nobody))


async def test_a_lawful_write_of_any_kind_with_garbage_in_it_is_done_or_refused(
    house: CourtHouse,
) -> None:
    garbler = Garbler(random.Random(20))
    outcomes = {True: 0, False: 0}
    for _ in range(2):
        for lawful in await every_write(house):
            if isinstance(lawful, TAKES_AWAY):
                continue
            for _ in range(6):
                request = type(lawful)()
                request.CopyFrom(lawful)
                request.request_id = request_id()  # type: ignore[attr-defined]
                garbler.spoil(request, 1)
                outcomes[await check(house, request)] += 1
    assert min(outcomes.values()) > 20, "either all or nothing was refused: this shows little"


async def check(house: CourtHouse, request: Message) -> bool:
    """Send it as it is; whether it was done."""
    before = await house.record()
    try:
        await house.send(request, acting_as(request, FIRST, ""))
    except grpc.aio.AioRpcError as failure:
        error = parse(failure)
    else:
        assert (await house.record())["head"] <= before["head"] + 1
        return True
    assert error.reason_name, (error.code, error.message)
    assert error.code not in {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}, request
    assert await house.record() == before, request
    check_fields_exist(error, request)
    assert MARK not in repr((error.message, error.metadata, error.violations)), request
    return False
