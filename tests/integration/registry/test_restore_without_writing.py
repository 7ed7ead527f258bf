"""A process that only reads notices a restore by what it has read."""

from tests.integration.registry.ledger_house import Backup, house


async def test_a_process_that_wrote_nothing_notices_that_what_it_read_is_gone(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as writing, house(database) as reading:
        debtor = await writing.clerk.debtor()
        follower = await reading.reader().catch_up()
        await backup.take()
        order_id = await writing.clerk.order(debtor)
        answer = await reading.confirm(debtor)
        assert [one.basis_id for one in answer.standings[0].bases] == [str(order_id)]
        assert not answer.withheld
        await backup.restore()
        assert (await reading.confirm(debtor)).withheld
        await follower.read()
        assert not (await reading.confirm(debtor)).withheld
