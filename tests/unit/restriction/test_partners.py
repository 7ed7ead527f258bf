"""Partners' digests are theirs alone."""

from restriction.serving.partners import PartnerDigests
from tests.builders import digest_key

INNER = bytes(range(16))
DIGESTS = PartnerDigests(secret_of=lambda version: digest_key(version).secret)


def test_two_partners_cannot_join_what_they_hold() -> None:
    one, other = DIGESTS.for_partner("rail", 1)(INNER), DIGESTS.for_partner("air", 1)(INNER)
    assert len({INNER, one, other}) == 3
    assert DIGESTS.for_partner("rail", 1)(INNER) == one
    assert len(one) == 16


def test_a_new_secret_changes_every_partners_digests() -> None:
    assert DIGESTS.for_partner("rail", 2)(INNER) != DIGESTS.for_partner("rail", 1)(INNER)
