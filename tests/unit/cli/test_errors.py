import grpc
import pytest

from chassis.errors import FieldViolation, RemoteError, reason_named, status_of
from cli.errors import RemoteFailure
from cli.exit_codes import ExitCode


def _failure(
    reason: str = "",
    *,
    code: grpc.StatusCode | None = None,
    message: str = "",
    request_id: str = "",
    violations: tuple[FieldViolation, ...] = (),
) -> RemoteFailure:
    number = reason_named(reason)
    error = RemoteError(
        number,
        message,
        code=code or status_of(number),
        reason_name=reason,
        violations=violations,
    )
    return RemoteFailure(error, service="registry", address="h:1", request_id=request_id)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("INVALID_REQUEST", ExitCode.USAGE),
        ("UNLAWFUL", ExitCode.REFUSED),
        ("ALREADY_ENTERED", ExitCode.REFUSED),
        ("STATE_CHANGED", ExitCode.REFUSED),
        ("NOT_FOUND", ExitCode.NOT_FOUND),
        ("ROLE_REFUSED", ExitCode.NOT_ALLOWED),
        ("ACTOR_UNKNOWN", ExitCode.NOT_ALLOWED),
        ("STORE_UNAVAILABLE", ExitCode.UNREACHABLE),
        ("OVERLOADED", ExitCode.UNREACHABLE),
        ("INTERNAL_FAULT", ExitCode.FAULT),
        ("OUTCOME_UNKNOWN", ExitCode.OUTCOME_UNKNOWN),
    ],
)
def test_each_reason_has_its_exit_code(reason: str, code: ExitCode) -> None:
    assert _failure(reason, request_id="r-1").exit_code is code


def test_an_unknown_outcome_names_the_id_to_repeat_it_with() -> None:
    for failure in (
        _failure("OUTCOME_UNKNOWN", request_id="r-1"),
        _failure(code=grpc.StatusCode.DEADLINE_EXCEEDED, request_id="r-1"),
        _failure(code=grpc.StatusCode.UNAVAILABLE, message="Socket closed", request_id="r-1"),
    ):
        assert failure.exit_code is ExitCode.OUTCOME_UNKNOWN
        assert "--request-id r-1" in failure.next_step
        assert failure.metadata["requestId"] == "r-1"


def test_a_connection_that_was_refused_has_reached_nobody() -> None:
    failure = _failure(
        code=grpc.StatusCode.UNAVAILABLE,
        message="failed to connect to all addresses",
        request_id="r-1",
    )
    assert failure.exit_code is ExitCode.UNREACHABLE
    assert failure.message == "registry does not answer at h:1"
    assert "make run" in failure.next_step


def test_a_read_that_is_not_answered_has_no_outcome_to_repeat() -> None:
    failure = _failure(code=grpc.StatusCode.DEADLINE_EXCEEDED)
    assert failure.exit_code is ExitCode.UNREACHABLE


def test_each_wrong_field_is_kept_with_its_reason() -> None:
    violation = FieldViolation("subject.documents[0].number", "DOCUMENT_INVALID", "read it again")
    [problem] = _failure("INVALID_REQUEST", violations=(violation,)).problems
    assert (problem.field, problem.reason, problem.text) == (
        "subject.documents[0].number",
        "DOCUMENT_INVALID",
        "read it again",
    )


def test_a_call_that_the_address_does_not_know_blames_the_address() -> None:
    failure = _failure(code=grpc.StatusCode.UNIMPLEMENTED)
    assert failure.exit_code is ExitCode.FAULT
    assert "address" in failure.next_step


@pytest.mark.parametrize(
    ("message", "said", "next_step"),
    [
        ("Failed to connect to remote host: Connection refused", "does not answer", "start"),
        ("Tls handshake failed: CERTIFICATE_VERIFY_FAILED", "do not believe", "certificates show"),
        ("Hostname Verification Check failed.", "another process", "correct the address"),
        ("Socket closed", "hangs up", "certificates show"),
    ],
)
def test_a_service_that_is_not_reached_is_not_always_one_that_is_down(
    message: str, said: str, next_step: str
) -> None:
    failure = _failure(
        code=grpc.StatusCode.UNAVAILABLE, message=f"failed to connect to all addresses; {message}"
    )
    assert failure.exit_code is ExitCode.UNREACHABLE
    assert said in failure.message
    assert next_step in failure.next_step
