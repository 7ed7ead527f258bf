"""What a rule says when it is broken."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias


class Reason(enum.StrEnum):
    """The names of `courtlist.error.v1.ErrorReason` that the rules of law use."""

    FIELD_REQUIRED = "FIELD_REQUIRED"
    FIELD_INVALID = "FIELD_INVALID"
    FIELD_TOO_LONG = "FIELD_TOO_LONG"
    AMOUNT_OUT_OF_RANGE = "AMOUNT_OUT_OF_RANGE"
    UNLAWFUL = "UNLAWFUL"
    GROUND_REFUSED = "GROUND_REFUSED"
    GROUND_BARRED = "GROUND_BARRED"
    TERM_REFUSED = "TERM_REFUSED"
    MINOR = "MINOR"
    AGE_UNKNOWN = "AGE_UNKNOWN"
    NOT_SIGNED = "NOT_SIGNED"
    SAME_PERSON = "SAME_PERSON"
    NOT_SERVED = "NOT_SERVED"
    NOT_WARNED = "NOT_WARNED"
    GRACE_REFUSED = "GRACE_REFUSED"
    ORDER_REFUSED = "ORDER_REFUSED"
    IDENTITY_REFUSED = "IDENTITY_REFUSED"
    ENDING_REFUSED = "ENDING_REFUSED"
    PASS_REFUSED = "PASS_REFUSED"  # noqa: S105 - no password
    CASE_REFUSED = "CASE_REFUSED"
    ALREADY_ENTERED = "ALREADY_ENTERED"
    ALREADY_ORDERED = "ALREADY_ORDERED"
    DOCUMENT_TAKEN = "DOCUMENT_TAKEN"
    DOCUMENTS_DISAGREE = "DOCUMENTS_DISAGREE"
    STATEMENT_UNUSABLE = "STATEMENT_UNUSABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule, for a person to mend. Holds no name and no identity number.

    Attributes:
        reason: the ErrorReason, without its prefix.
        field: dotted path of the request field, relative to what was checked.
        article: the article that demands it; empty where the record, not the law, does.
        problem: what is wrong, one sentence.
        next_step: what to do now, one sentence.
        metadata: keys that the ErrorReason's comment promises, with their values.
    """

    reason: Reason
    field: str
    article: str
    problem: str
    next_step: str
    metadata: tuple[tuple[str, str], ...] = ()

    def under(self, prefix: str) -> "Violation":
        """Return the same violation with its field below `prefix`, for a nested message."""
        return replace(self, field=f"{prefix}.{self.field}")


Violations: TypeAlias = Iterator[Violation]
"""What every rule returns: nothing where it is kept."""
