"""A row as it was understood, for the person who compares it with the case file."""

from datetime import date

from registry.intake.conduct import STATUTORY_TEXT
from registry.intake.row import ImportRow
from registry.law.facts import Ground, Item, Service

_GROUNDS = tuple(Ground)
_ITEMS = tuple(Item)


def understood(row: ImportRow) -> dict[str, str]:
    """The fields by their names in the superset, each as it would be entered; documents masked.

    What the row does not tell is left out, so that its absence is seen.
    """
    fields = {
        "caseCode": row.case.canonical,
        "regDate": _day(row.filed_on),
        **_subject(row),
        **_owed(row),
        **_listing(row),
        **_order(row),
    }
    return {name: value for name, value in fields.items() if value}


def _subject(row: ImportRow) -> dict[str, str]:
    subject = row.subject
    first, *others = subject.documents
    birth = subject.birth
    if any(one.birth_date is not None for one in subject.documents):
        # Beside a masked number its birth date would tell the whole number.
        birth = None
    return {
        "partyTypeName": subject.kind.value,
        "iname": subject.name,
        "sexy": "" if row.sex is None else row.sex.value,
        "documentKind": first.kind.value,
        "issuingState": first.issuing_state,
        "cardNum": first.masked(),
        "otherDocuments": "；".join(
            f"{one.kind} {one.issuing_state} {one.masked()}" for one in others
        ),
        "birthDate": "" if birth is None else _day(birth.birth_date),
        "birthDateProof": "" if birth is None else birth.proof_reference,
        "businessEntity": subject.legal_representative,
    }


def _owed(row: ImportRow) -> dict[str, str]:
    fen = row.owed.amount_fen
    return {
        "gistId": row.owed.basis_number,
        "gistUnit": row.owed.issuing_body,
        "duty": row.owed.duty,
        "owedAmount": "" if fen is None else f"{fen // 100}.{fen % 100:02d}",
        "performedPart": row.listing.performed_part,
    }


def _listing(row: ImportRow) -> dict[str, str]:
    listing = row.listing
    number = _GROUNDS.index(listing.ground) + 1
    fields = {
        "decisionNumber": listing.decision_number,
        "decidedOn": _day(listing.decided_on),
        "ground": f"{number} {STATUTORY_TEXT[listing.ground]}",
        "disruptTypeName": listing.conduct,
        "abilityFinding": listing.ability.value,
        "termEnd": "" if listing.term_last_day is None else _day(listing.term_last_day),
        **_service(listing.service, "serviceMode", "servedOn", "serviceProof"),
    }
    extension = listing.extension
    if extension is not None and extension.reason is not None:
        fields["extensionReason"] = extension.reason.value
        fields["extensionDecisionNumber"] = extension.decision.number
        fields["extensionDecidedOn"] = _day(extension.decision.decided_on)
    return fields


def _order(row: ImportRow) -> dict[str, str]:
    order = row.order
    return {
        "orderNumber": order.number,
        "orderDecidedOn": _day(order.decided_on),
        "orderItems": ",".join(str(_ITEMS.index(item) + 1) for item in order.items),
        "orderEndOn": "" if order.end_on is None else _day(order.end_on),
        "orderReviewOn": "" if order.review_on is None else _day(order.review_on),
        **_service(order.service, "orderServiceMode", "orderServedOn", "orderServiceProof"),
    }


def _service(service: Service, mode: str, served_on: str, proof: str) -> dict[str, str]:
    return {
        mode: "" if service.mode is None else service.mode.value,
        served_on: "" if service.served_on is None else _day(service.served_on),
        proof: service.proof_reference,
    }


def _day(day: date) -> str:
    return day.isoformat()
