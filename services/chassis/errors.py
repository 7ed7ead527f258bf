"""The one error that crosses the wire, and the status that belongs to each reason.

ServiceError            raised by services; answered with the status of its reason
  RemoteError           a peer's error, as a client reads it back
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import grpc
from google.protobuf.message import Message

from courtlist.error.v1 import error_reason_pb2 as reasons

_PREFIX = "ERROR_REASON_"

_STATUS_CODES: Mapping[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One wrong field of a request.

    `field` is the path in the request (`items[0].amount`), `reason_name` the name of an
    ErrorReason without its prefix, `description` the problem and the next step. A description never
    repeats the value: it may be an identity number or a name.
    """

    field: str
    reason_name: str
    description: str


class ServiceError(Exception):
    """A call cannot be answered; the caller is told why and what to do.

    `reason` is a `courtlist.error.v1.ErrorReason` number: it alone decides the gRPC status.
    `metadata` holds the keys that the reason's comment promises. `current` is the record's present
    state, sent with a refused change so that the caller need not read it again; one longer than
    limits.STATUS_CURRENT_BYTES_MAX may find no place (chassis.wire.status).
    """

    def __init__(
        self,
        reason: reasons.ErrorReason.ValueType,
        message: str,
        *,
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[FieldViolation] = (),
        retry_after_s: float | None = None,
        current: Message | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.metadata = dict(metadata or {})
        self.violations = tuple(violations)
        self.retry_after_s = retry_after_s
        self.current = current

    @property
    def code(self) -> grpc.StatusCode:
        """The gRPC status this error is answered with."""
        return status_of(self.reason)

    @property
    def reason_name(self) -> str:
        """The reason as it travels: the enum value's name without its prefix."""
        return name_of(self.reason)


class RemoteError(ServiceError):
    """A peer's answer to our own request, read back by `chassis.wire.status.parse`.

    It is never passed on to our caller as it stands: what the peer says is about our request to it.
    `code` and `reason_name` are kept as received, so that a reason newer than this program, or a
    failure below gRPC without any reason, still reads true.
    """

    def __init__(
        self,
        reason: reasons.ErrorReason.ValueType,
        message: str,
        *,
        code: grpc.StatusCode,
        reason_name: str,
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[FieldViolation] = (),
        retry_after_s: float | None = None,
        current: Message | None = None,
    ) -> None:
        super().__init__(
            reason,
            message,
            metadata=metadata,
            violations=violations,
            retry_after_s=retry_after_s,
            current=current,
        )
        self._code = code
        self._reason_name = reason_name

    @property
    def code(self) -> grpc.StatusCode:
        """The gRPC status that was received."""
        return self._code

    @property
    def reason_name(self) -> str:
        """The reason as received; empty where the peer, or the network, gave none."""
        return self._reason_name


@functools.cache
def status_of(reason: int) -> grpc.StatusCode:
    """The gRPC status written beside `reason` in error_reason.proto."""
    value = reasons.ErrorReason.DESCRIPTOR.values_by_number[reason]
    return _STATUS_CODES[value.GetOptions().Extensions[reasons.status]]


@functools.cache
def name_of(reason: int) -> str:
    """The name of `reason` as it travels, e.g. `FIELD_REQUIRED`."""
    name: str = reasons.ErrorReason.DESCRIPTOR.values_by_number[reason].name
    return name.removeprefix(_PREFIX)


def reason_named(name: str) -> reasons.ErrorReason.ValueType:
    """The reason that travels as `name`; ERROR_REASON_UNSPECIFIED for one this program is too old for."""
    if _PREFIX + name in reasons.ErrorReason.keys():  # noqa: SIM118 - an enum wrapper, no dict
        return reasons.ErrorReason.Value(_PREFIX + name)
    return reasons.ERROR_REASON_UNSPECIFIED


def invalid_request(violations: Sequence[FieldViolation]) -> ServiceError:
    """The error for a request with one or more wrong fields, all reported at once."""
    fields = ", ".join(violation.field for violation in violations)
    return ServiceError(
        reasons.ERROR_REASON_INVALID_REQUEST,
        f"the request is refused, nothing was stored; mend: {fields}",
        violations=violations,
    )
