"""The manifest holds everything that is signed, and chooses who is read back."""

from typing import Any

import pytest

from registry.importing.checking.manifest import OutcomesHash, manifest_hash, sample_of, sample_seed

_WHOLE: dict[str, Any] = {
    "court_code": "京0199",
    "file_sha256": b"f" * 32,
    "records_sha256": b"r" * 32,
    "row_count": 3,
    "outcomes_sha256": b"o" * 32,
}


@pytest.mark.parametrize(
    "changes",
    [
        {"court_code": "京0198"},
        {"file_sha256": b"g" * 32},
        {"records_sha256": b"s" * 32},
        {"row_count": 4},
        {"outcomes_sha256": b"p" * 32},
    ],
    ids=lambda one: next(iter(one)),
)
def test_whatever_is_signed_changes_the_hash(changes: dict[str, Any]) -> None:
    assert manifest_hash(**_WHOLE) != manifest_hash(**{**_WHOLE, **changes})


def test_the_outcome_of_every_row_is_signed() -> None:
    one, other = OutcomesHash(), OutcomesHash()
    for row_number in (1, 2):
        one.add(row_number, 6)
        other.add(row_number, 6 if row_number == 1 else 5)
    assert one.digest() != other.digest()


@pytest.mark.parametrize(
    ("sound", "sampled"), [(0, 0), (1, 1), (19, 19), (20, 20), (21, 20), (2000, 20), (2001, 21)]
)
def test_a_hundredth_is_read_back_but_at_least_twenty(sound: int, sampled: int) -> None:
    rows = range(1, sound + 1)
    chosen = sample_of(b"m" * 32, rows, sound)
    assert len(chosen) == sampled
    assert chosen == sorted(set(chosen))
    assert set(chosen) <= set(rows)


def test_another_manifest_chooses_others_and_the_same_chooses_the_same() -> None:
    rows = range(1, 5001)
    assert sample_of(b"m" * 32, rows, 5000) == sample_of(b"m" * 32, rows, 5000)
    assert sample_of(b"m" * 32, rows, 5000) != sample_of(b"n" * 32, rows, 5000)


def seed(
    court_code: str = "京0199", records_sha256: bytes = b"r" * 32, secret: bytes = b"s" * 32
) -> bytes:
    return sample_seed(court_code=court_code, records_sha256=records_sha256, secret=secret)


def test_who_knows_the_records_alone_cannot_know_their_sample() -> None:
    rows = range(1, 5001)
    chosen = sample_of(seed(), rows, 5000)
    assert chosen == sample_of(seed(), rows, 5000)
    others = (seed("京0198"), seed(records_sha256=b"q" * 32), seed(secret=b"t" * 32), b"r" * 32)
    assert all(chosen != sample_of(other, rows, 5000) for other in others)


def test_a_row_that_is_not_sound_any_more_draws_no_other_sample() -> None:
    rows = range(1, 2001)
    chosen = sample_of(seed(), rows, 2000)
    left = sample_of(seed(), [row for row in rows if row != chosen[0]], 1999)
    assert set(chosen[1:]) <= set(left)
