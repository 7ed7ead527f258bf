"""Persons and organisations, and the documents that identify them."""

from dataclasses import dataclass
from uuid import UUID

from document.number import Document


@dataclass(frozen=True, slots=True)
class NewSubject:
    """A person or organisation. `facts` is a serialised registry.v1.Subject without documents; sealed."""

    subject_id: UUID
    kind: int
    facts: bytes


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document identifies a subject from now on. The number is sealed and digested."""

    document_id: UUID
    subject_id: UUID
    document: Document


@dataclass(frozen=True, slots=True)
class UsedPreparation:
    """A prepared binding is done."""

    preparation_id: UUID


@dataclass(frozen=True, slots=True)
class UnboundDocument:
    """A document identifies nobody any more; its digests go."""

    document_id: UUID
