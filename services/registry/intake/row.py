"""A row as it was understood: everything that an entry needs, typed."""

import enum
from dataclasses import dataclass
from datetime import date

from registry.law.case_number import CaseNumber
from registry.law.entry import SubjectFacts
from registry.law.facts import Ability, Extension, Ground, Item, Service


class Sex(enum.StrEnum):
    """Sex as the case file records it: names of registry.v1.Sex."""

    MALE = "MALE"
    FEMALE = "FEMALE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """The obligation, as registry.v1.ObligationTerms holds it.

    Attributes:
        amount_fen: what is still owed, in fen; None where an act is owed.
        basis_number: number of the judgment, award or notarised debt, at most 100 characters.
        issuing_body: who made it, at most 200 characters.
        duty: the text of what is owed, at most 4,000 characters.
    """

    amount_fen: int | None
    basis_number: str
    issuing_body: str
    duty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedListing:
    """The decision to list.

    Attributes:
        decision_number: at most 100 characters.
        decided_on: before the court's go-live day.
        service: mode, day and proof, all given.
        ground: one of the six.
        ability: ABLE for ground 1; UNKNOWN where the row tells no finding.
        conduct: the statutory texts as the row gives them, or that of the ground.
        performed_part: how far the obligation is performed, at most 1,000 characters; may be empty.
        extension: of grounds 2 to 6; its decision has number and day, and no signer.
        term_last_day: last day of the term; None for ground 1.
    """

    decision_number: str
    decided_on: date
    service: Service
    ground: Ground
    ability: Ability
    conduct: str
    performed_part: str
    extension: Extension | None
    term_last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedOrder:
    """The consumption restriction order.

    Attributes:
        number: at most 100 characters.
        decided_on: before the court's go-live day.
        service: mode, day and proof, all given.
        items: one to nine, in the order of CP Art 3(1), each once.
        end_on: last day; this or `review_on` is given.
        review_on: day of review.
    """

    number: str
    decided_on: date
    service: Service
    items: tuple[Item, ...]
    end_on: date | None
    review_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """One debtor of one case, with everything that an entry needs and a file can say.

    The enums are those of the law; their names are those of the protos (`registry.codes`). Who
    signed is not here: the president signs the manifest that holds the row.

    Attributes:
        case: the enforcement case; of the importing court, unless in the style of before 2016.
        filed_on: day on which the case was filed.
        subject: the debtor; `documents` holds the document of `cardNum` first, then the others.
        sex: of a person; None where the row does not tell.
        owed: what is still owed. Rows of one case number owe it jointly.
        listing: the decision to list.
        order: the order that comes with it.
    """

    case: CaseNumber
    filed_on: date
    subject: SubjectFacts
    sex: Sex | None
    owed: Owed
    listing: ImportedListing
    order: ImportedOrder
