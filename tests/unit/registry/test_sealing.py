"""Sealed text opens where it was sealed, under a key of the ring, and nowhere else."""

import pytest

from registry.sealing import Sealer, SealKey, UnsealError

OLD = SealKey("seal-1", bytes(range(32)))
NEW = SealKey("seal-2", bytes(reversed(range(32))))
PLAIN = "测试甲".encode()


def test_what_was_sealed_opens_in_its_own_record() -> None:
    sealer = Sealer([OLD])
    sealed = sealer.seal(PLAIN, "subject/1")
    assert PLAIN not in sealed
    assert sealer.unseal(sealed, "subject/1") == PLAIN


def test_a_value_copied_into_another_record_does_not_open_there() -> None:
    sealer = Sealer([OLD])
    with pytest.raises(UnsealError, match="of another record"):
        sealer.unseal(sealer.seal(PLAIN, "subject/1"), "subject/2")


def test_equal_texts_are_sealed_differently() -> None:
    sealer = Sealer([OLD])
    assert sealer.seal(PLAIN, "subject/1") != sealer.seal(PLAIN, "subject/1")


def test_the_newest_key_seals_and_every_key_opens() -> None:
    before = Sealer([OLD]).seal(PLAIN, "subject/1")
    ring = Sealer([OLD, NEW])
    assert ring.unseal(before, "subject/1") == PLAIN
    after = ring.seal(PLAIN, "subject/1")
    assert Sealer([NEW]).unseal(after, "subject/1") == PLAIN
    with pytest.raises(UnsealError, match="not in the keyring"):
        Sealer([OLD]).unseal(after, "subject/1")


@pytest.mark.parametrize("place", range(2, 60, 7))
def test_an_altered_value_does_not_open(place: int) -> None:
    sealer = Sealer([OLD])
    sealed = bytearray(sealer.seal(PLAIN * 3, "subject/1"))
    sealed[place] ^= 1
    with pytest.raises(UnsealError):
        sealer.unseal(bytes(sealed), "subject/1")


@pytest.mark.parametrize("value", [b"", b"\x01", b"\x02\x00" + bytes(40)])
def test_what_is_no_sealed_value_is_said_to_be_none(value: bytes) -> None:
    with pytest.raises(UnsealError, match="known version"):
        Sealer([OLD]).unseal(value, "subject/1")


@pytest.mark.parametrize(("key_id", "length"), [("seal-1", 16), ("seal-1", 33), ("", 32)])
def test_a_key_that_cannot_seal_is_refused_when_it_is_loaded(key_id: str, length: int) -> None:
    with pytest.raises(ValueError, match="AES-256"):
        SealKey(key_id, bytes(length))


def test_an_empty_keyring_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Sealer([])
