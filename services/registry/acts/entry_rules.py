"""The rules of law on an entry, asked with what the record holds on the debtor and the officers."""

from dataclasses import replace
from uuid import UUID

from authority.caller import Actor
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.registry.v1 import subject_pb2
from document import Document
from registry.acts.signatures import signature_faults
from registry.acts.subjects import recorded_birth
from registry.codes import number_of_subject_kind
from registry.commands import Entry
from registry.desk import Desk
from registry.law.days import legal_day
from registry.law.entry import CaseFacts, listing_violations, order_violations
from registry.law.facts import Decision
from registry.law.identity import name_fits_the_record
from registry.law.violation import Reason, Violation
from registry.records import SubjectRecord


async def entry_violations(
    desk: Desk, actor: Actor, entry: Entry, subject_id: UUID, held: SubjectRecord | None
) -> list[Violation]:
    """Everything that forbids this listing or order, but for what other bases forbid.

    `held` is the subject's record; None where the subject is new.
    """
    documents = await _all_documents(desk, entry, subject_id, held)
    return [
        *_law_violations(desk, actor, entry, held, documents),
        *await _officer_violations(desk, actor, entry),
        *await _signature_violations(desk, actor, entry),
    ]


async def _all_documents(
    desk: Desk, entry: Entry, subject_id: UUID, held: SubjectRecord | None
) -> tuple[Document, ...]:
    """The documents given and those bound before: a birth date in any of them counts."""
    given = tuple(entry.subject.facts.documents)
    if held is None:
        return given
    bound = await desk.documents_of(subject_id, legal_day(desk.now))
    return tuple(dict.fromkeys((*given, *bound)))


def _law_violations(
    desk: Desk,
    actor: Actor,
    entry: Entry,
    held: SubjectRecord | None,
    documents: tuple[Document, ...],
) -> list[Violation]:
    today = legal_day(desk.now)
    subject = replace(entry.subject.facts, documents=documents)
    given, recorded = subject.birth, None if held is None else recorded_birth(held.facts)
    if given is None:
        subject = replace(subject, birth=recorded)
    case = CaseFacts(number=entry.case, filed_on=entry.filed_on, court_code=actor.court_code)
    found: list[Violation] = []
    if held is not None and held.kind != number_of_subject_kind(subject.kind):
        found.append(_kind_violation())
    if held is not None:
        found += name_fits_the_record(subject.name, subject_pb2.Subject.FromString(held.facts).name)
    if recorded is not None and given is not None and given.birth_date != recorded.birth_date:
        found.append(_birth_violation())
    if entry.listing is None:
        found += order_violations(
            subject=subject,
            case=case,
            order=entry.order.facts,
            grace_until=entry.grace_until,
            today=today,
        )
    else:
        found += listing_violations(
            subject=subject,
            case=case,
            listing=entry.listing.facts,
            order=entry.order.facts,
            grace_until=entry.grace_until,
            today=today,
        )
    return found


async def _officer_violations(desk: Desk, actor: Actor, entry: Entry) -> list[Violation]:
    """Signatures and answers must be of officers enrolled at the acting court (LP Arts 3, 5)."""
    found = []
    for field, decision in _decisions(entry).items():
        signer = decision.signed_by
        if signer and not await desk.officer_is_enrolled(
            signer, pb.ROLE_PRESIDENT, actor.court_code
        ):
            found.append(
                Violation(
                    reason=Reason.NOT_SIGNED,
                    field=f"{field}.signed_by",
                    article="LP Art 5; CP Art 5",
                    problem="The signer is not enrolled as president of the acting court.",
                    next_step="Have the court's president sign, or enrol her.",
                )
            )
    checklist = entry.listing.facts.article_3 if entry.listing is not None else None
    if (
        checklist is not None
        and checklist.answered_by
        and not await desk.officer_is_enrolled(
            checklist.answered_by, pb.ROLE_JUDGE, actor.court_code
        )
    ):
        found.append(
            Violation(
                reason=Reason.GROUND_BARRED,
                field="listing.article3.answered_by",
                article="LP Art 3",
                problem="Who answered the checklist is not enrolled as judge of the acting court.",
                next_step="Have a judge of the court answer it.",
            )
        )
    return found


async def _signature_violations(desk: Desk, actor: Actor, entry: Entry) -> list[Violation]:
    """One signature signs the decision and all that comes with it (LP Art 5; CP Art 5)."""
    decisions = list(_decisions(entry).values())
    return await signature_faults(
        desk,
        actor,
        entry.signed,
        signers=[one.signed_by for one in decisions],
        signed_on=decisions[0].signed_on,
    )


def _decisions(entry: Entry) -> dict[str, Decision]:
    """The decisions of an entry by their fields, the one that the president signs first."""
    order = {"order.decision": entry.order.facts.decision}
    if entry.listing is None:
        return order
    decisions = {"decision": entry.listing.facts.decision, **order}
    extension = entry.listing.facts.extension
    if extension is not None:
        decisions["listing.extension.decision"] = extension.decision
    return decisions


def _kind_violation() -> Violation:
    return Violation(
        reason=Reason.IDENTITY_REFUSED,
        field="subject.kind",
        article="LP Art 6",
        problem="The document belongs to a subject of the other kind.",
        next_step="Check the number: a person's and an organisation's are never the same.",
    )


def _birth_violation() -> Violation:
    return Violation(
        reason=Reason.AGE_UNKNOWN,
        field="subject.birth_date.date",
        article="LP Art 4; CP Art 2",
        problem="The birth date on record for this person is another one.",
        next_step="Find out which is right; a document of another person may have been given.",
    )
