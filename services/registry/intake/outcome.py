"""What becomes of a row, and why."""

import enum
from dataclasses import dataclass

from registry.intake.row import ImportRow


class Outcome(enum.StrEnum):
    """What judging alone can say of a row: names of registry.v1.RowOutcome.

    A row's outcome is the gravest that any of its problems brings: REJECTED, then UNMATCHED, then
    INCOMPLETE. A row without a problem is SOUND.
    """

    SOUND = "SOUND"
    """It holds everything that an entry needs, and no rule forbids it."""

    INCOMPLETE = "INCOMPLETE"
    """What it says may be right, but something that an entry needs is missing."""

    UNMATCHED = "UNMATCHED"
    """Its identity number is hidden or absent: it identifies nobody."""

    REJECTED = "REJECTED"
    """Something in it is wrong, and completing it cannot mend that."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a row lacks or has wrong. Never holds a name, a number or any value of the row.

    Attributes:
        field: the field's name in the superset, or `record` where no one field is meant.
        reason: a value of `courtlist.error.v1.ErrorReason` without its prefix.
        text: what is wrong and the next step.
        outcome: what this problem alone makes of the row; never SOUND.
    """

    field: str
    reason: str
    text: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a row is.

    Attributes:
        outcome: SOUND, UNMATCHED, INCOMPLETE or REJECTED.
        problems: all of them, in the order of the superset; empty for a SOUND row.
        row: the row as it was understood; None unless it is SOUND.
    """

    outcome: Outcome
    problems: tuple[Problem, ...]
    row: ImportRow | None

    @classmethod
    def of(cls, problems: tuple[Problem, ...]) -> "Judgement":
        """The judgement of a row with these problems, at least one."""
        gravest = max((one.outcome for one in problems), key=_GRAVITY.index)
        return cls(gravest, problems, None)


# In the order of the enum, which is the order of gravity.
_GRAVITY = tuple(Outcome)
