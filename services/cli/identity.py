"""Identity numbers and names, taken so that neither other users nor the shell's history see them."""

import sys
from typing import Annotated, Any

import typer

from cli import choices, standard_input
from cli.errors import UsageError
from courtlist.identity.v1 import document_pb2

_KINDS = document_pb2.DocumentKind.DESCRIPTOR

Kind = Annotated[
    str,
    typer.Option(
        "--kind",
        metavar="KIND",
        help=f"Kind of document: {', '.join(choices.names(_KINDS))}.",
        autocompletion=choices.completion(_KINDS),
    ),
]
State = Annotated[
    str, typer.Option("--state", metavar="ISO3", help="Issuing state; CHN when left away.")
]
Number = Annotated[
    str,
    typer.Option(
        "--number",
        metavar="-",
        help="`-` reads the number from standard input; left away, it is asked for. A number written "
        "here is seen by everybody on this machine and kept in the shell's history: use it with "
        "made-up numbers only.",
    ),
]

Name = Annotated[
    str,
    typer.Option(
        "--name",
        metavar="-",
        help="`-` reads the name on the document from standard input, on the line after the number; left "
        "away, none is sent. It is looked at only where the answer would be a refusal. Written here it "
        "is seen by others, as a number would be.",
    ),
]

DEFAULT_KIND = "resident-id"


def document(kind: str, state: str, number: str) -> document_pb2.Document:
    """The document; its number from the option, standard input or a prompt. Raises UsageError."""
    value: Any = choices.number(_KINDS, kind, option="--kind")
    return document_pb2.Document(kind=value, issuing_state=state, number=_number(number))


def name(given: str) -> str:
    """The name from the option or standard input, to be read after `document`. Raises UsageError."""
    if given != standard_input.NAME:
        return given.strip()
    read = standard_input.line()
    if not read:
        raise UsageError(
            "the name is not given",
            next_step="pipe it in on the line after the number, or leave --name away",
        )
    return read


def _number(given: str) -> str:
    if given == standard_input.NAME:
        given = standard_input.line()
    elif not given and sys.stdin is not None and sys.stdin.isatty():
        given = typer.prompt("number", err=True)
    if not given.strip():
        raise UsageError(
            "the document's number is not given",
            next_step="pipe it in with `--number -`; on a terminal it is asked for",
        )
    return given.strip()
