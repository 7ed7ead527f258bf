"""Every call through a real server and channel: errors, log lines, ids, limits, deadlines."""

import json
from typing import Any

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from structlog.testing import CapturingLogger

from chassis.errors import FieldViolation, RemoteError, ServiceError
from chassis.server import Registration, ServerSettings
from chassis.telemetry.call_log import Sampler, call_log
from chassis.wire.status import parse
from courtlist.error.v1 import error_reason_pb2 as reasons
from tests.integration.chassis.echo_service import echo, written
from tests.integration.chassis.loopback import (
    SERVICE,
    registration,
    serving,
    stream,
)

NO_MESSAGE = b"\x0a\x7fcut off"
SECRET_NUMBER = "000000199001010000"

CALL_ID = "8f0e5a52-7c3b-4d0e-9f11-52a4c0de0001"


async def test_a_service_error_arrives_whole(service: Registration, log: Any) -> None:
    async with serving(service, log=log) as loopback:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await loopback.call("Refuse")
    error = parse(caught.value)
    assert error.code is grpc.StatusCode.ABORTED
    assert error.reason == reasons.ERROR_REASON_STATE_CHANGED
    assert error.reason_name == "STATE_CHANGED"
    assert error.metadata == {"kind": "record"}
    assert error.violations == (FieldViolation("etag", "FIELD_INVALID", "give the present etag"),)
    assert error.retry_after_s == 1.5
    assert error.current == StringValue(value="as it is now")
    assert caught.value.details() == error.message


async def test_an_unexpected_exception_is_internal_and_tells_nothing_of_the_request(
    service: Registration, log: Any, lines: CapturingLogger
) -> None:
    async with serving(service, log=log) as loopback:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await loopback.call("Crash", SECRET_NUMBER)
    error = parse(caught.value)
    assert error.code is grpc.StatusCode.INTERNAL
    assert error.reason == reasons.ERROR_REASON_INTERNAL_FAULT
    assert SECRET_NUMBER not in error.message
    [fault] = written(lines, "internal_fault")
    assert fault["error_id"] == error.metadata["error_id"]
    assert any("echo_service.py" in line and "crash" in line for line in fault["fault"])
    assert SECRET_NUMBER not in json.dumps([call.kwargs for call in lines.calls])


async def test_a_peers_error_that_nobody_mapped_is_a_fault_of_ours(log: Any) -> None:
    async def pass_on(_: StringValue, __: Any) -> StringValue:
        raise RemoteError(
            reasons.ERROR_REASON_FIELD_INVALID,
            "a field of our own request to it",
            code=grpc.StatusCode.INVALID_ARGUMENT,
            reason_name="FIELD_INVALID",
        )

    async with serving(registration({"PassOn": pass_on}), log=log) as loopback:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await loopback.call("PassOn")
    assert parse(caught.value).reason == reasons.ERROR_REASON_INTERNAL_FAULT


async def test_a_call_writes_one_line_with_its_id_code_and_fields(
    service: Registration, log: Any, lines: CapturingLogger
) -> None:
    async with serving(service, log=log) as loopback:
        assert await loopback.call("Echo", "x", metadata=(("x-request-id", CALL_ID),)) == "x"
    [line] = written(lines, "call")
    assert line["call_id"] == CALL_ID
    assert line["method"] == f"/{SERVICE}/Echo"
    assert line["code"] == "OK"
    assert line["position"] == 7
    assert line["duration_ms"] >= 0


@pytest.mark.parametrize(
    "given",
    [
        "a b" * 50,
        "abc-1",
        SECRET_NUMBER,
        "00000019800101002X",
        "p00000019800101002X",
        "ab000000198001010020",
        "0" * 64,
        "a" * 15,
        "a" * 65,
    ],
)
async def test_an_id_that_is_not_hexadecimal_or_may_hold_a_number_is_replaced(
    service: Registration, log: Any, lines: CapturingLogger, given: str
) -> None:
    async with serving(service, log=log) as loopback:
        await loopback.call("Echo", metadata=(("x-request-id", given),))
    [line] = written(lines, "call")
    assert given not in line["call_id"]


async def test_the_id_that_a_process_makes_is_taken_over_by_its_peers(
    service: Registration, log: Any, lines: CapturingLogger
) -> None:
    async with serving(service, log=log) as loopback:
        await loopback.call("Echo")
        [first] = written(lines, "call")
        await loopback.call("Echo", metadata=(("x-request-id", first["call_id"]),))
    assert written(lines, "call")[1]["call_id"] == first["call_id"]


async def test_the_line_of_a_failed_call_names_the_reason(
    service: Registration, log: Any, lines: CapturingLogger
) -> None:
    async with serving(service, log=log) as loopback:
        with pytest.raises(grpc.aio.AioRpcError):
            await loopback.call("Refuse")
    [line] = written(lines, "call")
    assert (line["code"], line["reason"]) == ("ABORTED", "STATE_CHANGED")


async def test_routine_calls_are_counted_and_only_each_nth_is_written(
    service: Registration, log: Any, lines: CapturingLogger
) -> None:
    async with serving(service, log=log, sampler=Sampler(every=3)) as loopback:
        for _ in range(7):
            await loopback.call("Routine", "routine")
        await loopback.call("Routine", "special")
        counts = loopback.sampler.counts
    assert [line.get("routine_count") for line in written(lines, "call")] == [1, 4, 7, None]
    assert counts == {f"/{SERVICE}/Routine": 7}


async def test_a_routine_call_that_fails_is_always_written(
    log: Any, lines: CapturingLogger
) -> None:
    async def fail_routinely(_: StringValue, __: Any) -> StringValue:
        call_log().routine = True
        raise ServiceError(reasons.ERROR_REASON_STORE_UNAVAILABLE, "not now")

    async with serving(registration({"Fail": fail_routinely}), log=log) as loopback:
        for _ in range(3):
            with pytest.raises(grpc.aio.AioRpcError):
                await loopback.call("Fail")
    assert [line["code"] for line in written(lines, "call")] == ["UNAVAILABLE"] * 3


async def test_a_stream_is_passed_on_and_logged_once(
    service: Registration, log: Any, lines: CapturingLogger
) -> None:
    async with serving(service, log=log) as loopback:
        counted = [one.value async for one in stream(loopback.channel, "Count")(StringValue())]
        written_out = [
            one.value async for one in stream(loopback.channel, "WriteTwo")(StringValue())
        ]
    assert counted == ["0", "1", "2"]
    assert written_out == ["a", "b"]
    assert [line["code"] for line in written(lines, "call")] == ["OK", "OK"]


async def test_a_stream_that_breaks_off_ends_with_its_reason(
    service: Registration, log: Any, lines: CapturingLogger
) -> None:
    async with serving(service, log=log) as loopback:
        call = stream(loopback.channel, "BreakOff")(StringValue())
        assert (await call.read()).value == "0"
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call.read()
    assert parse(caught.value).reason == reasons.ERROR_REASON_STORE_UNAVAILABLE
    assert [line["code"] for line in written(lines, "call")] == ["UNAVAILABLE"]


async def test_a_call_that_arrives_while_draining_is_refused_with_a_hint(
    service: Registration, log: Any
) -> None:
    async with serving(service, log=log) as loopback:
        loopback.draining.set()
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await loopback.call("Echo")
    error = parse(caught.value)
    assert error.code is grpc.StatusCode.UNAVAILABLE
    assert error.reason == reasons.ERROR_REASON_DRAINING
    assert error.retry_after_s is not None


async def test_an_unknown_method_is_unimplemented(service: Registration, log: Any) -> None:
    async with serving(service, log=log) as loopback:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await loopback.call("NoSuchMethod")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_an_oversize_request_is_refused_and_the_channel_lives_on(
    service: Registration, log: Any
) -> None:
    settings = ServerSettings(address="127.0.0.1:0", receive_bytes_max=1024)
    async with serving(service, log=log, settings=settings) as loopback:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await loopback.call("Echo", "x" * 2000)
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert await loopback.call("Echo", "small") == "small"


async def test_a_state_too_large_for_the_trailers_is_left_out_and_said_so(log: Any) -> None:
    async def refuse_with_much(_: StringValue, __: Any) -> StringValue:
        raise ServiceError(
            reasons.ERROR_REASON_STATE_CHANGED,
            "状" * 5000,
            violations=[FieldViolation(f"f[{n}]", "FIELD_INVALID", "x" * 90) for n in range(500)],
            current=StringValue(value="y" * 100_000),
        )

    async with serving(registration({"Much": refuse_with_much}), log=log) as loopback:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await loopback.call("Much")
    error = parse(caught.value)
    assert error.code is grpc.StatusCode.ABORTED
    assert error.reason == reasons.ERROR_REASON_STATE_CHANGED
    assert error.current is None
    assert error.metadata["omitted"] == "current, violations"
    assert 0 < len(error.violations) < 500


class Recording:
    """A doorkeeper that notes whom it was asked about, and refuses whoever is told to be refused."""

    def __init__(self, *, refuses: bool) -> None:
        self._refuses = refuses

    def door(self, _: str) -> Any:
        async def admit(request: Any, _: Any) -> None:
            assert request == StringValue()
            call_log().fields["peer"] = "partner/rail-1"
            if self._refuses:
                raise ServiceError(reasons.ERROR_REASON_PEER_REFUSED, "not for the peer that calls")

        return admit

    def lets_scrape(self, _: str) -> bool:
        return False


@pytest.mark.parametrize("reason", ["PEER_REFUSED", "INVALID_REQUEST"])
async def test_what_is_no_message_meets_the_door_and_has_its_line(
    lines: CapturingLogger, log: Any, reason: str
) -> None:
    service = registration({"Echo": echo})
    doorkeeper = Recording(refuses=reason == "PEER_REFUSED")
    async with serving(service, log=log, doorkeeper=doorkeeper) as loopback:
        sending: Any = loopback.channel.unary_unary(f"/{SERVICE}/Echo")
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await sending(NO_MESSAGE)
    assert parse(failure.value).reason_name == reason
    [line] = written(lines, "call")
    assert (line["reason"], line["peer"]) == (reason, "partner/rail-1")
