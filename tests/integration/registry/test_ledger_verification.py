"""Following the whole chain as stored: every way to tamper with it is found."""

import pytest

from registry.feed.ledger_reader import LedgerReader
from registry.sealing import Sealer, SealKey
from tests.integration.registry.ledger_house import House, house
from tests.integration.registry.ledger_people import sealer

# A change that has facts cannot go alone.
_WITHOUT = "WITH gone AS (DELETE FROM change_facts WHERE position = {0}) DELETE FROM change WHERE position = {0}"


async def verified(registry: House) -> dict:
    reader = LedgerReader(postgres=registry.postgres, queries=registry.queries)
    return await reader.verify_all(sealer())


async def test_a_whole_ledger_verifies_to_its_head(database: str) -> None:
    async with house(database) as registry:
        for _ in range(3):
            await registry.clerk.nothing()
        head = await registry.ledger()
        assert await verified(registry) == {
            "verified": True,
            "incarnation": head.head.incarnation,
            "position": 3,
            "hash": head.head_hash.hex(),
            "facts_compared": 3,
            "facts_erased": 0,
        }


async def test_an_empty_ledger_verifies(database: str) -> None:
    async with house(database) as registry:
        assert (await verified(registry))["verified"]


async def test_a_ledger_whose_facts_were_erased_still_verifies(database: str) -> None:
    async with house(database) as registry:
        for _ in range(3):
            await registry.clerk.nothing()
        await registry.fetch("DELETE FROM change_facts WHERE position = 2")
        report = await verified(registry)
        assert report["verified"]
        assert (report["facts_compared"], report["facts_erased"]) == (2, 1)


@pytest.mark.parametrize(
    ("tampering", "problem"),
    [
        ("UPDATE change SET body = body || '\\xfa0600' WHERE position = 2", "2 was altered"),
        ("UPDATE change SET hash = previous_hash WHERE position = 2", "2 was altered"),
        ("UPDATE change SET previous_hash = hash WHERE position = 2", "2 does not follow"),
        (_WITHOUT.format(2), "2 is missing"),
        (_WITHOUT.format(3), "3 is missing"),
        ("UPDATE change SET ends = NOT ends WHERE position = 2", "2 is filed as what it is not"),
        ("UPDATE change SET act = 15 WHERE position = 2", "2 is filed as what it is not"),
        (
            "UPDATE change SET incarnation = gen_random_uuid() WHERE position = 2",
            "2 is filed as what it is not",
        ),
        (
            """
            UPDATE change_facts AS two SET facts_sealed = one.facts_sealed FROM change_facts AS one
            WHERE two.position = 2 AND one.position = 1
            """,
            "the facts of position 2",
        ),
        ("UPDATE ledger_head SET hash = decode(repeat('ab', 32), 'hex')", "the head is not"),
    ],
)
async def test_tampering_is_found_and_placed(database: str, tampering: str, problem: str) -> None:
    async with house(database) as registry:
        for _ in range(3):
            await registry.clerk.nothing()
        await registry.fetch(tampering)
        report = await verified(registry)
        assert not report["verified"]
        assert problem in report["problem"]


async def test_facts_that_were_sealed_anew_with_other_content_are_found(database: str) -> None:
    async with house(database) as registry:
        await registry.clerk.nothing()
        forged = sealer().seal(bytes(32) + b"other facts", "change/1")
        await registry.fetch("UPDATE change_facts SET facts_sealed = $1", forged)
        assert "were altered" in (await verified(registry))["problem"]


async def test_facts_under_a_lost_key_are_a_problem_and_no_crash(database: str) -> None:
    async with house(database) as registry:
        await registry.clerk.nothing()
        reader = LedgerReader(postgres=registry.postgres, queries=registry.queries)
        report = await reader.verify_all(Sealer([SealKey("another", bytes(32))]))
        assert not report["verified"]
