import grpc
from google.protobuf.wrappers_pb2 import StringValue
from google.rpc import error_details_pb2

from chassis.errors import FieldViolation, ServiceError
from chassis.limits import STATUS_BYTES_MAX
from chassis.wire.status import STATUS_TRAILER, parse, to_status, to_trailers
from courtlist.error.v1 import error_reason_pb2 as reasons


def sent(error: ServiceError, code: grpc.StatusCode | None = None) -> grpc.aio.AioRpcError:
    """What a client is given when a server answers `error`."""
    trailers = grpc.aio.Metadata(*to_trailers(to_status(error)))
    return grpc.aio.AioRpcError(code or error.code, grpc.aio.Metadata(), trailers, error.message)


def test_an_error_is_read_back_as_it_was_sent() -> None:
    error = ServiceError(
        reasons.ERROR_REASON_STATE_CHANGED,
        "read again",
        metadata={"kind": "thing"},
        violations=[FieldViolation("etag", "FIELD_INVALID", "give the present one")],
        retry_after_s=0.25,
        current=StringValue(value="now"),
    )
    back = parse(sent(error))
    assert (back.code, back.reason, back.message) == (error.code, error.reason, error.message)
    assert (back.metadata, back.violations) == (error.metadata, error.violations)
    assert (back.retry_after_s, back.current) == (0.25, StringValue(value="now"))


def test_error_info_names_reason_and_domain() -> None:
    status = to_status(ServiceError(reasons.ERROR_REASON_DRAINING, "later"))
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert (info.reason, info.domain) == ("DRAINING", "courtlist")
    assert len(status.details) == 1


def test_a_failure_below_the_service_has_a_code_and_no_reason() -> None:
    bare = grpc.aio.AioRpcError(
        grpc.StatusCode.UNAVAILABLE, grpc.aio.Metadata(), grpc.aio.Metadata(), "refused"
    )
    error = parse(bare)
    assert error.code is grpc.StatusCode.UNAVAILABLE
    assert error.reason == reasons.ERROR_REASON_UNSPECIFIED
    assert error.reason_name == ""


def test_a_reason_this_program_does_not_know_keeps_its_name() -> None:
    status = to_status(ServiceError(reasons.ERROR_REASON_DRAINING, "x"))
    del status.details[:]
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason="INVENTED_LATER"))
    rpc_error = grpc.aio.AioRpcError(
        grpc.StatusCode.ABORTED, grpc.aio.Metadata(), grpc.aio.Metadata(*to_trailers(status)), "x"
    )
    error = parse(rpc_error)
    assert error.reason_name == "INVENTED_LATER"
    assert error.code is grpc.StatusCode.ABORTED


def test_details_of_an_unknown_type_and_broken_details_are_passed_over() -> None:
    status = to_status(ServiceError(reasons.ERROR_REASON_DRAINING, "x"))
    status.details.add(type_url="type.googleapis.com/none.such.Message", value=b"\x01")
    status.details.add(type_url="type.googleapis.com/google.protobuf.StringValue", value=b"\xff")
    rpc_error = grpc.aio.AioRpcError(
        grpc.StatusCode.UNAVAILABLE,
        grpc.aio.Metadata(),
        grpc.aio.Metadata(*to_trailers(status)),
        "x",
    )
    assert parse(rpc_error).current is None
    broken = grpc.aio.AioRpcError(
        grpc.StatusCode.UNAVAILABLE,
        grpc.aio.Metadata(),
        grpc.aio.Metadata((STATUS_TRAILER, b"\xff\xff")),
        "x",
    )
    assert parse(broken).reason_name == ""


def test_a_status_always_fits_into_the_trailers() -> None:
    error = ServiceError(
        reasons.ERROR_REASON_STATE_CHANGED,
        "字" * 10_000,
        violations=[FieldViolation(f"f[{n}]", "FIELD_INVALID", "x" * 80) for n in range(300)],
        current=StringValue(value="y" * 50_000),
    )
    status = to_status(error)
    assert status.ByteSize() <= STATUS_BYTES_MAX
    assert set(status.message) == {"字"}
    back = parse(sent(error))
    assert back.metadata["omitted"] == "current, violations"
    assert back.violations
    assert back.violations == error.violations[: len(back.violations)]


def test_a_state_that_fits_is_kept() -> None:
    error = ServiceError(
        reasons.ERROR_REASON_STATE_CHANGED, "x", current=StringValue(value="y" * 3_000)
    )
    assert parse(sent(error)).current == error.current
