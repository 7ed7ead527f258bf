"""Commands under one word, as `keys` and `check`."""

from typing import Any, cast

import typer
from typer.core import TyperGroup

from cli.given import kept_outer


class CommandGroup(TyperGroup):
    """A group that shows its help where no command is named; to a program that is an error like every other."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse what names no command where JSON is asked for."""
        if not args and kept_outer(cast("typer.Context", ctx)).as_json:
            ctx.fail("Missing command.")
        return super().parse_args(ctx, args)
