"""One standing basis for one debt, and one subject for one document."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from registry.law.violation import Reason, Violation, Violations


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingListing:
    """A listing of the subject that has not ended: its obligation and the case it was made in."""

    listing_id: str
    obligation_id: str
    case_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingOrder:
    """An order on the subject that has not ended."""

    order_id: str
    obligation_id: str
    court_code: str


def subject_is_listed_once(
    *, obligation_id: str, case_number: str, standing: Iterable[StandingListing]
) -> Violations:
    """LP Art 7: one entry for a debtor in a case, and one for a debt under several case numbers.

    `case_number` is canonical. Twice listed means once deleted and still listed.
    """
    for listing in standing:
        if listing.obligation_id == obligation_id:
            field, problem = "obligation_id", "The debtor is listed for this obligation already."
        elif listing.case_number == case_number:
            field, problem = "case.number", "The debtor is listed in this case already."
        else:
            continue
        yield Violation(
            reason=Reason.ALREADY_ENTERED,
            field=field,
            article="LP Art 7",
            problem=problem,
            next_step="Read the standing listing; correct or end it, or leave it.",
            metadata=(("listing_id", listing.listing_id),),
        )


def subject_is_ordered_once(
    *, obligation_id: str, court_code: str, standing: Iterable[StandingOrder]
) -> Violations:
    """CP Art 5: one standing order of a court on a debtor for an obligation."""
    for order in standing:
        if (order.obligation_id, order.court_code) == (obligation_id, court_code):
            yield Violation(
                reason=Reason.ALREADY_ORDERED,
                field="obligation_id",
                article="CP Art 5",
                problem="An order of this court for this obligation stands already.",
                next_step="Read the standing order; lift it before another is issued.",
                metadata=(("order_id", order.order_id),),
            )


def documents_belong_to_one_subject(
    *, owner_ids: Collection[str], subject_id: str | None
) -> Violations:
    """A document belongs to one subject: nothing is merged, and nobody answers for a namesake.

    Args:
        owner_ids: the subjects to whom the given documents are bound now.
        subject_id: the subject they are given for; None where documents alone say who it is.
    """
    owners = sorted(set(owner_ids))
    if subject_id is None and len(owners) > 1:
        yield Violation(
            reason=Reason.DOCUMENTS_DISAGREE,
            field="subject.documents",
            article="",
            problem="The documents given belong to different subjects.",
            next_step="Check each document; a judge must look where two records are one person.",
        )
        return
    for owner in owners:
        if subject_id is not None and owner != subject_id:
            yield Violation(
                reason=Reason.DOCUMENT_TAKEN,
                field="document",
                article="",
                problem="The document is bound to another subject.",
                next_step="Check the number; a judge must look where two records are one person.",
                metadata=(("subject_id", owner),),
            )
