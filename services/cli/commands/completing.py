"""`complete`: adding to an imported row what the case file holds, under four eyes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final

import typer

from cli.errors import Problem, RefusedError, UsageError
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from cli.options import INT64_MAX
from cli.papers import files
from cli.papers.writing import data_of
from cli.registration import command
from cli.views.tables import record
from courtlist.registry.v1 import import_service_pb2 as rpc

_HASH_BYTES: Final = 32
_DONE: Final = frozenset({rpc.ROW_OUTCOME_ENTERED, rpc.ROW_OUTCOME_ALREADY_THERE})


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app,
        "complete",
        example="courtlist complete IMPORT_ID 12 --set decidedOn=2020-01-31 --as clerk-1",
    )
    def complete(
        invocation: Invocation,
        import_id: Annotated[str, typer.Argument(metavar="IMPORT_ID")],
        row: Annotated[
            int, typer.Argument(metavar="ROW", min=1, max=INT64_MAX, help="As the report counts.")
        ],
        *,
        put: Annotated[
            list[str] | None,
            typer.Option(
                "--set",
                metavar="FIELD=VALUE",
                help="As decidedOn=2020-01-31. For cardNum and names use --fields: what is written "
                "here is seen by everybody on this machine.",
            ),
        ] = None,
        fields: Annotated[
            str,
            typer.Option(
                "--fields", metavar="FILE", help="TOML or JSON with fields by name; `-` is stdin."
            ),
        ] = "",
        is_shown: Annotated[
            bool,
            typer.Option("--show", help="Show what somebody completed, as it would be entered."),
        ] = False,
        is_approved: Annotated[
            bool,
            typer.Option("--approve", help="Approve what somebody else completed (second person)."),
        ] = False,
        seen: Annotated[
            str,
            typer.Option("--hash", metavar="HASH", help="Of the completion that is approved."),
        ] = "",
    ) -> ExitCode:
        """Complete an incomplete or unmatched row (by a clerk), --show it, or --approve it.

        Fields have the names of the superset: services/registry/intake/README.md. Without --hash the
        completed row is shown before it is approved, and it is asked whether it agrees.
        """
        given = {**_from_file(fields), **_from_options(put or [])}
        if [is_shown, is_approved, bool(given)].count(True) != 1:
            raise UsageError(
                "either fields are given, or --show, or --approve",
                next_step="--set FIELD=VALUE, --fields FILE, or as a second person --approve",
            )
        if seen and not is_approved:
            raise UsageError(
                "--hash goes with --approve", next_step="add --approve, or leave --hash away"
            )
        if is_shown:
            _show(invocation, _completion(invocation, import_id, row))
            return ExitCode.OK
        if is_approved:
            approval = rpc.ApproveRowRequest(
                import_id=import_id,
                row_number=row,
                completion_hash=_hash(seen) if seen else _asked(invocation, import_id, row),
            )
            found = invocation.ask(invocation.imports.ApproveRow, approval).row
        else:
            request = rpc.CompleteRowRequest(import_id=import_id, row_number=row, fields=given)
            found = invocation.ask(invocation.imports.CompleteRow, request).row
        invocation.output.result(data_of(found), record(_title(found, is_approved), found))
        is_refused = is_approved and found.outcome not in _DONE
        return ExitCode.REFUSED if is_refused else ExitCode.OK


def _completion(invocation: Invocation, import_id: str, row: int) -> rpc.ReadCompletionResponse:
    request = rpc.ReadCompletionRequest(import_id=import_id, row_number=row)
    found: rpc.ReadCompletionResponse = invocation.ask(invocation.imports.ReadCompletion, request)
    return found


def _show(invocation: Invocation, found: rpc.ReadCompletionResponse) -> None:
    said = (
        "as it would be entered"
        if found.understood.fields
        else "not sound; it would not be entered"
    )
    invocation.output.result(data_of(found), record(f"completed row, {said}", found))


def _hash(text: str) -> bytes:
    """Raises UsageError where the text is no hash."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != _HASH_BYTES:
        raise UsageError(
            "--hash takes the whole hash, 64 hexadecimal digits",
            next_step="`complete` and `complete --show` print it as `completionHash`",
        )
    return found


def _asked(invocation: Invocation, import_id: str, row: int) -> bytes:
    """The hash of the completed row, once the second person has seen it and agreed."""
    if not invocation.output.is_watched:
        raise UsageError(
            "--hash is needed where nobody can be asked",
            next_step=f"courtlist complete {import_id} {row} --show prints it as `completionHash`",
        )
    found = _completion(invocation, import_id, row)
    _show(invocation, found)
    if not typer.confirm("does it agree with the case file?", err=True):
        raise RefusedError("not approved")
    return found.row.completion_hash


def _title(row: rpc.Row, is_approved: bool) -> str:  # noqa: FBT001 - the command's own flag
    if is_approved:
        return "approved" if row.outcome in _DONE else "not entered; what stands against it follows"
    if row.problems:
        return "kept; it still lacks what follows"
    return "completed; now a second person: --approve"


def _from_file(name: str) -> dict[str, str]:
    given = files.fields(name) if name else {}
    texts = {key: _text(value) for key, value in given.items()}
    wrong = [key for key, text in texts.items() if text is None]
    if wrong:
        problems = [Problem(key, "FIELD_INVALID", "must be a text in quotes") for key in wrong]
        raise UsageError(f"{name}: holds fields that are no text", problems=problems)
    return {key: text for key, text in texts.items() if text is not None}


def _text(value: Any) -> str | None:
    """As a row of a register has it; None for what is no text there."""
    if isinstance(value, bool) or not isinstance(value, str | int | date):
        return None
    return None if isinstance(value, datetime) else str(value)


def _from_options(given: Sequence[str]) -> dict[str, str]:
    pairs = dict(one.split("=", 1) for one in given if "=" in one)
    if len(pairs) != len(given):
        raise UsageError(
            "--set takes FIELD=VALUE, each field once", next_step="--set decidedOn=2020-01-31"
        )
    return pairs
