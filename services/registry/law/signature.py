"""The president's own signature: by a key of hers, on what is asked and on nothing else (LP Art 5, CP Art 5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from registry.law.violation import Reason, Violation, Violations


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """An enrolled key as the record has it. `retired_on` is None while it counts."""

    person_id: str
    court_code: str
    is_for_signing: bool
    retired_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFacts:
    """A signature beside what it is to sign.

    Attributes:
        signer: person id of whom the decision names as its signer; empty when it names nobody.
        named: everybody whom the papers of the act name as signer, the signer among them.
        court_code: of the acting court.
        signed_on: the day of the signature; None where the act itself is the signing.
        is_given: a signature came with the request.
        key: the key that it names; None when no such key was ever enrolled.
        is_read: what was signed is such a request, and nothing in it is unknown here.
        differing: the request's fields that were signed otherwise.
        is_genuine: the key has signed what is said to be signed.
        brought_by: person id of who brings in what was signed; empty where the act itself is the signing.
    """

    signer: str
    named: Sequence[str]
    court_code: str
    signed_on: date | None
    is_given: bool
    key: KeyFacts | None
    is_read: bool
    differing: Sequence[str]
    is_genuine: bool
    brought_by: str


def signature_violations(facts: SignatureFacts, *, article: str) -> list[Violation]:
    """Everything that keeps the signature from being the president's on this act."""
    missing = list(signature_is_given(facts, article=article))
    return missing or [
        *one_president_signs(facts, article=article),
        *somebody_else_brings_it_in(facts, article=article),
        *key_is_the_signers_own(facts, article=article),
        *what_was_signed_is_what_is_asked(facts, article=article),
        *key_has_signed(facts, article=article),
    ]


def signature_is_given(facts: SignatureFacts, *, article: str) -> Violations:
    """LP Art 5, CP Art 5: nothing takes effect that no president has signed."""
    if not facts.is_given:
        yield _unsigned(
            article,
            "The president's signature is missing.",
            "Have the president sign the paper with her own key (`courtlist sign`), then send it with "
            "her signature.",
        )


def one_president_signs(facts: SignatureFacts, *, article: str) -> Violations:
    """LP Art 5, CP Art 5: one signature is one person's, so all papers of the act name her."""
    if any(one != facts.signer for one in facts.named if one.strip()):
        yield _unsigned(
            article,
            "The papers of this act name different signers, and one signature is one person's.",
            "Have one president sign them all, or record them by acts of their own.",
        )


def somebody_else_brings_it_in(facts: SignatureFacts, *, article: str) -> Violations:
    """LP Art 5, CP Art 5: the court decides and its president signs; one person alone does neither."""
    if facts.brought_by and facts.brought_by in facts.named:
        yield Violation(
            reason=Reason.SAME_PERSON,
            field="signature",
            article=article,
            problem="Who signed the paper is who sends it, and it takes two people.",
            next_step="Have a clerk or a judge of the court send the paper with the signature.",
        )


def key_is_the_signers_own(facts: SignatureFacts, *, article: str) -> Violations:
    """LP Art 5, CP Art 5: the key is the president's own, for signing, and counted on that day.

    What was signed before a key was retired stays signed. A key of another person or court, or for
    another purpose, is no key here, and which of these it is, is nobody else's to know.
    """
    key = facts.key
    if (
        key is None
        or not facts.signer.strip()
        or key.person_id != facts.signer
        or key.court_code != facts.court_code
        or not key.is_for_signing
    ):
        yield _unsigned(
            article,
            "The key is not enrolled for the signer, at this court, for signing.",
            "Have the president whom the decision names sign with her own key, or enrol it.",
        )
    elif key.retired_on is not None and (
        facts.signed_on is None or key.retired_on < facts.signed_on
    ):
        yield _unsigned(
            article,
            "The key was retired before the day of the signature.",
            "Have the president sign anew with the key that she has now.",
        )


def what_was_signed_is_what_is_asked(facts: SignatureFacts, *, article: str) -> Violations:
    """LP Art 5, CP Art 5: the president has signed this decision, field by field."""
    if not facts.is_read:
        yield _unsigned(
            article,
            "What was signed cannot be read as such a request, or holds fields unknown to this release.",
            "Have the president sign the paper anew, with a program of this release.",
        )
    elif facts.differing:
        yield _unsigned(
            article,
            f"What was signed differs from what is asked, in: {', '.join(facts.differing)}.",
            "Send what was signed, or have the president sign the paper as it is now.",
        )


def key_has_signed(facts: SignatureFacts, *, article: str) -> Violations:
    """LP Art 5, CP Art 5: the signature is the key's, on these very bytes."""
    if facts.key is not None and not facts.is_genuine:
        yield _unsigned(
            article,
            "The signature is not this key's on what is said to be signed.",
            "Have the president sign the paper anew; content and signature travel unchanged.",
        )


def signature_signs_once(used_position: int) -> Violations:
    """LP Art 5, CP Art 5: one signature is one act, whoever is meant by what it says since."""
    yield replace(
        _unsigned(
            "LP Art 5; CP Art 5",
            f"The act at position {used_position} was done on this signature, which is used up.",
            "Read that act; where it has ended, have the court decide anew and its president sign that.",
        ),
        metadata=(("position", str(used_position)),),
    )


def _unsigned(article: str, problem: str, next_step: str) -> Violation:
    return Violation(
        reason=Reason.NOT_SIGNED,
        field="signature",
        article=article,
        problem=problem,
        next_step=next_step,
    )
