"""What all `check` commands share: one question or a manifest, shown, and turned into an exit code."""

from collections.abc import Callable
from typing import Annotated, Final

import typer
from google.protobuf.message import Message

from cli import fields
from cli.asking import Asker, exit_code
from cli.errors import CliError
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from cli.papers.writing import data_of
from cli.views import verdicts

EPILOG: Final = (
    "A manifest holds one question a line as JSON (`courtlist check field NAME --example` prints "
    "one), or is CSV whose columns are paths: document.kind, document.number, ..."
)
Manifest = Annotated[
    str,
    typer.Option(
        "--manifest", metavar="FILE", help="Many questions at once: .csv, else JSON lines; `-`."
    ),
]


def check(
    invocation: Invocation,
    field: str,
    manifest: str,
    question: Callable[[], Message],
    *,
    purpose: str = "",
) -> ExitCode:
    """Ask one question, or all of a manifest, and show the answers.

    `purpose` is that of questions that do not say their own; empty for the field's usual one.
    Raises UsageError, RemoteFailure.
    """
    asker = Asker(invocation, fields.named(field), purpose=purpose)
    if manifest:
        return _check_many(invocation, asker, manifest)
    reply = asker.one(question())
    verdict = fields.verdict_of(reply)
    if verdict is None:
        raise CliError(
            f"{field} answered without a verdict",
            exit_code=ExitCode.FAULT,
            reason="ANSWER_UNKNOWN",
            next_step="take it as UNDETERMINED: it is never a refusal",
        )
    invocation.output.result(data_of(reply), *verdicts.answer(reply, verdict))
    return exit_code([verdict])


def _check_many(invocation: Invocation, asker: Asker, manifest: str) -> ExitCode:
    items = []
    with invocation.output.progress("asking") as advance:
        for item in asker.many(manifest):
            items.append(item)
            advance(len(items))
            if invocation.output.as_json:
                invocation.output.result({"line": item.line, **data_of(item.answer)})
    invocation.output.show(*verdicts.manifest(items))
    return exit_code(one.verdict for one in items)
