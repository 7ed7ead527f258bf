"""Partners' digests are theirs alone."""

from restriction.serving.partners import PartnerDigests
from tests.builders import digest_key

INNER = bytes(range(16))


def test_two_partners_cannot_join_what_they_hold() -> None:
    digests = PartnerDigests(secret=digest_key().secret)
    one, other = digests.for_partner("rail")(INNER), digests.for_partner("air")(INNER)
    assert len({INNER, one, other}) == 3
    assert digests.for_partner("rail")(INNER) == one
    assert len(one) == 16


def test_a_new_key_changes_every_partners_digests() -> None:
    old = PartnerDigests(secret=digest_key(1).secret).for_partner("rail")(INNER)
    assert PartnerDigests(secret=digest_key(2).secret).for_partner("rail")(INNER) != old
