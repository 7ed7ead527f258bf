"""The procurement policy: a listing is told to who runs a tender (Art 8 List Provisions). Pure."""

import enum
from collections.abc import Sequence
from datetime import date
from typing import Final

from document import Document
from restriction.model import Basis, Item, Measure, Reason, Verdict, undetermined
from restriction.serving.advice import listed


class Stage(enum.IntEnum):
    """Where a procurement stands. Numbers as in procurement/v1 Stage."""

    UNSPECIFIED = 0
    TENDER = 1
    AWARD = 2
    PERFORMANCE = 3
    PAYMENT = 4


BEFORE_AWARD: Final = frozenset({Stage.TENDER, Stage.AWARD})
"""When the List is told about; it has no say in a contract that is signed."""


class ProcurementPolicy:
    """Listings are told; what is told of them is advice and bars nothing."""

    field: Final = "procurement"
    measure: Final = Measure.LISTING
    items: Final[frozenset[Item]] = frozenset()
    # What has ended bears on no tender; only who keeps credit records has to age them (CRR Art 16).
    recalls_ended: Final = False

    def before_lookup(self, question: Stage, document: Document, today: date) -> Verdict | None:
        """Nobody is looked up once the award is made."""
        del document, today
        return None if question in BEFORE_AWARD else undetermined(Reason.OUT_OF_REACH)

    def days(self, question: Stage) -> None:
        """None: passes are of orders."""
        del question

    def decide(self, question: Stage, bases: Sequence[Basis]) -> Verdict:
        """LISTED with every listing in force."""
        del question
        return listed(bases)

    def label(self, question: Stage) -> str:
        """The stage, as it stands in the record of an answer LISTED."""
        return question.name
