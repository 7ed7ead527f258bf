"""Partners' digests are theirs alone."""

from restriction.serving.partners import PartnerDigests
from tests.builders import digest_key

INNER = bytes(range(16))


def test_two_partners_cannot_join_what_they_hold() -> None:
    digests = PartnerDigests(key=digest_key())
    one, other = digests.for_partner("rail")(INNER), digests.for_partner("air")(INNER)
    assert len({INNER, one, other}) == 3
    assert digests.for_partner("rail")(INNER) == one
    assert len(one) == 16


def test_a_new_key_changes_every_partners_digests() -> None:
    old = PartnerDigests(key=digest_key(1)).for_partner("rail")(INNER)
    assert PartnerDigests(key=digest_key(2)).for_partner("rail")(INNER) != old
