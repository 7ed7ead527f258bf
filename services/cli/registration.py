"""How a function becomes a command: the shared options, the error mapping and the exit code."""

import inspect
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec

import typer

from cli.errors import CliError
from cli.exit_codes import TABLE, ExitCode
from cli.given import kept_outer
from cli.invocation import Invocation
from cli.options import common

P = ParamSpec("P")
Body = Callable[Concatenate[Invocation, P], ExitCode | None]

_CONTEXT: Final = "typer_context"
_COMMON: Final = inspect.signature(common, eval_str=True).parameters


def group(help_text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(
        help=help_text,
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
    )


def command(app: typer.Typer, name: str, *, epilog: str = "") -> Callable[[Body[P]], Body[P]]:
    """Register a function under `name`. Its docstring is the help; its first argument the Invocation.

    Every command takes the shared options, ends in one of the exit codes, and never in a traceback
    for what a user, a service or the surroundings did.
    """

    def register(body: Body[P]) -> Body[P]:
        app.command(name, epilog=f"{epilog}\n\n{TABLE}" if epilog else TABLE)(_adapted(body))
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
    except typer.Abort:
        # Nobody is there to answer a question, or somebody has thought better of it.
        code = ExitCode.INTERRUPTED
    except CliError as error:
        invocation.output.fail(error)
        code = error.exit_code
    except BrokenPipeError:
        raise
    except OSError as error:
        said = CliError(
            f"{error.filename or 'what is written to'}: {error.strerror}",
            exit_code=ExitCode.USAGE,
            reason="FILE",
            next_step="look at the path, its rights and the room on the disk",
        )
        invocation.output.fail(said)
        code = said.exit_code
    except Exception as error:  # noqa: BLE001 - a fault is told by its place, never by its values
        said = _fault(error)
        invocation.output.fail(said)
        code = said.exit_code
    finally:
        invocation.close()
    return int(code or ExitCode.OK)


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
