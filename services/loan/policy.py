"""The loan policy: a listing is told to who grants new credit (Art 8 List Provisions). Pure."""

import enum
from collections.abc import Sequence
from datetime import date
from typing import Final

from document import Document
from restriction.model import Basis, Item, Measure, Reason, Verdict, undetermined
from restriction.serving.advice import listed


class Application(enum.IntEnum):
    """What is applied for. Numbers as in loan/v1 Application."""

    UNSPECIFIED = 0
    NEW_LOAN = 1
    NEW_CREDIT_CARD = 2
    NEW_CREDIT_LINE = 3
    NEW_GUARANTEE = 4
    EXISTING_CREDIT = 5
    ACCOUNT = 6
    WAGES_OR_BENEFITS = 7
    PAYMENT = 8


NEW_CREDIT: Final = frozenset(
    {
        Application.NEW_LOAN,
        Application.NEW_CREDIT_CARD,
        Application.NEW_CREDIT_LINE,
        Application.NEW_GUARANTEE,
    }
)
"""What the List is told about; it has no say in anything else a customer has or asks for."""


class LoanPolicy:
    """Listings are told; what is told of them is advice and bars nothing."""

    field: Final = "loan"
    measure: Final = Measure.LISTING
    items: Final[frozenset[Item]] = frozenset()
    recalls_ended: Final = True

    def before_lookup(
        self, question: Application, document: Document, today: date
    ) -> Verdict | None:
        """Nobody is looked up for anything but new credit."""
        del document, today
        return None if question in NEW_CREDIT else undetermined(Reason.OUT_OF_REACH)

    def days(self, question: Application) -> None:
        """None: passes are of orders."""
        del question

    def decide(self, question: Application, bases: Sequence[Basis]) -> Verdict:
        """LISTED with every listing in force."""
        del question
        return listed(bases)

    def label(self, question: Application) -> str:
        """What was applied for, as it stands in the record of an answer LISTED."""
        return question.name
