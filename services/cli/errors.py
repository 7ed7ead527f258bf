"""What goes wrong, as a person at a terminal needs it: the field, the reason, the next step.

CliError                 one of these ends a command, never a traceback
  UsageError             the command line or a file; nothing was sent
  FileError              a file cannot be read or written
  RefusedError           what was asked cannot be; nothing was done
  RemoteFailure          a service answered with an error, or did not answer
  Interruption           somebody pressed Ctrl-C, or did not answer a question

Every one of them says what to do next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import grpc

from chassis.errors import RemoteError
from chassis.limits import MESSAGE_BYTES_MAX
from cli.exit_codes import ExitCode
from cli.next_steps import after
from cli.unreached import cause_of

_OUTCOME_UNKNOWN: Final = "OUTCOME_UNKNOWN"
_MEND: Final = "mend what is named, and run the command again"
_HELP: Final = "`--help` behind the command's name shows how it is written"
_AGAIN: Final = "run the command again once it is agreed"
_NEW_REASON: Final = "do what it says; this program is of an older release and knows no more of it"
# What gRPC says where no connection came about, so that nobody was reached.
_UNCONNECTED: Final = ("failed to connect", "resolution failed", "empty address list")

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
            next_step=next_step or (_MEND if problems else _HELP),
        )


class FileError(CliError):
    """The surroundings do not let a file be read or written."""

    def __init__(self, error: OSError) -> None:
        super().__init__(
            f"{error.filename or 'a file that is read or written'}: "
            f"{error.strerror or type(error).__name__}",
            exit_code=ExitCode.USAGE,
            reason="FILE",
            next_step="look at the path, its rights and the room on the disk",
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
            next_step=next_step or (_MEND if problems else _AGAIN),
        )


class Interruption(CliError):  # noqa: N818 - no error of anybody
    """Ctrl-C, or a question that nobody answered."""

    def __init__(
        self, message: str = "interrupted", *, next_step: str = "", request_id: str = ""
    ) -> None:
        super().__init__(
            message,
            exit_code=ExitCode.INTERRUPTED,
            reason="INTERRUPTED",
            next_step=next_step or "run the command again",
            metadata={"requestId": request_id} if request_id else {},
        )


class RemoteFailure(CliError):  # noqa: N818 - it failed elsewhere; RemoteError is the wire's
    """A service answered with an error, or did not answer.

    Args:
        error: of the last attempt.
        service: its name.
        address: where it was asked.
        request_id: of a write; empty for a read.
        was_unknown: an attempt before the last may have been done.
    """

    def __init__(
        self,
        error: RemoteError,
        *,
        service: str,
        address: str,
        request_id: str,
        was_unknown: bool = False,
    ) -> None:
        self.remote = error
        code = _code(error)
        is_unknown = is_outcome_unknown(error, request_id)
        if is_unknown or (was_unknown and code is ExitCode.UNREACHABLE):
            code = ExitCode.OUTCOME_UNKNOWN
        is_repeated = code is ExitCode.OUTCOME_UNKNOWN and bool(request_id)
        super().__init__(
            _message(error, service, address),
            exit_code=code,
            reason=error.reason_name or error.code.name,
            problems=[
                Problem(one.field, one.reason_name, one.description) for one in error.violations
            ],
            next_step=repetition(request_id) if is_repeated else _next_step(error, service),
            metadata={**error.metadata, **({"requestId": request_id} if is_repeated else {})},
        )


def repetition(request_id: str) -> str:
    """What to do where nobody knows whether a write was done."""
    return f"repeat the same command with --request-id {request_id}: it is done once"


def is_outcome_unknown(error: RemoteError, request_id: str) -> bool:
    """Whether a write may have been done: it said so, or it ended without a reason under way.

    A connection that never came about reached nobody; that is the channel's own UNAVAILABLE.
    """
    if error.reason_name == _OUTCOME_UNKNOWN:
        return True
    if not request_id or error.reason_name:
        return error.reason_name == "DEADLINE_TOO_SHORT" and bool(request_id)
    if error.code in {grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED}:
        return True
    said = error.message.lower()
    return error.code is grpc.StatusCode.UNAVAILABLE and not any(
        words in said for words in _UNCONNECTED
    )


def _code(error: RemoteError) -> ExitCode:
    return ExitCode.USAGE if _is_too_long(error) else _CODES.get(error.code, ExitCode.FAULT)


def _is_too_long(error: RemoteError) -> bool:
    """gRPC's own refusal to send more than chassis.limits.MESSAGE_BYTES_MAX."""
    return not error.reason_name and "sent message larger" in error.message.lower()


def _message(error: RemoteError, service: str, address: str) -> str:
    if error.reason_name:
        return error.message
    if _is_too_long(error):
        return "what would be sent is longer than one call may be; nothing was sent"
    if error.code is grpc.StatusCode.UNAVAILABLE:
        return cause_of(error.message).message_of(service, address)
    if error.code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return f"{service} at {address} did not answer in time"
    if error.code is grpc.StatusCode.UNIMPLEMENTED:
        return f"{service} at {address} does not know this call: it is another service or release"
    return f"{service} at {address}: {error.message or error.code.name}"


def _next_step(error: RemoteError, service: str) -> str:
    if error.reason_name:
        # What breaks one rule alone has that rule's reason: its field says what to mend.
        return after(error, service) or (_MEND if error.violations else _NEW_REASON)
    if _is_too_long(error):
        return f"send less at once: {MESSAGE_BYTES_MAX >> 20} MiB are the most"
    if error.code is grpc.StatusCode.UNAVAILABLE:
        return cause_of(error.message).next_step_of(service)
    if error.code is grpc.StatusCode.UNIMPLEMENTED:
        return (
            f"correct the address of {service} in the profile, or bring it to this release: "
            "`courtlist status` shows the version of each"
        )
    if error.code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return f"give it longer (--timeout), or see whether {service} is well: `courtlist status`"
    return f"see whether {service} is well (`courtlist status`), and look into its log"
