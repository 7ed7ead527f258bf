"""The travel policy: Art 3(1) Consumption Provisions (2015) on one ticket. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from document import Document
from restriction.model import CLEAR, Answer, Basis, Item, Measure, Reason, Verdict, undetermined
from restriction.serving.consumption import bars_of
from restriction.serving.minors import child_verdict
from travel.table import Coverage

ALLOWED: Final = (
    "硬座 hard seat",
    "硬卧 hard sleeper",
    "软座 soft seat",
    "C/D字头动车组二等座 second class on C and D trains",
    "C/D字头动车组二等卧 second-class sleeper on C and D trains",
    "三等舱及以下客船 ships, third class and below",
    "长途汽车 coach",
)
"""What the law leaves free to everybody (CP Art 3(1): named by no item)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One ticket to be sold.

    Attributes:
        coverage: how the product is covered by Art 3(1).
        product: the product in a few ASCII words, for the record of a refusal.
        travel_date: the day of departure, in Asia/Shanghai.
        child: whether it is, or may be, a child's own ticket.
    """

    coverage: Coverage
    product: str
    travel_date: date
    child: bool = False


class TravelPolicy:
    """Orders bind in travel; listings alone do not (CP Art 1)."""

    field: Final = "travel"
    measure: Final = Measure.ORDER
    items: Final = frozenset({Item.TRANSPORT, Item.FAST_TRAINS})
    recalls_ended: Final = False

    def before_lookup(self, question: Ticket, document: Document, today: date) -> Verdict | None:
        """A child's own ticket is never answered with a look-up."""
        if not question.child:
            return None
        return child_verdict(document, question.travel_date, today)

    def decide(self, question: Ticket, bases: Sequence[Basis]) -> Verdict:
        """RESTRICTED with every order that names an item which covers the product."""
        coverage = question.coverage
        bars = bars_of(bases, coverage.certain)
        if bars:
            return Verdict(
                answer=Answer.RESTRICTED, reason=Reason.BARRED, bars=bars, allowed=ALLOWED
            )
        if any(basis.items & coverage.possible for basis in bases):
            return undetermined(Reason.PRODUCT_UNKNOWN)
        return CLEAR

    def days(self, question: Ticket) -> tuple[date, date]:
        """The day of departure."""
        return question.travel_date, question.travel_date

    def label(self, question: Ticket) -> str:
        """The product as it stands in the record of a refusal."""
        return question.product
