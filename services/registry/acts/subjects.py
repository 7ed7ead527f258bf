"""Finding the subject behind documents, or making it."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Final
from uuid import UUID

from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.registry.v1 import subject_pb2
from document import Document
from registry import rows
from registry.acts.effects import Draft
from registry.codes import number_of_subject_kind
from registry.commands import SubjectPaper
from registry.desk import Desk
from registry.errors import refuse
from registry.law.facts import RecordedBirth
from registry.law.uniqueness import documents_belong_to_one_subject
from registry.messages import day_message
from registry.records import SubjectRecord

PROOF_BY_NUMBER: Final = "证件号码所载"
"""The proof of a birth date that was read from a number."""


async def identify(
    desk: Desk, draft: Draft, paper: SubjectPaper
) -> tuple[UUID, SubjectRecord | None]:
    """The subject of these documents, held; or a new one, drafted (then the record is None).

    Documents that are not bound yet are bound to it. Documents of two subjects are refused: nothing
    is merged, because nobody answers for a namesake. What an undone import bound to somebody on whom nothing
    else rests is unbound first.
    """
    documents = paper.facts.documents
    owners = await desk.owners(documents)
    void = await _freed(desk, draft, set(owners.values()))
    owners = _without(owners, void)
    held = None
    while owners:
        refuse(
            documents_belong_to_one_subject(
                owner_ids=set(map(str, owners.values())), subject_id=None
            )
        )
        held = await desk.hold_subject(next(iter(owners.values())))
        # Before the subject was held a judge may have taken the document from it, or time erased it: then
        # it is not meant.
        owners_now = _without(await desk.owners(documents), void)
        if held is not None and owners_now == owners:
            break
        owners, held = owners_now, None
    if held is not None:
        subject_id = held.subject_id
    else:
        subject_id = draft.clock.uuid()
        # No effect of its own: a subject is in the ledger through the documents bound to it.
        draft.rows.append(
            rows.NewSubject(
                subject_id, number_of_subject_kind(paper.facts.kind), _kept_facts(paper)
            )
        )
    bind_all(draft, subject_id, (one for one in documents if one not in owners))
    return subject_id, held


async def _freed(desk: Desk, draft: Draft, owner_ids: AbstractSet[UUID]) -> frozenset[UUID]:
    """Draft the unbinding of what undone imports left behind; returns whose it was. They are held."""
    if not owner_ids or not await desk.void_documents(owner_ids):
        return frozenset()
    for subject_id in sorted(owner_ids):
        await desk.hold_subject(subject_id)
    void = await desk.void_documents(owner_ids)
    for document_id, subject_id in void.items():
        draft.unbind(document_id, subject_id)
    return frozenset(void.values())


def _without(
    owners: Mapping[Document, UUID], subject_ids: AbstractSet[UUID]
) -> dict[Document, UUID]:
    return {one: owner for one, owner in owners.items() if owner not in subject_ids}


def _kept_facts(paper: SubjectPaper) -> bytes:
    """The subject's facts with the birth date that a number showed.

    Kept apart from the number, it still tells whose documents are whose when that number is unbound.
    """
    shown = [one.birth_date for one in paper.facts.documents if one.birth_date is not None]
    if paper.facts.birth is not None or not shown:
        return paper.content
    facts = subject_pb2.Subject.FromString(paper.content)
    facts.birth_date.date.CopyFrom(day_message(shown[0]))
    facts.birth_date.proof_reference = PROOF_BY_NUMBER
    return facts.SerializeToString(deterministic=True)


def bind_all(draft: Draft, subject_id: UUID, documents: Iterable[Document]) -> list[UUID]:
    """Draft the binding of each document; equal documents are bound once."""
    bound = []
    for document in dict.fromkeys(documents):
        document_id = draft.clock.uuid()
        draft.add(
            pb.Effect(
                document_bound=pb.DocumentBound(
                    document_id=str(document_id), subject_id=str(subject_id)
                )
            ),
            rows.NewDocument(document_id, subject_id, document),
        )
        draft.touch(subject_id=subject_id)
        bound.append(document_id)
    return bound


def recorded_birth(content: bytes) -> RecordedBirth | None:
    """The birth date, with its proof, in a subject's kept facts (registry.v1.Subject)."""
    return birth_in(subject_pb2.Subject.FromString(content))


def birth_in(facts: subject_pb2.Subject) -> RecordedBirth | None:
    """The birth date, with its proof, that a subject's facts tell."""
    if not facts.HasField("birth_date"):
        return None
    day = facts.birth_date.date
    return RecordedBirth(
        birth_date=date(day.year, day.month, day.day),
        proof_reference=facts.birth_date.proof_reference,
    )
