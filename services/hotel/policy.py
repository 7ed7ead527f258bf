"""The hotel policy: Art 3(1) item 2 Consumption Provisions (2015) on one stay. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from document import Document
from restriction.days import legal_day
from restriction.model import CLEAR, Answer, Basis, Item, Measure, Reason, Verdict, undetermined
from restriction.serving.consumption import bars_of
from restriction.serving.minors import child_verdict

ALLOWED: Final = ("未评星住宿 unstarred lodging",)
"""What the law leaves free to everybody (CP Art 3(1) item 2 speaks of starred hotels)."""

_LODGING: Final = frozenset({Item.LODGING})
_NIGHT: Final = timedelta(days=1)
# What is no refusal admits, whatever the reason.
_ADMIT: Final = {
    Reason.DOCUMENT_INVALID: (
        "证件种类或号码有误，请重新核对证件，并照常办理入住。",
        "No document of this kind has this number: please read it again, and check the guest in as usual.",
    ),
    Reason.CHILD_TICKET: (
        "未成年人不受限制，请照常办理入住。",
        "Nobody under 18 is restricted: please check the guest in as usual.",
    ),
}
_ADMIT_ANYHOW: Final = (
    "现在无法核实，请照常办理入住。",
    "This cannot be verified now: please check the guest in as usual.",
)


class Rated(Protocol):
    """A site with what is on record of it."""

    def stars(self, first: date, last: date) -> int | None:
        """The fewest stars it has from `first` to `last`, legal days; None when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One guest's stay at one site.

    Attributes:
        site: what is on record of it.
        arrival_date: the first night, in Asia/Shanghai.
        departure_date: the day after the last night.
        today: the legal day on which it is asked.
        in_house_since: when the guest checked in (UTC), if that is past.
        child: whether the guest is, or may be, a child.
    """

    site: Rated
    arrival_date: date
    departure_date: date
    today: date
    in_house_since: datetime | None = None
    child: bool = False

    @property
    def stars(self) -> int | None:
        """The fewest of the site on any night: 0 for officially none, None for unknown.

        Asked only where an order would bar the stay: nearly every guest is under none.
        """
        return self.site.stars(self.arrival_date, self.last_night)

    @property
    def last_night(self) -> date:
        """The last night, in Asia/Shanghai."""
        return self.departure_date - _NIGHT


class HotelPolicy:
    """Orders bind in hotels; listings alone do not (CP Art 1)."""

    field: Final = "hotel"
    measure: Final = Measure.ORDER
    items: Final = _LODGING
    recalls_ended: Final = False

    def before_lookup(self, question: Stay, document: Document, today: date) -> Verdict | None:
        """A child is never answered with a look-up."""
        if not question.child:
            return None
        return child_verdict(document, question.arrival_date, today)

    def days(self, question: Stay) -> tuple[date, date]:
        """The nights that are still to come; the last one of a stay that is over.

        Who stays on, or comes in at two in the morning and is booked in for the night before, needs
        no pass for what is past.
        """
        ahead = min(question.today, question.last_night)
        return max(question.arrival_date, ahead), question.last_night

    def decide(self, question: Stay, bases: Sequence[Basis]) -> Verdict:
        """RESTRICTED at a starred site with every order of item 2 that bears on the stay.

        A site that is officially unstarred is open to everybody, and an unknown rating refuses
        nobody.
        """
        bars = bars_of([basis for basis in bases if _bears_on(basis, question)], _LODGING)
        if not bars or question.stars == 0:
            return CLEAR
        if question.stars is None:
            return undetermined(Reason.RATING_UNKNOWN)
        return Verdict(answer=Answer.RESTRICTED, reason=Reason.BARRED, bars=bars, allowed=ALLOWED)

    def label(self, question: Stay) -> str:
        """The site's rating as it stands in the record of a refusal."""
        stars = question.stars
        return "HOTEL RATING UNKNOWN" if stars is None else f"HOTEL {stars} STARS"


def _bears_on(basis: Basis, stay: Stay) -> bool:
    """Whether an order may bar the stay by when it started.

    One that starts while the guest is in the house turns nobody out, and none reaches back to a stay
    that was over before.
    """
    since = stay.in_house_since
    if since is not None and since < basis.start_at:
        return False
    return legal_day(basis.start_at) <= stay.departure_date


def notice(verdict: Verdict) -> tuple[str, str]:
    """One sentence for the desk in Chinese, and one in English: no debt, no sum, and nobody's name."""
    if verdict.answer is Answer.RESTRICTED:
        courts = {(bar.basis.court_name, bar.basis.court_contact): None for bar in verdict.bars}
        return (
            "依照《最高人民法院关于限制被执行人高消费及有关消费的若干规定》第三条第一款第（二）项，"
            "现不能入住星级宾馆，未评星住宿不受限制，详情请咨询"
            + "、".join(f"{name}（{contact}）" for name, contact in courts)
            + "。",
            "Under Article 3(1) item 2 of the Supreme People's Court's Provisions on Restricting "
            "Consumption a starred hotel is not open for this stay; unstarred lodging remains open, "
            "and questions are answered by "
            + ", ".join(f"{name} ({contact})" for name, contact in courts)
            + ".",
        )
    if verdict.answer is Answer.CLEAR:
        return "可以办理入住。", "Please check the guest in."
    return _ADMIT.get(verdict.reason, _ADMIT_ANYHOW)
