"""`check field NAME`: the question of any field that the protos know, in the field's own words."""

import json
from collections.abc import Mapping, Sequence
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

    @command(
        checks,
        "field",
        example="echo 000000195001010001 | courtlist check field procurement "
        "--set stage=AWARD --partner buyer-1 --number -",
        epilog=EPILOG,
    )
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
            given = _joined(files.fields(question) if question else {}, nested(_pairs(put or [])))
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
        raise UsageError(
            "--set takes PATH=VALUE, each path once",
            next_step="as --set stage=AWARD; `--example` prints the paths of a field's question",
        )
    return pairs


def _joined(given: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of both; where both say something of one field, `more` is right."""
    made = dict(given)
    for name, value in more.items():
        there = made.get(name)
        if isinstance(there, Mapping) and isinstance(value, Mapping):
            made[name] = _joined(there, value)
        else:
            made[name] = value
    return made
