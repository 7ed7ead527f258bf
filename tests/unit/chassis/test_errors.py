import grpc
import pytest

from chassis.errors import (
    FieldViolation,
    ServiceError,
    invalid_request,
    name_of,
    reason_named,
    status_of,
)
from courtlist.error.v1 import error_reason_pb2 as reasons


@pytest.mark.parametrize("reason", list(reasons.ErrorReason.values()))
def test_every_reason_names_a_status_other_than_ok(reason: int) -> None:
    assert status_of(reason) is not grpc.StatusCode.OK
    if reason != reasons.ERROR_REASON_UNSPECIFIED:
        assert status_of(reason) is not grpc.StatusCode.UNKNOWN


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (reasons.ERROR_REASON_FIELD_INVALID, grpc.StatusCode.INVALID_ARGUMENT),
        (reasons.ERROR_REASON_STATE_CHANGED, grpc.StatusCode.ABORTED),
        (reasons.ERROR_REASON_STORE_UNAVAILABLE, grpc.StatusCode.UNAVAILABLE),
        (reasons.ERROR_REASON_INTERNAL_FAULT, grpc.StatusCode.INTERNAL),
    ],
)
def test_a_reasons_status_is_the_one_in_the_proto(
    reason: reasons.ErrorReason.ValueType, status: grpc.StatusCode
) -> None:
    assert status_of(reason) is status
    assert ServiceError(reason, "x").code is status


def test_a_reason_travels_without_its_prefix_and_is_found_again() -> None:
    assert name_of(reasons.ERROR_REASON_DRAINING) == "DRAINING"
    assert reason_named("DRAINING") == reasons.ERROR_REASON_DRAINING


def test_a_reason_newer_than_this_program_is_unspecified() -> None:
    assert reason_named("INVENTED_LATER") == reasons.ERROR_REASON_UNSPECIFIED


def test_all_wrong_fields_are_reported_in_one_error() -> None:
    violations = [
        FieldViolation("a", "FIELD_REQUIRED", "give it"),
        FieldViolation("b[0]", "FIELD_INVALID", "mend it"),
    ]
    error = invalid_request(violations)
    assert error.reason == reasons.ERROR_REASON_INVALID_REQUEST
    assert error.violations == tuple(violations)
    assert "a, b[0]" in error.message
