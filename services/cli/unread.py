"""A command line that cannot be read at all, told as every other error is."""

import sys
from collections.abc import Sequence
from typing import Final

import typer

from cli.errors import CliError, FileError, UsageError
from cli.exit_codes import ExitCode
from cli.output import Output

_HELP_SHOWN: Final = "NoArgsIsHelpError"
_SURPLUS: Final = "Got unexpected extra argument"


def tell(error: typer.TyperException | OSError, arguments: Sequence[str]) -> ExitCode:
    """What of it cannot be read, or which file of the shell's own cannot be written (`--install-completion`).

    Where a help text stands for it, it is told already.
    """
    if isinstance(error, OSError):
        return _told(FileError(error), arguments)
    if type(error).__name__ == _HELP_SHOWN:
        return ExitCode.USAGE
    message: str = getattr(error, "format_message", error.__str__)()
    if message.startswith(_SURPLUS):
        # It would repeat what may be a number or a name.
        message = "more arguments are given than the command takes"
    context = getattr(error, "ctx", None)
    path = "courtlist" if context is None else context.command_path
    return _told(UsageError(message, next_step=f"{path} --help shows how it is written"), arguments)


def tell_bytes(arguments: Sequence[str]) -> ExitCode:
    """That an argument is no text."""
    encoding = sys.getfilesystemencoding()
    error = UsageError(
        f"the command line holds what is no text in {encoding}",
        next_step="type it in the terminal's own encoding; a file of such a name is renamed first",
    )
    return _told(error, arguments)


def _told(error: CliError, arguments: Sequence[str]) -> ExitCode:
    Output(as_json="--json" in arguments).fail(error)
    return error.exit_code
