"""A signature at the desk: the key that the record has, and what the signature is worth with it."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from authority.caller import Actor
from authority.signature import ALGORITHM, check
from courtlist.ledger.v1 import change_pb2 as pb
from registry.commands import SignedPaper
from registry.desk import Desk
from registry.law.days import legal_day
from registry.law.signature import KeyFacts, SignatureFacts, signature_violations
from registry.law.violation import Violation
from registry.records import OfficerKeyRecord

_ARTICLES: Final = "LP Art 5; CP Art 5"


async def signature_faults(
    desk: Desk,
    actor: Actor,
    signed: SignedPaper | None,
    *,
    signers: Sequence[str],
    signed_on: date | None,
    is_the_signing: bool = False,
) -> list[Violation]:
    """Everything that keeps the signature from being the president's on this act.

    Args:
        desk: of the act.
        actor: who brings in what was signed, and whose court acts.
        signed: the signature with its request; None without one.
        signers: whom the act's papers name as signer, the signer of the decision first.
        signed_on: the day of the signature as the decision has it; None where the act is the signing.
        is_the_signing: the act is the president's own, beside her signature on what others have made.
    """
    key = None if signed is None else await desk.officer_key(signed.signature.key_id)
    found = None if signed is None else check(signed.request, signed.signature, _public_key(key))
    facts = SignatureFacts(
        signer=signers[0],
        named=signers,
        court_code=actor.court_code,
        signed_on=signed_on,
        is_given=found is not None,
        key=None if key is None else _key_facts(key),
        is_read=found is not None and found.is_read,
        differing=() if found is None else found.differing,
        is_genuine=found is not None and found.is_genuine,
        brought_by="" if is_the_signing else actor.person_id,
    )
    return signature_violations(facts, article=_ARTICLES)


def _public_key(key: OfficerKeyRecord | None) -> Ed25519PublicKey | None:
    """The key to verify with; None for one of an algorithm with which nothing is verified here."""
    if key is None or key.algorithm != ALGORITHM:
        return None
    return Ed25519PublicKey.from_public_bytes(key.public_key)


def _key_facts(key: OfficerKeyRecord) -> KeyFacts:
    return KeyFacts(
        person_id=key.person_id,
        court_code=key.court_code,
        is_for_signing=key.purpose == pb.KEY_PURPOSE_SIGN,
        retired_on=None if key.retired_at is None else legal_day(key.retired_at),
    )
