"""Digests: equal for one document, different for any other, useless without the key."""

import hashlib
from datetime import date

import pytest

from document import ALGORITHM_BLAKE2B_128, DigestKey, DocumentKind, digest, parse
from tests import builders

TODAY = date(2026, 11, 22)


def digest_of(number: str, kind: str, state: str = "CHN", epoch: int = 1) -> bytes:
    return digest(parse(kind, state, number, TODAY), builders.digest_key(epoch))


def test_a_digest_is_the_keyed_blake2b_of_the_written_encoding() -> None:
    number = builders.resident_id()
    key = builders.digest_key()
    expected = hashlib.blake2b(
        b"CITIZEN|CHN|" + number.encode(),
        digest_size=16,
        key=key.secret,
        person=b"courtlist.doc.v1",
    ).digest()
    assert digest_of(number, DocumentKind.RESIDENT_ID) == expected


def test_every_way_to_type_one_citizen_number_has_one_digest() -> None:
    permit = builders.hmt_residence_permit()
    ways = {
        digest_of(permit, DocumentKind.RESIDENT_ID),
        digest_of(permit, DocumentKind.HMT_RESIDENCE_PERMIT, "HKG"),
        digest_of(permit, DocumentKind.PERMANENT_RESIDENCE),
        digest_of(f" {permit[:6]}-{permit[6:]}", DocumentKind.RESIDENT_ID, ""),
        digest_of(builders.old_resident_id(region="810000"), DocumentKind.RESIDENT_ID),
    }
    assert len(ways) == 1


def test_one_number_as_two_kinds_of_paper_has_two_digests() -> None:
    assert digest_of("H00000000", DocumentKind.HOME_RETURN_PERMIT) != digest_of(
        "H00000000", DocumentKind.PASSPORT
    )


def test_one_passport_number_of_two_states_has_two_digests() -> None:
    assert digest_of("E00000000", DocumentKind.PASSPORT) != digest_of(
        "E00000000", DocumentKind.PASSPORT, "USA"
    )


def test_the_next_epoch_changes_every_digest() -> None:
    number = builders.resident_id()
    assert digest_of(number, DocumentKind.RESIDENT_ID) != digest_of(
        number, DocumentKind.RESIDENT_ID, epoch=2
    )


def test_a_digest_leaves_the_key_as_it_was() -> None:
    key = builders.digest_key()
    document = parse(DocumentKind.RESIDENT_ID, "CHN", builders.resident_id(), TODAY)
    assert digest(document, key) == digest(document, key)


def test_a_key_never_prints_its_secret() -> None:
    key = DigestKey(
        epoch=1, algorithm=ALGORITHM_BLAKE2B_128, key_id="k", secret=b"very-secret-" * 3
    )
    assert "secret" not in repr(key)


@pytest.mark.parametrize(
    ("epoch", "algorithm", "secret_length"),
    [
        (0, ALGORITHM_BLAKE2B_128, 32),
        (1, "sha256", 32),
        (1, ALGORITHM_BLAKE2B_128, 31),
        (1, ALGORITHM_BLAKE2B_128, 65),
        (1, ALGORITHM_BLAKE2B_128, 0),
    ],
)
def test_a_weak_or_unknown_key_is_refused_at_start(
    epoch: int, algorithm: str, secret_length: int
) -> None:
    with pytest.raises(ValueError, match="must"):
        DigestKey(epoch=epoch, algorithm=algorithm, key_id="k", secret=bytes(secret_length))
