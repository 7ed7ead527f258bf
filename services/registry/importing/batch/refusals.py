"""Why the record refuses a sound row, as the report file says it. Pure."""

from dataclasses import dataclass
from typing import Final

from registry.law.violation import Violation

# Fields of an entry by hand, by the names that they have in a file.
_FIELDS: Final = {
    "subject.name": "iname",
    "subject.kind": "documentKind",
    "subject.documents": "cardNum",
    "subject.birth_date": "birthDate",
    "subject.birth_date.date": "birthDate",
    "decision.number": "decisionNumber",
    "order.decision.number": "orderNumber",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A problem as intake reports it: field, reason and text, without a name or a number."""

    field: str
    reason: str
    text: str


def refusal_of(violation: Violation) -> Refusal:
    """A broken rule, with the field by its name in the file."""
    article = f" ({violation.article})" if violation.article else ""
    return Refusal(
        _FIELDS.get(violation.field, violation.field),
        violation.reason.value,
        f"{violation.problem}{article} {violation.next_step}",
    )


TERM_PAST: Final = Refusal(
    "termEnd",
    "TERM_PAST",
    "The term has ended since the row was checked. Nothing is left to enter.",
)
PERIOD_PAST: Final = Refusal(
    "orderEndOn",
    "ORDER_REFUSED",
    "The order's last day is over since the row was checked. Nothing is left to enter.",
)
REVIEW_PAST: Final = Refusal(
    "orderReviewOn",
    "ORDER_REFUSED",
    "The day of the order's review is over since the row was checked. "
    "Have the court look at the order again first.",
)
DOCUMENTS_DISAGREE: Final = Refusal(
    "otherDocuments",
    "DOCUMENTS_DISAGREE",
    "The documents belong to different subjects of the record. "
    "Check each document; a judge must look where two records are one person.",
)
KIND_DIFFERS: Final = Refusal(
    "documentKind",
    "IDENTITY_REFUSED",
    "The document belongs to a subject of the other kind. "
    "Check the number: a person's and an organisation's are never the same.",
)
BIRTH_DIFFERS: Final = Refusal(
    "birthDate",
    "AGE_UNKNOWN",
    "The birth date on record for this person is another one. "
    "Find out which is right; a document of another person may have been given.",
)
OTHER_COURTS_CASE: Final = Refusal(
    "caseCode",
    "COURT_REFUSED",
    "The record holds this case as another court's. Ask that court to act.",
)
OTHER_OBLIGATION: Final = Refusal(
    "caseCode",
    "CASE_TAKEN",
    "The case number belongs to an obligation of the other kind: money is owed on one and an act on "
    "the other. Check the case file, and enter the debtor with EnterListing.",
)
OTHER_SUM: Final = Refusal(
    "owedAmount",
    "CASE_TAKEN",
    "Another sum is on record for this case, and who joins it is free only when that is paid. "
    "Check both sums in the case file; mend the row, or enter the debtor with EnterListing.",
)
PERFORMED: Final = Refusal(
    "caseCode",
    "OBLIGATION_PERFORMED",
    "The obligation is performed: nothing new can rest on it. Nothing is left to enter.",
)
UNSETTLED: Final = Refusal(
    "caseCode",
    "ENDING_UNSETTLED",
    "A restore lost the ending of a listing or order on this debt. "
    "Have a judge settle it, and enter the debtor with EnterListing.",
)
ORDER_WITH_PASS: Final = Refusal(
    "orderNumber",
    "ALREADY_ORDERED",
    "An order stands on this debt already, and the court has granted a pass from it that a file would "
    "take away. Enter it with EnterListing, which carries the pass over.",
)
