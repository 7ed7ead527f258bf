"""`check field NAME`: the question of any field that the protos know, in the field's own words."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from cli import fields, identity
from cli.checking import EPILOG, Manifest, check
from cli.errors import UsageError
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from cli.papers import example_question, files, reading
from cli.papers.manifests import nested
from cli.plain import cell
from cli.registration import command


def register(checks: typer.Typer) -> None:
    """Add the command."""

    @command(checks, "field", epilog=EPILOG)
    def ask_field(
        invocation: Invocation,
        name: Annotated[
            str,
            typer.Argument(
                metavar="NAME",
                help=f"One of: {', '.join(fields.names())}.",
                autocompletion=lambda incomplete: [
                    one for one in fields.names() if one.startswith(incomplete)
                ],
            ),
        ],
        *,
        question: Annotated[
            str, typer.Option("--question", metavar="FILE", help="JSON or TOML; `-`.")
        ] = "",
        put: Annotated[
            list[str] | None,
            typer.Option("--set", metavar="PATH=VALUE", help="One more field of the question."),
        ] = None,
        purpose: Annotated[
            str,
            typer.Option(
                "--purpose", metavar="WHY", help="Why it is asked; the field's usual one."
            ),
        ] = "",
        kind: identity.Kind = identity.DEFAULT_KIND,
        state: identity.State = "",
        number: identity.Number = "",
        holder: identity.Name = "",
        manifest: Manifest = "",
        example: Annotated[
            bool, typer.Option("--example", help="Print a question of this field.")
        ] = False,
    ) -> ExitCode | None:
        """Ask any field, by the names of its own question. The document is asked for if absent."""
        field = fields.named(name)
        if example:
            shown = example_question.of(field)
            invocation.output.result(shown, cell(json.dumps(shown, ensure_ascii=False)))
            return None

        def asked() -> Any:
            given = files.load(question) if question else {}
            given.update(nested(_pairs(put or [])))
            made: Any = reading.fill(field.question, given, what="the question")
            if not made.HasField("document"):
                made.document.CopyFrom(identity.document(kind, state, number))
            if holder:
                made.name = identity.name(holder)
            return made

        return check(invocation, name, manifest, asked, purpose=purpose)


def _pairs(given: Sequence[str]) -> dict[str, str]:
    pairs = dict(one.split("=", 1) for one in given if "=" in one)
    if len(pairs) != len(given):
        raise UsageError("--set takes PATH=VALUE, each path once")
    return pairs
