"""`complete`: adding to an imported row what the case file holds, under four eyes."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import typer

from cli.errors import Problem, UsageError
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from cli.papers import files
from cli.papers.writing import data_of
from cli.registration import command
from cli.views.tables import record
from courtlist.registry.v1 import import_service_pb2 as rpc

_DONE: Final = frozenset({rpc.ROW_OUTCOME_ENTERED, rpc.ROW_OUTCOME_ALREADY_THERE})


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(app, "complete")
    def complete(
        invocation: Invocation,
        import_id: Annotated[str, typer.Argument(metavar="IMPORT_ID")],
        row: Annotated[int, typer.Argument(metavar="ROW", min=1, help="As the report counts.")],
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
        is_approved: Annotated[
            bool,
            typer.Option("--approve", help="Approve what somebody else completed (second person)."),
        ] = False,
    ) -> ExitCode:
        """Complete an incomplete or unmatched row (by a clerk), or --approve it.

        Fields have the names of the superset: services/registry/intake/README.md.
        """
        given = {**_from_file(fields), **_from_options(put or [])}
        if is_approved == bool(given):
            raise UsageError(
                "either fields are given, or --approve",
                next_step="--set FIELD=VALUE, --fields FILE, or as a second person --approve",
            )
        if is_approved:
            approval = rpc.ApproveRowRequest(import_id=import_id, row_number=row)
            found = invocation.ask(invocation.imports.ApproveRow, approval).row
        else:
            request = rpc.CompleteRowRequest(import_id=import_id, row_number=row, fields=given)
            found = invocation.ask(invocation.imports.CompleteRow, request).row
        invocation.output.result(data_of(found), record(_title(found, is_approved), found))
        is_refused = is_approved and found.outcome not in _DONE
        return ExitCode.REFUSED if is_refused else ExitCode.OK


def _title(row: rpc.Row, is_approved: bool) -> str:  # noqa: FBT001 - the command's own flag
    if is_approved:
        return "approved" if row.outcome in _DONE else "not entered; what stands against it follows"
    if row.problems:
        return "kept; it still lacks what follows"
    return "completed; now a second person: --approve"


def _from_file(name: str) -> dict[str, str]:
    given: Any = files.load(name) if name else {}
    if not isinstance(given, Mapping):
        raise UsageError(f"{name}: must hold fields by name")
    wrong = [key for key, value in given.items() if isinstance(value, dict | list | float)]
    if wrong:
        problems = [Problem(str(key), "FIELD_INVALID", "must be a text") for key in wrong]
        raise UsageError(f"{name}: holds fields that are no text", problems=problems)
    return {str(key): str(value) for key, value in given.items()}


def _from_options(given: Sequence[str]) -> dict[str, str]:
    pairs = dict(one.split("=", 1) for one in given if "=" in one)
    if len(pairs) != len(given):
        raise UsageError("--set takes FIELD=VALUE, each field once")
    return pairs
