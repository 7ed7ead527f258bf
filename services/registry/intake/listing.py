"""The decision to list: its ground, its service and its term (LP Arts 1, 2 and 5)."""

from datetime import date
from typing import Final

from registry.intake.conduct import STATUTORY_TEXT, grounds_told
from registry.intake.examination import Examination
from registry.intake.obligation import performed_part
from registry.intake.row import ImportedListing
from registry.intake.service import PaperFields, read_service
from registry.intake.term import read_term
from registry.intake.words import ABILITY, GROUND
from registry.law.facts import Ability, Decision, Ground
from registry.law.grounds import refusal_is_of_a_debtor_found_able
from registry.law.violation import Reason

LISTING: Final = PaperFields(
    number="decisionNumber",
    decided_on="decidedOn",
    mode="serviceMode",
    served_on="servedOn",
    proof="serviceProof",
    article="LP Art 5; OP",
)

_CONDUCT_LENGTH_MAX: Final = 4000
_FIELD_OF: Final = {"listing.ability": "abilityFinding"}


def read_listing(
    row: Examination, decision: Decision | None, *, go_live_on: date
) -> ImportedListing | None:
    """The listing; None where the row does not tell it whole."""
    service = read_service(row, LISTING, decision)
    conduct = row.text("disruptTypeName", _CONDUCT_LENGTH_MAX)
    ground = _ground(row, conduct)
    ability = _ability(row, ground)
    performed = performed_part(row)
    last_day, extension = read_term(row, ground=ground, decision=decision, go_live_on=go_live_on)
    if decision is None or service is None or ground is None:
        return None
    return ImportedListing(
        decision_number=decision.number,
        decided_on=decision.decided_on,
        service=service,
        ground=ground,
        ability=ability,
        conduct=conduct or STATUTORY_TEXT[ground],
        performed_part=performed,
        extension=extension,
        term_last_day=last_day,
    )


def _ground(row: Examination, conduct: str) -> Ground | None:
    """The ground that the row states, else the one that its conduct text tells."""
    stated = row.choice("ground", GROUND, "the number of the ground, 1 to 6")
    told = grounds_told(conduct) if conduct else ()
    if told is None:
        row.lacks(
            "disruptTypeName",
            "Is none of the six texts of Article 1. Give the text of the decision's ground.",
            "CONDUCT_UNKNOWN",
        )
        return stated
    if stated is not None:
        if told and stated not in told:
            row.wrong(
                "ground",
                "Is not the ground that disruptTypeName tells. Check both in the decision.",
                Reason.GROUND_REFUSED,
            )
        return stated
    if row.holds("ground"):
        return None
    if len(told) == 1:
        return told[0]
    if told:
        row.lacks(
            "ground",
            "Is missing, and disruptTypeName tells several. Write the one that the decision rests "
            "on, 1 to 6.",
        )
    else:
        row.lacks("ground", "Is missing. Write the number of the ground, 1 to 6.")
    return None


def _ability(row: Examination, ground: Ground | None) -> Ability:
    """The finding on ability; ground 1 needs it, and needs it to be ABLE (LP Art 1(1))."""
    ability = row.choice("abilityFinding", ABILITY, "ABLE or UNABLE")
    if ability is None:
        if ground is Ground.ABLE_BUT_REFUSES and not row.holds("abilityFinding"):
            row.lacks(
                "abilityFinding",
                "Is missing. Give the finding of the decision, ABLE; the unable are not listed.",
            )
        return Ability.UNKNOWN
    row.breaks(refusal_is_of_a_debtor_found_able(ground, ability), _FIELD_OF)
    return ability
