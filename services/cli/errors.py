"""What goes wrong, as a person at a terminal needs it: the field, the reason, the next step.

CliError                 one of these ends a command, never a traceback
  UsageError             the command line or a file; nothing was sent
  RefusedError           what was asked cannot be; nothing was done
  RemoteFailure          a service answered with an error, or did not answer
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import grpc

from chassis.errors import RemoteError
from cli.exit_codes import ExitCode
from cli.unreached import SILENT, cause_of

_OUTCOME_UNKNOWN: Final = "OUTCOME_UNKNOWN"

_CODES: Final = {
    grpc.StatusCode.INVALID_ARGUMENT: ExitCode.USAGE,
    grpc.StatusCode.OUT_OF_RANGE: ExitCode.USAGE,
    grpc.StatusCode.FAILED_PRECONDITION: ExitCode.REFUSED,
    grpc.StatusCode.ALREADY_EXISTS: ExitCode.REFUSED,
    grpc.StatusCode.ABORTED: ExitCode.REFUSED,
    grpc.StatusCode.NOT_FOUND: ExitCode.NOT_FOUND,
    grpc.StatusCode.PERMISSION_DENIED: ExitCode.NOT_ALLOWED,
    grpc.StatusCode.UNAUTHENTICATED: ExitCode.NOT_ALLOWED,
    grpc.StatusCode.UNAVAILABLE: ExitCode.UNREACHABLE,
    grpc.StatusCode.CANCELLED: ExitCode.UNREACHABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED: ExitCode.UNREACHABLE,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ExitCode.UNREACHABLE,
}

_NEXT_STEPS: Final = {
    "ACTOR_REQUIRED": "say who acts: --as PERSON --role ROLE --court COURT, or [acting] in the profile",
    "ACTOR_UNKNOWN": "enrol the person (`courtlist init`), or correct --as, --role and --court",
    "ROLE_REFUSED": "let one of the roles named act: --as, --role",
    "COURT_REFUSED": "let the court whose case it is act: --court",
    "PEER_UNKNOWN": "connect with a certificate of this trust domain that has not run out: "
    "`courtlist certificates show FILE`; an operator renews it",
    "PEER_REFUSED": "let one of the peers named call: another person of the profile with --as, or "
    "another partner with --partner",
    "PARTNER_UNKNOWN": "no answer about anybody: sell or admit; an operator enrols the partner: "
    "`courtlist partners enrol`",
    "FIELD_REFUSED": "no answer about anybody: sell or admit; ask in the partner's own field, or have "
    "an operator enrol it for this one: `courtlist partners enrol`",
    "OVER_LIMIT": "no answer about anybody: sell or admit; ask again later, or agree on more with the court",
    "MANIFEST_OVER_QUOTA": "no answer about anybody: sell or admit; send fewer items at once, or agree on more "
    "with the court",
    "ASSERTION_REPLAYED": "run the command again: every call is signed anew",
    "ASSERTION_BORROWED": "act over the certificate of the person's own court: certificate, key in [[people]]",
    "SAME_PERSON": "let a second person act: --as",
    "STATE_CHANGED": "read the record (`courtlist show`), then decide again",
    "MANIFEST_MISMATCH": "read the import again: `courtlist import status`",
    "IMPORT_STATE": "see where it stands: `courtlist import status`, its rows: `courtlist import report`",
    "GO_LIVE_UNSET": "let the president set the go-live day: `go_live` in the file of `courtlist init`",
    "SAMPLE_INCOMPLETE": "compare every row of the sample with the case file and mark it in `agrees`",
    "ENDING_UNSETTLED": "see `courtlist ledger unsettled`; a judge decides: `courtlist ledger settle`",
    "ALREADY_ENROLLED": "nothing is left to do, or name another id",
    "LEDGER_REWOUND": "the ledger was restored from a backup: see `courtlist status`",
    "REQUEST_ID_REUSED": "leave --request-id away for a new act; keep it only to repeat the same one",
}


# By metadata `why` of ASSERTION_INVALID.
_ASSERTION_NEXT_STEPS: Final = {
    "KEY_UNKNOWN": "have the key enrolled (`courtlist keys enrol`), or correct assertion_key and key_id in "
    "the profile; `courtlist keys list` shows which keys count",
    "SIGNATURE": "assertion_key in the profile is not the key that is enrolled under this id: compare "
    "`courtlist keys list`",
    "AUDIENCE": "correct the address in the profile: another service answers there",
    "EXPIRED": "set this machine's clock: it is behind",
    "NOT_YET": "set this machine's clock: it is ahead",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong field: its path, its reason, and what to do."""

    field: str
    reason: str
    text: str


class CliError(Exception):
    """A command cannot be carried out."""

    def __init__(
        self,
        message: str,
        *,
        exit_code: ExitCode,
        reason: str = "",
        problems: Sequence[Problem] = (),
        next_step: str = "",
        metadata: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code
        self.reason = reason
        self.problems = tuple(problems)
        self.next_step = next_step
        self.metadata = metadata or {}

    def data(self) -> dict[str, Any]:
        """The error as --json prints it."""
        return {
            "error": {
                "exitCode": int(self.exit_code),
                "reason": self.reason,
                "message": self.message,
                "problems": [
                    {"field": one.field, "reason": one.reason, "text": one.text}
                    for one in self.problems
                ],
                "nextStep": self.next_step,
                "metadata": self.metadata,
            }
        }


class UsageError(CliError):
    """The command line or a file cannot be read; nothing was sent."""

    def __init__(
        self, message: str, *, problems: Sequence[Problem] = (), next_step: str = ""
    ) -> None:
        super().__init__(
            message,
            exit_code=ExitCode.USAGE,
            reason="USAGE",
            problems=problems,
            next_step=next_step,
        )


class RefusedError(CliError):
    """What was asked cannot be done as things stand; nothing was done."""

    def __init__(
        self,
        message: str,
        *,
        reason: str = "REFUSED",
        problems: Sequence[Problem] = (),
        next_step: str = "",
    ) -> None:
        super().__init__(
            message,
            exit_code=ExitCode.REFUSED,
            reason=reason,
            problems=problems,
            next_step=next_step,
        )


class RemoteFailure(CliError):  # noqa: N818 - it failed elsewhere; RemoteError is the wire's
    """A service answered with an error, or did not answer."""

    def __init__(self, error: RemoteError, *, service: str, address: str, request_id: str) -> None:
        self.remote = error
        code = _CODES.get(error.code, ExitCode.FAULT)
        is_unknown = _is_outcome_unknown(error, request_id)
        if is_unknown:
            code = ExitCode.OUTCOME_UNKNOWN
        super().__init__(
            _message(error, service, address),
            exit_code=code,
            reason=error.reason_name or error.code.name,
            problems=[
                Problem(one.field, one.reason_name, one.description) for one in error.violations
            ],
            next_step=_next_step(error, request_id if is_unknown else "", service),
            metadata={**error.metadata, **({"requestId": request_id} if is_unknown else {})},
        )


def _is_outcome_unknown(error: RemoteError, request_id: str) -> bool:
    """Whether a write may have been done: it said so, or it ended without a reason under way.

    A connection that was refused reached nobody; that is the channel's own UNAVAILABLE.
    """
    if error.reason_name == _OUTCOME_UNKNOWN:
        return True
    if not request_id or error.reason_name:
        return error.reason_name == "DEADLINE_TOO_SHORT" and bool(request_id)
    if error.code in {grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED}:
        return True
    return error.code is grpc.StatusCode.UNAVAILABLE and "connect" not in error.message.lower()


def _message(error: RemoteError, service: str, address: str) -> str:
    if error.reason_name:
        return error.message
    if error.code is grpc.StatusCode.UNAVAILABLE:
        return cause_of(error.message).message_of(service, address)
    if error.code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return f"{service} at {address} did not answer in time"
    if error.code is grpc.StatusCode.UNIMPLEMENTED:
        return f"{service} at {address} does not know this call: it is another service or release"
    return f"{service} at {address}: {error.message or error.code.name}"


def _next_step(error: RemoteError, request_id: str, service: str) -> str:
    if request_id:
        return f"repeat the same command with --request-id {request_id}: it is done once"
    if error.reason_name:
        return _after_refusal(error, service)
    if error.code is grpc.StatusCode.UNIMPLEMENTED:
        return f"correct the address of {service} in the profile"
    if error.code is grpc.StatusCode.UNAVAILABLE:
        return cause_of(error.message).next_step_of(service)
    return SILENT.next_step_of(service)


def _after_refusal(error: RemoteError, service: str) -> str:
    """What to do about a reason that a service gave."""
    if error.reason_name == "ASSERTION_INVALID":
        return _ASSERTION_NEXT_STEPS.get(error.metadata.get("why", ""), "run the command again")
    if error.reason_name == "INTERNAL_FAULT":
        return f"look for error_id in the log of {service}"
    return _NEXT_STEPS.get(error.reason_name, "")
