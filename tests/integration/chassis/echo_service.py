"""A service whose methods each show one behaviour of a handler, and what its log holds."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from google.protobuf.wrappers_pb2 import StringValue
from structlog.testing import CapturingLogger

from chassis.errors import FieldViolation, ServiceError
from chassis.server import Registration
from chassis.telemetry.call_log import call_log
from courtlist.error.v1 import error_reason_pb2 as reasons
from tests.integration.chassis.loopback import registration


def written(lines: CapturingLogger, event: str) -> list[dict[str, Any]]:
    return [call.kwargs for call in lines.calls if call.kwargs["event"] == event]


async def echo(request: StringValue, _: Any) -> StringValue:
    call_log().fields["position"] = 7
    return request


async def refuse(_: StringValue, __: Any) -> StringValue:
    raise ServiceError(
        reasons.ERROR_REASON_STATE_CHANGED,
        "the etag is not the present one; read the record and decide again",
        metadata={"kind": "record"},
        violations=[FieldViolation("etag", "FIELD_INVALID", "give the present etag")],
        retry_after_s=1.5,
        current=StringValue(value="as it is now"),
    )


async def crash(request: StringValue, _: Any) -> StringValue:
    raise RuntimeError(f"cannot handle {request.value}")


async def routine(request: StringValue, _: Any) -> StringValue:
    call_log().routine = request.value == "routine"
    return request


async def hang(_: StringValue, __: Any) -> StringValue:
    await asyncio.Event().wait()
    raise AssertionError("never reached")


async def count_to_three(_: StringValue, __: Any) -> AsyncIterator[StringValue]:
    for number in range(3):
        yield StringValue(value=str(number))


async def break_off(_: StringValue, __: Any) -> AsyncIterator[StringValue]:
    yield StringValue(value="0")
    raise ServiceError(reasons.ERROR_REASON_STORE_UNAVAILABLE, "gone", retry_after_s=1)


async def write_two(_: StringValue, context: Any) -> None:
    await context.write(StringValue(value="a"))
    await context.write(StringValue(value="b"))


def echo_service() -> Registration:
    return registration(
        {"Echo": echo, "Refuse": refuse, "Crash": crash, "Routine": routine, "Hang": hang},
        {"Count": count_to_three, "BreakOff": break_off, "WriteTwo": write_two},
    )
