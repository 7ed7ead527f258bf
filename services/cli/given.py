"""What every command takes, as it was given: before the command's name, after it, or not at all."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer

PROFILE_VARIABLE: Final = "COURTLIST_PROFILE"
"""Names the profile where --profile does not."""
_KEPT: Final = "courtlist.given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The options that every command takes; see cli.options."""

    profile: Path | None = None
    as_json: bool = False
    person: str = ""
    role: str = ""
    court: str = ""
    partner: str = ""
    timeout_s: float | None = None

    def over(self, outer: "Given") -> "Given":
        """These, and where they say nothing, what was given before the command's name."""
        return Given(
            profile=self.profile or outer.profile,
            as_json=self.as_json or outer.as_json,
            person=self.person or outer.person,
            role=self.role or outer.role,
            court=self.court or outer.court,
            partner=self.partner or outer.partner,
            timeout_s=self.timeout_s or outer.timeout_s,
        )


def keep_outer(context: typer.Context, given: Given) -> None:
    """Remember what was given before the command's name."""
    context.meta[_KEPT] = given


def kept_outer(context: typer.Context) -> Given:
    """What was given before the command's name."""
    kept: Given = context.meta.get(_KEPT, Given())
    return kept
