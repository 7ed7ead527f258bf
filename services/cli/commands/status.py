"""`status`: every process of the profile, how far it is, and whether it is well."""

import typer

from cli.errors import UsageError
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from cli.processes import look
from cli.registration import command
from cli.views import processes as views


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app,
        "status",
        example="courtlist status",
        epilog="Exit code 1: something is down or not ready.",
    )
    def status(invocation: Invocation) -> ExitCode:
        """Every process: version, position, lag, checks and partners. Exit 1 if one is down."""
        profile = invocation.profile
        if not profile.addresses:
            where = profile.path or "there is no profile"
            raise UsageError(
                f"no address is known ({where})",
                next_step="name a profile with --profile; `make run` prints the path of its own",
            )
        with invocation.output.progress("asking every process"):
            seen = look(invocation)
        invocation.output.result(views.data(seen), *views.show(seen))
        return ExitCode.OK if seen.is_well else ExitCode.REFUSED
