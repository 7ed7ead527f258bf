"""Binding a further document to a subject, which takes two people, and unbinding it."""

from dataclasses import replace
from uuid import UUID

from authority.caller import Actor
from chassis.clock import Clock
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.registry.v1 import subject_pb2
from document import Document
from registry import rows
from registry.acts.effects import Draft
from registry.acts.preparing import hold_preparation
from registry.acts.scope import require_case_on
from registry.acts.subjects import bind_all, recorded_birth
from registry.acts.tasks import close_misfits_on
from registry.commands import Binding
from registry.desk import Desk
from registry.errors import not_found, refuse
from registry.law.days import legal_day
from registry.law.facts import SubjectKind
from registry.law.identity import (
    person_has_one_number_of_a_kind,
    subject_has_a_fitting_document,
)
from registry.law.minors import debtor_is_no_minor, known_birth_date
from registry.law.uniqueness import documents_belong_to_one_subject
from registry.law.violation import Violation
from registry.plan import Plan
from registry.records import SubjectRecord


class DocumentActs:
    """Plans for BindDocument and UnbindDocument."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    async def bind(
        self, desk: Desk, actor: Actor, binding: Binding
    ) -> Plan[rpc.BindDocumentResponse]:
        """A further document, by the second of two people: from now on it is answered like the others."""
        draft = Draft(clock=self._clock, now=desk.now)
        preparation = await hold_preparation(desk, actor, binding)
        held = await desk.hold_subject(binding.subject_id)
        if held is None:
            raise not_found("subject", "subject_id")
        await require_case_on(desk, actor, binding.subject_id)
        owners = await desk.owners([binding.document])
        refuse(
            documents_belong_to_one_subject(
                owner_ids={str(owner) for owner in owners.values()},
                subject_id=str(binding.subject_id),
            )
        )
        if owners:
            raise ServiceError(
                reasons.ERROR_REASON_DOCUMENT_TAKEN,
                "the document is bound to this subject already; nothing was changed",
                metadata={"subject_id": str(binding.subject_id)},
            )
        refuse(await _binding_violations(desk, held, binding.document))
        [document_id] = bind_all(draft, binding.subject_id, [binding.document])
        draft.rows.append(rows.UsedPreparation(preparation.preparation_id))
        _touch_bases(draft, held)

        async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.BindDocumentResponse:
            document = binding.document
            masked = subject_pb2.MaskedDocument(
                document_id=str(document_id),
                kind=document_pb2.DocumentKind.Value(f"DOCUMENT_KIND_{document.kind.value}"),
                issuing_state=document.issuing_state,
                masked=document.masked(),
            )
            return rpc.BindDocumentResponse(document=masked, position=position)

        return draft.plan(answer)

    async def unbind(
        self, desk: Desk, actor: Actor, document_id: UUID
    ) -> Plan[rpc.UnbindDocumentResponse]:
        """The document identifies nobody any more; it travels like a lift."""
        draft = Draft(clock=self._clock, now=desk.now)
        found = await desk.bound_document(document_id)
        if found is None:
            raise not_found("document", "document_id")
        subject_id, _ = found
        await require_case_on(desk, actor, subject_id)
        held = await desk.hold_subject(subject_id)
        if held is None:
            raise not_found("document", "document_id")
        still = await desk.bound_document(document_id)
        if still is None or not still[1]:
            raise ServiceError(
                reasons.ERROR_REASON_ALREADY_ENDED,
                "the document was unbound before; nothing was changed",
            )
        draft.unbind(document_id, subject_id)
        # If it was about another document of the subject, the next misfit puts it again.
        await close_misfits_on(draft, desk, held.basis_ids)
        _touch_bases(draft, held)

        async def answer(
            _desk: Desk, position: position_pb2.Position
        ) -> rpc.UnbindDocumentResponse:
            return rpc.UnbindDocumentResponse(position=position)

        return draft.plan(answer)


async def _binding_violations(
    desk: Desk, held: SubjectRecord, document: Document
) -> list[Violation]:
    """A person's document for a person; and one that tells another birth date is another's."""
    is_person = held.kind == subject_pb2.SUBJECT_KIND_PERSON
    kind = SubjectKind.PERSON if is_person else SubjectKind.ORGANISATION
    found = [
        replace(violation, field="document.kind")
        for violation in subject_has_a_fitting_document(kind, [document])
    ]
    if is_person:
        bound = await desk.documents_of(held.subject_id, legal_day(desk.now))
        recorded = recorded_birth(held.facts)
        birth = known_birth_date([*bound, document], recorded)
        if isinstance(birth, Violation):
            found.append(replace(birth, field="document"))
        found += person_has_one_number_of_a_kind([*bound, document], field="document")
        decided = [one.decided_on for one in held.listings]
        decided += [one.decided_on for one in held.orders]
        if decided and not found:
            # What stands against the subject will be answered on this document, too.
            found += [
                replace(violation, field="document")
                for violation in debtor_is_no_minor(
                    kind=kind,
                    documents=[*bound, document],
                    recorded=recorded,
                    decided_on=min(decided),
                )
            ]
    return found


def _touch_bases(draft: Draft, held: SubjectRecord) -> None:
    """A listing shows its subject's documents, so its cached copies are outdated too."""
    draft.touch(subject_id=held.subject_id)
    for listing in held.listings:
        draft.touch(listing_id=listing.listing_id)
