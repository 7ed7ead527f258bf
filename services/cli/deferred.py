"""Commands that are imported when they are run, completed or asked for their help, and not before.

The list of commands needs a name and a sentence of each; everything that a command stands on (gRPC, the
protos, TLS) costs many times as long to import as most commands take to run.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from cli.groups import CommandGroup


class Deferred(TyperCommand):
    """A name and a sentence in the list of commands, in whose place another command runs.

    Args:
        name: as it is typed.
        module: whose `register` adds the command of this name to an application.
        summary: the first paragraph of the command's help.
    """

    def __init__(self, name: str, *, module: str, summary: str) -> None:
        super().__init__(name, help=summary, rich_markup_mode="rich")
        self._module = module
        self._name = name

    @cached_property
    def command(self) -> Any:
        """The command itself."""
        app = typer.Typer(rich_markup_mode="rich")
        import_module(self._module).register(app)
        return get_group(app).commands[self._name]

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Hand over: from here on nobody meets the one that stood in the list."""
        return self.command.make_context(*args, **options)


def deferred(summaries: Mapping[str, Mapping[str, str]]) -> Iterator[Deferred]:
    """The commands of an index: by module, the summary of each of its commands."""
    for module, commands in summaries.items():
        for name, summary in commands.items():
            yield Deferred(name, module=module, summary=summary)


def deferred_group(
    name: str, help_text: str, summaries: Mapping[str, Mapping[str, str]]
) -> TyperGroup:
    """A group of such commands."""
    return CommandGroup(
        name=name,
        help=help_text,
        commands=list(deferred(summaries)),
        no_args_is_help=True,
        rich_markup_mode="rich",
    )
