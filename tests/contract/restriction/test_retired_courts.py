"""A court that is retired and enrolled again has its name back, and none of its people."""

import itertools

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authority.caller import Actor
from courtlist.ledger.v1 import change_pb2
from restriction.asking.enrolments import PostgresEnrolments
from tests.contract.restriction.conftest import Bench
from tests.fakes.ledger_acts import COURT

CLERK = "clerk-1"
KEY = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
OFFICE = Actor(person_id=CLERK, role=change_pb2.ROLE_CLERK, court_code=COURT)


async def acts(bench: Bench) -> tuple[bool, bool]:
    """Whether the clerk's key counts, and whether she is in office."""
    enrolments = PostgresEnrolments(postgres=bench.postgres)
    key = await enrolments.assert_key("key-1")
    return key is not None, await enrolments.is_enrolled(OFFICE)


def history(bench: Bench) -> None:
    bench.ledger.enrol_court()
    bench.ledger.enrol_officer(CLERK, change_pb2.ROLE_CLERK)
    bench.ledger.enrol_key("key-1", CLERK, KEY)
    bench.ledger.retire_court()
    bench.ledger.enrol_court()


async def test_who_acts_at_a_court_acts_no_more_when_it_is_retired_nor_when_it_is_back(
    bench: Bench,
) -> None:
    history(bench)
    seen = []
    for _ in bench.ledger.changes:
        await bench.take(count=1)
        seen.append(await acts(bench))
    assert seen == [
        (False, False),
        (False, True),
        (True, True),
        (False, False),
        (False, False),
    ]
    bench.ledger.enrol_officer(CLERK, change_pb2.ROLE_CLERK)
    await bench.take()
    assert await acts(bench) == (False, True)


@pytest.mark.parametrize("cuts", [*itertools.combinations(range(1, 5), 2)])
async def test_whatever_batches_the_changes_come_in(bench: Bench, cuts: tuple[int, int]) -> None:
    history(bench)
    for first, last in itertools.pairwise((0, *cuts, 5)):
        await bench.take(count=last - first)
    assert await acts(bench) == (False, False)
