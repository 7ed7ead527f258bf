"""Who may be listed, by what they are identified, and what a correction may touch (LP Arts 6, 9)."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from document import ORGANISATION_KINDS, PERSON_KINDS, Document, DocumentKind
from document.name import NAME_LENGTH_MAX, Fit, compare
from registry.law.facts import SubjectKind
from registry.law.violation import Reason, Violation, Violations

IDENTITY_FIELDS: Final = frozenset(
    {"subject", "subject_id", "name", "documents", "document", "birth_date", "sex"}
)
"""First parts of the paths that say who the entry is about."""


def subject_has_a_fitting_document(kind: SubjectKind, documents: Sequence[Document]) -> Violations:
    """LP Art 6: a person by an identity number, an organisation by its credit code; never by name.

    A name alone identifies nobody: a listing without a whole valid document hits every namesake.
    """
    fitting = PERSON_KINDS if kind is SubjectKind.PERSON else ORGANISATION_KINDS
    if not documents:
        yield _refused(
            "subject.documents",
            "No document identifies the debtor.",
            "Give at least one whole document number.",
        )
    for index, document in enumerate(documents):
        if document.kind not in fitting:
            yield _refused(
                f"subject.documents[{index}].kind",
                "This kind of document does not identify this kind of debtor.",
                f"Give one of: {', '.join(sorted(fitting))}.",
            )


def person_has_one_number_of_a_kind(
    documents: Collection[Document], *, field: str = "subject.documents"
) -> Violations:
    """LP Art 6: nobody has two resident numbers; the second is a twin's, a namesake's or a slip."""
    for kind in (DocumentKind.RESIDENT_ID, DocumentKind.HMT_RESIDENCE_PERMIT):
        if len({document for document in documents if document.kind is kind}) > 1:
            yield _refused(
                field,
                "The person would have two numbers of a kind that a person has once.",
                "Check whose number it is; a judge unbinds the wrong one first.",
            )


def name_fits_the_record(given: str, recorded: str) -> Violations:
    """LP Art 6: a number that is another person's by a slip is noticed by the name beside it.

    A court has the whole name, so a part of it is not enough here, as it is where a ticket office
    asks. One in another script (a passport's) is no misfit: nothing can be said about it.
    """
    if compare(given, recorded) in {Fit.PERHAPS, Fit.MISFIT}:
        yield _refused(
            "subject.name",
            "The document is bound to somebody who is recorded under another name.",
            "Read the number again; if it is right, a judge must look at both records.",
        )


def subject_is_named(name: str) -> Violations:
    """LP Art 6: the entry holds the name beside the number, so that a person can check both."""
    if not name.strip():
        yield _refused("subject.name", "The debtor's name is missing.", "Give the name.")
    elif len(name) > NAME_LENGTH_MAX:
        yield Violation(
            reason=Reason.FIELD_TOO_LONG,
            field="subject.name",
            article="LP Art 6",
            problem=f"The name is longer than {NAME_LENGTH_MAX} characters.",
            next_step="Give the name alone.",
        )


def organisation_names_its_representative(
    kind: SubjectKind, legal_representative: str
) -> Violations:
    """LP Art 6: an organisation's entry names its representative, who is not listed by it."""
    if kind is SubjectKind.ORGANISATION and not legal_representative.strip():
        yield _refused(
            "subject.legal_representative",
            "The organisation's legal representative is missing.",
            "Give the representative's name; the person is not listed by it.",
        )


def correction_leaves_the_identity(fields: Iterable[str]) -> Violations:
    """LP Art 9: a correction mends the entry's text; another person needs another entry.

    Args:
        fields: dotted paths of the fields that the correction would change.
    """
    for field in fields:
        first = field.split(".", 1)[0].split("[", 1)[0]
        if first in IDENTITY_FIELDS:
            yield _refused(
                field,
                "A correction does not touch who the entry is about.",
                "Revoke the listing as wrong (Art 9) and enter the right person anew.",
            )


def _refused(field: str, problem: str, next_step: str) -> Violation:
    return Violation(
        reason=Reason.IDENTITY_REFUSED,
        field=field,
        article="LP Art 6",
        problem=problem,
        next_step=next_step,
    )
