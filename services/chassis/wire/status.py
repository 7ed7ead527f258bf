"""ServiceError to `google.rpc.Status` and back (google/rpc/error_details.proto, AIP-193)."""

from typing import Final
from urllib.parse import quote

import grpc
from google.protobuf import any_pb2, descriptor_pool, message_factory
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

from chassis.errors import FieldViolation, RemoteError, ServiceError, reason_named
from chassis.limits import STATUS_BYTES_MAX, STATUS_MESSAGE_BYTES_MAX

ERROR_DOMAIN: Final = "courtlist"
# The trailer in which gRPC carries a google.rpc.Status.
STATUS_TRAILER: Final = "grpc-status-details-bin"
# gRPC over HTTP/2 sends printable ASCII but % as it is.
_UNQUOTED: Final = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")


def to_status(error: ServiceError) -> status_pb2.Status:
    """Code, message and details: ErrorInfo always, then BadRequest, RetryInfo and the current state.

    A trailer has room for a few KiB only. What does not fit is left out from the end (the current
    state first, then violations), and ErrorInfo's metadata says so in `omitted`.
    """
    violations, current = list(error.violations), error.current
    omitted: list[str] = []
    status = _assemble(error, violations, current, omitted)
    if status.ByteSize() > STATUS_BYTES_MAX and current is not None:
        current = None
        omitted.append("current")
        status = _assemble(error, violations, current, omitted)
    if status.ByteSize() > STATUS_BYTES_MAX and violations:
        omitted.append("violations")
    while status.ByteSize() > STATUS_BYTES_MAX and violations:
        violations = violations[: len(violations) // 2]
        status = _assemble(error, violations, current, omitted)
    return status


def to_trailers(status: status_pb2.Status) -> tuple[tuple[str, bytes], ...]:
    """The trailing metadata that carries `status`."""
    return ((STATUS_TRAILER, status.SerializeToString()),)


def parse(rpc_error: grpc.aio.AioRpcError) -> RemoteError:
    """The error that a peer raised, or a RemoteError without a reason if the call failed below it."""
    for key, value in rpc_error.trailing_metadata() or ():
        if key == STATUS_TRAILER and isinstance(value, bytes):
            try:
                status = status_pb2.Status.FromString(value)
            except DecodeError:
                break
            return _from_status(status, rpc_error.code())
    return RemoteError(
        reason_named(""), rpc_error.details() or "", code=rpc_error.code(), reason_name=""
    )


def _assemble(
    error: ServiceError,
    violations: list[FieldViolation],
    current: Message | None,
    omitted: list[str],
) -> status_pb2.Status:
    status = status_pb2.Status(code=error.code.value[0], message=_fitting(error.message))
    info = error_details_pb2.ErrorInfo(
        reason=error.reason_name, domain=ERROR_DOMAIN, metadata=error.metadata
    )
    if omitted:
        info.metadata["omitted"] = ", ".join(omitted)
    details: list[Message] = [info]
    if violations:
        details.append(
            error_details_pb2.BadRequest(
                field_violations=[
                    error_details_pb2.BadRequest.FieldViolation(
                        field=one.field, reason=one.reason_name, description=one.description
                    )
                    for one in violations
                ]
            )
        )
    if error.retry_after_s is not None:
        delay = Duration()
        delay.FromMilliseconds(round(error.retry_after_s * 1000))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    if current is not None:
        details.append(current)
    for detail in details:
        status.details.add().Pack(detail)
    return status


def _fitting(message: str) -> str:
    """The start of `message` that fits as `grpc-message`, where a Chinese character takes 9 bytes."""
    room = STATUS_MESSAGE_BYTES_MAX
    for index, character in enumerate(message):
        room -= len(quote(character, safe=_UNQUOTED))
        if room < 0:
            return message[:index]
    return message


def _from_status(status: status_pb2.Status, code: grpc.StatusCode) -> RemoteError:
    info = error_details_pb2.ErrorInfo()
    bad_request = error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    retry_after_s: float | None = None
    current: Message | None = None
    for detail in status.details:
        if detail.Unpack(info) or detail.Unpack(bad_request):
            continue
        if detail.Unpack(retry):
            retry_after_s = retry.retry_delay.ToMilliseconds() / 1000
        else:
            current = _unpack_known(detail)
    return RemoteError(
        reason_named(info.reason),
        status.message,
        code=code,
        reason_name=info.reason,
        metadata=dict(info.metadata),
        violations=tuple(
            FieldViolation(one.field, one.reason, one.description)
            for one in bad_request.field_violations
        ),
        retry_after_s=retry_after_s,
        current=current,
    )


def _unpack_known(packed: any_pb2.Any) -> Message | None:
    """The packed message, or None when this program holds no such type or the bytes are not one."""
    try:
        descriptor = descriptor_pool.Default().FindMessageTypeByName(packed.TypeName())
    except KeyError:
        return None
    message = message_factory.GetMessageClass(descriptor)()
    try:
        message.ParseFromString(packed.value)
    except DecodeError:
        return None
    return message
