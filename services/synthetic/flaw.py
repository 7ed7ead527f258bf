"""One way in which a row can be flawed, and what an import must say of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from synthetic.plan import Plan
from synthetic.register import Row


class Bearer(StrEnum):
    """Which sound rows can bear a flaw."""

    ANY = "ANY"
    PERSON = "PERSON"
    """A person with a resident identity number."""
    COMPANY = "COMPANY"
    ABLE = "ABLE"
    """Listed on ground 1, owing money."""
    TERMED = "TERMED"
    """Listed on another ground for two years, owing money."""

    def fits(self, row: Row) -> bool:
        """Whether this row can bear the flaw."""
        termed = "termEnd" in row and "extensionReason" not in row
        owes_money = "owedAmount" in row
        return {
            Bearer.ANY: owes_money,
            Bearer.PERSON: row["partyTypeName"] == "0" and row.get("documentKind") != "PASSPORT",
            Bearer.COMPANY: row["partyTypeName"] == "1",
            Bearer.ABLE: "abilityFinding" in row and owes_money,
            Bearer.TERMED: termed and owes_money,
        }[self]


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """A flaw.

    Attributes:
        name: what is wrong, in a few words; no two flaws have the same.
        outcome: UNMATCHED, INCOMPLETE or REJECTED: what the row must end in.
        field: the field that the report must name.
        reason: the reason that it must give there (an ErrorReason).
        mar: makes a flawed row of a sound one.
        bearer: which rows can bear it.
        mar_line: makes a flawed line of a sound one; then only JSONL can hold it.
        only_jsonl: a field is added, which a CSV file has no column for.
    """

    name: str
    outcome: str
    field: str
    reason: str
    mar: Callable[[Row, Plan], Row]
    bearer: Bearer = Bearer.ANY
    mar_line: Callable[[bytes], bytes] | None = None
    only_jsonl: bool = False


def given(**fields: str) -> Callable[[Row, Plan], Row]:
    """Mar a row by giving these values; an empty one takes the field away."""
    return lambda row, _: {**row, **fields}


def untouched(row: Row, _: Plan) -> Row:
    """Leave the row sound; its line is marred."""
    return row


def missing(field: str, name: str, bearer: Bearer = Bearer.ANY) -> Flaw:
    """A field that an entry needs is not given."""
    return Flaw(
        name=f"no {name}",
        outcome="INCOMPLETE",
        field=field,
        reason="FIELD_REQUIRED",
        mar=given(**{field: ""}),
        bearer=bearer,
    )


def wrong(name: str, field: str, reason: str, value: str, bearer: Bearer = Bearer.ANY) -> Flaw:
    """A field holds what it must not hold."""
    return Flaw(
        name=name,
        outcome="REJECTED",
        field=field,
        reason=reason,
        mar=given(**{field: value}),
        bearer=bearer,
    )
