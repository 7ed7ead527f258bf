"""The command line as a whole: its commands by noun, and how it is run."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from chassis.version import VERSION
from cli.commands.index import commands
from cli.exit_codes import ExitCode
from cli.given import keep_outer
from cli.options import RoleName, common

_HELP = """Courts enter debtors and take them off; offices ask; operators look after it.

Every command takes --profile, --json, --as, --role and --court, before or after its name.
The eleven lines of the whole story are in services/cli/README.md.
"""


def _print(is_asked: bool) -> None:  # noqa: FBT001 - Typer's callback for an option
    if is_asked:
        print(f"courtlist {VERSION}")
        raise typer.Exit


def build() -> TyperGroup:
    """The application with all its commands, none of which is imported before it is met."""
    app = typer.Typer(
        name="courtlist",
        help=_HELP,
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def _root(
        context: typer.Context,
        *,
        profile: Annotated[Path | None, typer.Option("--profile", metavar="FILE")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="JSON lines on stdout.")] = False,
        person: Annotated[str, typer.Option("--as", metavar="PERSON", help="Who acts.")] = "",
        role: Annotated[RoleName | None, typer.Option("--role")] = None,
        court: Annotated[str, typer.Option("--court", metavar="CODE")] = "",
        _version: Annotated[
            bool,
            typer.Option("--version", help="Print the release.", callback=_print, is_eager=True),
        ] = False,
    ) -> None:
        given = common(profile=profile, as_json=as_json, person=person, role=role, court=court)
        keep_outer(context, given)

    root = get_command(app)
    assert isinstance(root, TyperGroup), "a callback makes an application a group"
    for one in commands():
        root.add_command(one)
    return root


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command line; returns its exit code."""
    code = _run(arguments, environment)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_gone()
    except OSError as error:
        # The disk is full. Where that is told already, it is not said twice.
        code = code or _unread("tell", error, arguments)
        _drop_output()
    return code


def _run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    if not all(_is_text(one) for one in arguments):
        return _unread("tell_bytes", arguments)
    try:
        code = build()(
            args=list(arguments),
            prog_name="courtlist",
            standalone_mode=False,
            obj=dict(environment),
        )
    except typer.Abort:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return _reader_gone()
    except (typer.TyperException, OSError) as error:
        return _unread("tell", error, arguments)
    except SystemExit as ended:
        # Typer ends so what completes a line, and with 1 what nobody reads on.
        return ExitCode.OK if not ended.code else _reader_gone()
    return code if isinstance(code, int) else ExitCode.OK


def _unread(tell: str, *what: Any) -> int:
    # What cli.unread stands on takes long to import, and `--help` needs none of it.
    code: int = getattr(import_module("cli.unread"), tell)(*what)
    return code


def _is_text(argument: str) -> bool:
    """Bytes that are no text in the terminal's encoding arrive as lone surrogates, which nothing can send."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _reader_gone() -> int:
    _drop_output()
    return ExitCode.READER_GONE


def _drop_output() -> None:
    """What is left for stdout, and cannot be written, is dropped when the program ends, without a word."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
