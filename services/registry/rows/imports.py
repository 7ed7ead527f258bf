"""Imports that a president brings in, or takes back."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SignedImport:
    """A president has signed the manifest: the import is entered from now on."""

    import_id: UUID
    person_id: str


@dataclass(frozen=True, slots=True)
class UndoneImport:
    """A president takes the import back: its listings are revoked from now on."""

    import_id: UUID
    person_id: str
