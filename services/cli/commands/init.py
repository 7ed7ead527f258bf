"""`init`: courts, people, go-live days, partners and keys from one file."""

from collections.abc import Sequence
from typing import Annotated

import typer

from cli.bootstrap import plan as plans
from cli.bootstrap.steps import DONE, THERE, Bootstrap, Step
from cli.errors import CliError, UsageError
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from cli.papers import files
from cli.plain import cell
from cli.registration import command
from cli.views.tables import Rows, table


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app,
        "init",
        example="courtlist init courts.toml",
        epilog="Write a file: courtlist init --example > courts.toml",
    )
    def init(
        invocation: Invocation,
        file: Annotated[
            str, typer.Argument(metavar="FILE", help="TOML or JSON; `-` is standard input.")
        ] = "",
        *,
        example: Annotated[
            bool, typer.Option("--example", help="Print a full file with comments.")
        ] = False,
    ) -> ExitCode | None:
        """Set up courts, people, go-live days, partners and keys (by an operator).

        What is there already is left as it is: run it again whenever the file grows.
        A go-live day is signed by the president whom the file names.
        """
        if example:
            invocation.output.text(files.example("init.toml"))
            return None
        if not file:
            raise UsageError(
                "no file is named",
                next_step="courtlist init --example > courts.toml, fill it in, courtlist init courts.toml",
            )
        plan = plans.read(files.load(file), what=file)
        steps: list[Step] = []
        try:
            with invocation.output.progress("setting up"):
                steps.extend(Bootstrap(invocation).carry_out(plan))
        except CliError:
            # What was done before the registry was lost is done.
            invocation.output.show(_table(steps))
            raise
        _show(invocation, steps)
        failed = [one.error for one in steps if one.error is not None]
        return failed[0].exit_code if failed else None


def _show(invocation: Invocation, steps: Sequence[Step]) -> None:
    invocation.output.result({"steps": [one.data() for one in steps]}, _table(steps))
    for one in steps:
        if one.error is not None and not invocation.output.as_json:
            invocation.output.fail(one.error)


def _table(steps: Sequence[Step]) -> Rows:
    rows = [(one.kind, one.name, cell(one.outcome, _style(one))) for one in steps]
    return table("what is there now", ("what", "name", "outcome"), rows)


def _style(step: Step) -> str:
    return {DONE: "green", THERE: "dim"}.get(step.outcome, "red")
