"""A listing that has ended is confirmed to nobody."""

from courtlist.ledger.v1 import change_pb2 as ledger
from tests.integration.registry.ledger_house import house


async def test_a_deleted_listing_is_not_confirmed(database: str) -> None:
    async with house(database) as registry:
        debtor, other = await registry.clerk.debtor(), await registry.clerk.debtor()
        await registry.clerk.delete(await registry.clerk.listing(debtor))
        standing = await registry.clerk.listing(other)
        answer = await registry.confirm(debtor, other, measure=ledger.MEASURE_LISTING)
        found = [[one.basis_id for one in person.bases] for person in answer.standings]
        assert found == [[], [str(standing)]]
