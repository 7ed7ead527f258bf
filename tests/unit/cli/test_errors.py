import grpc
import pytest

from chassis.errors import FieldViolation, RemoteError, reason_named, status_of
from cli.errors import CliError, Interruption, RefusedError, RemoteFailure, UsageError
from cli.exit_codes import ExitCode
from cli.next_steps import after
from courtlist.error.v1 import error_reason_pb2 as reasons

_ABSENT = "failed to connect to all addresses"
_RESET = "recvmsg:Connection reset by peer"
# Reasons that stand beside a field, whose own text says what to do, and fail no call.
_OF_FIELDS = {
    *("FIELD_REQUIRED", "FIELD_INVALID", "FIELD_TOO_LONG", "ENUM_UNKNOWN", "DOCUMENT_INVALID"),
    *(
        "CASE_NUMBER_UNPARSED",
        "AMOUNT_OUT_OF_RANGE",
        "GROUND_REFUSED",
        "GROUND_BARRED",
        "TERM_REFUSED",
    ),
    *("MINOR", "AGE_UNKNOWN", "NOT_SERVED", "NOT_WARNED", "GRACE_REFUSED", "ORDER_REFUSED"),
    *("IDENTITY_REFUSED", "ENDING_REFUSED", "CASE_REFUSED", "PASS_REFUSED", "TERM_PAST"),
    *("AFTER_GO_LIVE", "DOCUMENT_MASKED", "CONDUCT_UNKNOWN", "LIKELY_DOUBLE"),
}
# What only followers are answered.
_OF_FOLLOWERS = {"ENDING_UNPROVEN", "UNSPECIFIED"}


def _failure(
    reason: str = "",
    *,
    code: grpc.StatusCode | None = None,
    message: str = "",
    request_id: str = "",
    violations: tuple[FieldViolation, ...] = (),
    was_unknown: bool = False,
) -> RemoteFailure:
    number = reason_named(reason)
    error = RemoteError(
        number,
        message,
        code=code or status_of(number),
        reason_name=reason,
        violations=violations,
    )
    return RemoteFailure(
        error, service="registry", address="h:1", request_id=request_id, was_unknown=was_unknown
    )


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
        _failure(code=grpc.StatusCode.UNAVAILABLE, message=_RESET, request_id="r-1"),
        _failure(
            code=grpc.StatusCode.UNAVAILABLE, message=_ABSENT, request_id="r-1", was_unknown=True
        ),
        _failure("STORE_UNAVAILABLE", request_id="r-1", was_unknown=True),
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
        ("Handshake read failed (Endpoint closing)", "says nothing", "start it anew"),
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


def test_after_every_reason_there_is_a_next_step() -> None:
    named = {
        one.removeprefix("ERROR_REASON_") for one in reasons.ErrorReason.DESCRIPTOR.values_by_name
    }
    for reason in sorted(named - _OF_FIELDS - _OF_FOLLOWERS):
        assert after(_failure(reason).remote, "registry"), reason


@pytest.mark.parametrize("reason", sorted(_OF_FIELDS))
def test_a_rule_that_is_broken_alone_is_mended_at_its_field(reason: str) -> None:
    violation = FieldViolation("reasons", reason, "state them")
    assert _failure(reason, violations=(violation,)).next_step.startswith("mend what is named")


@pytest.mark.parametrize(
    ("kind", "shown_by"),
    [("key", "keys list"), ("partner", "partners list"), ("import", "import list"), ("", "search")],
)
def test_what_does_not_exist_is_looked_for_where_its_kind_is_shown(
    kind: str, shown_by: str
) -> None:
    error = RemoteError(
        reason_named("NOT_FOUND"),
        "",
        code=grpc.StatusCode.NOT_FOUND,
        reason_name="NOT_FOUND",
        metadata={"kind": kind},
    )
    assert f"courtlist {shown_by}" in after(error, "registry")


@pytest.mark.parametrize(
    "code", [grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DEADLINE_EXCEEDED]
)
def test_whoever_was_answered_is_not_told_to_start_the_service(code: grpc.StatusCode) -> None:
    assert "courtlist status" in _failure(code=code).next_step


def test_a_reason_that_this_release_does_not_know_is_told_by_its_own_words() -> None:
    failure = _failure("LATER_REASON", code=grpc.StatusCode.FAILED_PRECONDITION, message="do this")
    assert (failure.message, failure.reason) == ("do this", "LATER_REASON")
    assert failure.next_step


def test_what_is_too_long_for_a_call_is_no_outage() -> None:
    failure = _failure(
        code=grpc.StatusCode.RESOURCE_EXHAUSTED,
        message="CLIENT: Sent message larger than max (5000000 vs. 4194304)",
        request_id="r-1",
    )
    assert failure.exit_code is ExitCode.USAGE
    assert "4 MiB" in failure.next_step


@pytest.mark.parametrize("error", [UsageError("x"), RefusedError("x"), Interruption()])
def test_no_error_leaves_the_next_step_open(error: CliError) -> None:
    assert error.next_step
