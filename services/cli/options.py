"""Options that several commands share, each described once."""

import enum
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.given import PROFILE_VARIABLE, Given

INT32_MAX: Final = (1 << 31) - 1
"""What a number of this width in a proto holds at most."""
INT64_MAX: Final = (1 << 63) - 1
_PANEL: Final = "Where, who and how"


class RoleName(enum.StrEnum):
    """An office."""

    CLERK = "clerk"
    JUDGE = "judge"
    PRESIDENT = "president"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    OPERATOR = "operator"


def common(
    *,
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile",
            metavar="FILE",
            help=f"Profile with addresses and who acts. Else {PROFILE_VARIABLE}, else "
            "~/.config/courtlist/courtlist.toml.",
            rich_help_panel=_PANEL,
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="JSON lines on stdout and nothing else.", rich_help_panel=_PANEL
        ),
    ] = False,
    person: Annotated[
        str,
        typer.Option(
            "--as", metavar="PERSON", help="Who acts (person id).", rich_help_panel=_PANEL
        ),
    ] = "",
    role: Annotated[
        RoleName | None, typer.Option("--role", help="In which office.", rich_help_panel=_PANEL)
    ] = None,
    court: Annotated[
        str,
        typer.Option(
            "--court", metavar="CODE", help="At which court, as 京0199.", rich_help_panel=_PANEL
        ),
    ] = "",
    partner: Annotated[
        str,
        typer.Option(
            "--partner",
            metavar="ID",
            help="As which partner a check is asked.",
            rich_help_panel=_PANEL,
        ),
    ] = "",
    timeout_s: Annotated[
        float | None,
        typer.Option(
            "--timeout",
            min=0.1,
            max=86_400,
            metavar="SECONDS",
            help="Deadline of one attempt; 10 by default.",
            rich_help_panel=_PANEL,
        ),
    ] = None,
) -> Given:
    """The options that every command takes, before or after its name."""
    return Given(
        profile=profile,
        as_json=as_json,
        person=person,
        role="" if role is None else role.value,
        court=court,
        partner=partner,
        timeout_s=timeout_s,
    )


PaperFile = Annotated[
    str, typer.Argument(metavar="FILE", help="TOML or JSON; `-` is standard input.")
]
Example = Annotated[
    bool, typer.Option("--example", help="Print a full file with comments, to be filled in.")
]
SignatureFile = Annotated[
    Path | None,
    typer.Option(
        "--signature",
        metavar="FILE",
        help="As `courtlist sign` wrote it; FILE.signature otherwise.",
    ),
]
RequestId = Annotated[
    str,
    typer.Option(
        "--request-id",
        metavar="ID",
        help="Repeat an act whose outcome is unknown: the id that was printed then.",
    ),
]
ValidateOnly = Annotated[
    bool, typer.Option("--validate-only", help="Apply every rule and keep nothing.")
]
Reasons = Annotated[
    str, typer.Option("--reasons", metavar="TEXT", help="Reasons, at most 2000 characters.")
]
Etag = Annotated[
    str, typer.Option("--etag", metavar="ETAG", help="Refuse if the record is not this one.")
]
