"""How a function becomes a command: the shared options, the error mapping and the exit code."""

import inspect
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec

import typer

from cli.errors import CliError, FileError, Interruption
from cli.exit_codes import TABLE, ExitCode
from cli.given import kept_outer
from cli.groups import CommandGroup
from cli.invocation import Invocation
from cli.options import common

P = ParamSpec("P")
Body = Callable[Concatenate[Invocation, P], ExitCode | None]

_CONTEXT: Final = "typer_context"
_COMMON: Final = inspect.signature(common, eval_str=True).parameters


def group(help_text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(
        cls=CommandGroup,
        help=help_text,
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
    )


def command(
    app: typer.Typer, name: str, *, example: str, epilog: str = ""
) -> Callable[[Body[P]], Body[P]]:
    """Register a function under `name`. Its docstring is the help; its first argument the Invocation.

    `example` is a line that does it, and `epilog` what else is to be known; both end the help.
    Every command takes the shared options, ends in one of the exit codes, and never in a traceback
    for what a user, a service or the surroundings did.
    """

    def register(body: Body[P]) -> Body[P]:
        parts = (f"Example: {example}", epilog, TABLE)
        app.command(name, epilog="\n\n".join(one for one in parts if one))(_adapted(body))
        return body

    return register


def _adapted(body: Callable[..., ExitCode | None]) -> Callable[..., None]:
    def run(**values: Any) -> None:
        context: typer.Context = values.pop(_CONTEXT)
        given = common(**{name: values.pop(name) for name in _COMMON})
        environment: Mapping[str, str] = context.find_object(dict) or {}
        invocation = Invocation(given=given.over(kept_outer(context)), environment=environment)
        raise typer.Exit(_carry_out(body, invocation, values))

    own = list(inspect.signature(body, eval_str=True).parameters.values())[1:]
    context = inspect.Parameter(_CONTEXT, inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    keywords = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own]
    parameters = [*keywords, *_COMMON.values(), context]
    # Typer reads both; this is what makes one function of two.
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    run.__doc__ = body.__doc__
    run.__name__ = body.__name__
    return run


def _carry_out(
    body: Callable[..., ExitCode | None], invocation: Invocation, values: Mapping[str, Any]
) -> int:
    try:
        code = body(invocation, **values)
    except (typer.Abort, KeyboardInterrupt) as error:
        # Nobody is there to answer a question, or somebody has thought better of it.
        code = _told(invocation, _interruption(error))
    except CliError as error:
        code = _told(invocation, error)
    except BrokenPipeError:
        raise
    except OSError as error:
        code = _told(invocation, FileError(error))
    except Exception as error:  # noqa: BLE001 - a fault is told by its place, never by its values
        code = _told(invocation, _fault(error))
    finally:
        invocation.close()
    return int(code or ExitCode.OK)


def _told(invocation: Invocation, error: CliError) -> ExitCode:
    invocation.output.fail(error)
    return error.exit_code


def _interruption(error: BaseException) -> Interruption:
    if isinstance(error, KeyboardInterrupt):
        return Interruption(
            next_step="run the command again: what it does is done whole, or not at all"
        )
    return Interruption(
        "a question was not answered; nothing was done",
        next_step="run the command again and answer, or give what is asked for on the command line",
    )


def _fault(error: Exception) -> CliError:
    """A fault of this program. Its text is left out: it may quote a name or a number."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return CliError(
        f"a fault of this program: {type(error).__name__} at {Path(place.filename).name}:"
        f"{place.lineno}",
        exit_code=ExitCode.FAULT,
        reason="FAULT",
        next_step="report it with the command that was run, without its numbers",
    )
