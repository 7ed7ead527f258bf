"""A database restored from an older copy is noticed, announced once, and refuses nobody meanwhile."""

import asyncio

import pytest

from chassis.clock import HeldClock
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.registry.v1 import admin_service_pb2
from tests.integration.registry.ledger_house import Backup, House, acting, house, refusal
from tests.integration.registry.ledger_people import OPERATOR, START, Reader, body_of

REWOUND = reasons.ERROR_REASON_LEDGER_REWOUND


async def filled(registry: House, count: int) -> None:
    for _ in range(count):
        await registry.clerk.nothing()


async def test_a_reader_ahead_of_the_restored_head_is_told(database: str) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        await filled(registry, 3)
        await backup.take()
        await filled(registry, 2)
        reader = await registry.reader().catch_up()
        await backup.restore()
    async with house(database) as registry:
        reader.stub = registry.stub
        error = await refusal(reader.read())
        assert error.reason == REWOUND
        assert error.metadata["incarnation"] != reader.incarnation
        assert error.metadata["head"] == "4"
        assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1
        found = await registry.fetch("SELECT body FROM change WHERE position = 4")
        body = ledger.ChangeBody.FromString(found[0]["body"])
        assert body.actor.person_id == "follower:travel"
        assert body.actor.role == ledger.ROLE_OPERATOR
        opened = body.effects[0].incarnation_opened
        assert (opened.previous_incarnation, opened.restored_head) == (reader.incarnation, 3)


async def test_a_restored_ledger_that_grew_past_the_reader_is_told_apart_by_the_hash(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        await filled(registry, 3)
        await backup.take()
        await filled(registry, 2)
        reader = await registry.reader().catch_up()
        await backup.restore()
    async with house(database) as registry:
        reader.stub = registry.stub
        await filled(registry, 4)
        assert (await refusal(reader.read())).reason == REWOUND


async def test_a_reader_behind_the_restored_head_reads_on_in_whatever_incarnation(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        await filled(registry, 3)
        await backup.take()
        reader = await registry.reader().catch_up()
        await filled(registry, 2)
        await backup.restore()
        first = reader.incarnation
        opened = await registry.announce((await registry.ledger()).head)
        await filled(registry, 1)
        await reader.read()
        assert [body_of(one).position for one in reader.changes] == [1, 2, 3, 4, 5]
        assert reader.incarnation == opened.position.incarnation != first
        assert body_of(reader.changes[3]).incarnation == reader.incarnation


async def test_positions_go_on_from_the_restored_head_in_the_new_incarnation(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        await filled(registry, 3)
        await backup.take()
        await filled(registry, 5)
        await backup.restore()
        opened = await registry.announce((await registry.ledger()).head)
        assert opened.position.position == 4


async def test_a_second_restore_into_an_earlier_life_is_noticed_too(database: str) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        await filled(registry, 3)
        await backup.take()
        await registry.announce((await registry.ledger()).head)
        await filled(registry, 2)
        reader = await registry.reader().catch_up()
        second_life = reader.incarnation
        await backup.restore()
    async with house(database) as registry:
        reader.stub = registry.stub
        error = await refusal(reader.read())
        assert error.reason == REWOUND
        found = await registry.fetch("SELECT incarnation::text AS i FROM change ORDER BY position")
        lives = list(dict.fromkeys(row["i"] for row in found))
        assert len(lives) == 2, "the first life, and a new one"
        assert lives[1] == error.metadata["incarnation"] != second_life


async def test_many_who_notice_at_once_open_one_incarnation(database: str) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        await filled(registry, 3)
        await backup.take()
        await filled(registry, 2)
        names = [f"gate-{number}" for number in range(10)]
        readers = [await registry.reader(name).catch_up() for name in names]
        await backup.restore()
    async with house(database) as registry:
        for reader in readers:
            reader.stub = registry.stub
        errors = await asyncio.gather(*(refusal(reader.read()) for reader in readers))
        assert {error.reason for error in errors} == {REWOUND}
        assert len({error.metadata["incarnation"] for error in errors}) == 1
        assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1
        again = await asyncio.gather(*(refusal(reader.read()) for reader in readers))
        assert {error.reason for error in again} == {REWOUND}
        assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1


async def test_a_reader_that_comes_late_with_its_old_place_opens_no_further_incarnation(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        await filled(registry, 3)
        await backup.take()
        await filled(registry, 2)
        reader = await registry.reader().catch_up()
        await backup.restore()
        await refusal(reader.read())
        await reader.report()
        await refusal(reader.read())
        assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1
        assert (await registry.ledger()).withheld, "it still holds what the ledger does not"
        reader.forget()
        await reader.read()
        assert not (await registry.ledger()).withheld


async def test_a_reader_from_a_life_that_was_lost_opens_none_where_reports_are_awaited_already(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        await filled(registry, 3)
        reader = await registry.reader().catch_up()
        await backup.take()
        await registry.announce((await registry.ledger()).head)
        await reader.catch_up()
        await backup.restore()
    async with house(database) as registry:
        reader.stub = registry.stub
        await registry.announce((await registry.ledger()).head)
        assert (await refusal(reader.read())).reason == REWOUND
        assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1


async def test_nobody_is_refused_until_every_reader_has_spoken(database: str) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        await filled(registry, 3)
        debtor = await registry.clerk.debtor()
        behind = await registry.reader("hotel").catch_up()
        ahead = await registry.reader("travel").catch_up()
        await backup.take()
        await filled(registry, 2)
        await ahead.catch_up()
        assert not (await registry.confirm(debtor)).withheld
        await backup.restore()
        assert (await registry.confirm(debtor)).withheld
        await behind.read()
        assert (await registry.confirm(debtor)).withheld
        assert (await refusal(ahead.read())).reason == REWOUND
        await ahead.report([], last=False)
        assert (await registry.confirm(debtor)).withheld
        await ahead.report([], last=True)
        assert not (await registry.confirm(debtor)).withheld


async def test_each_cursor_of_a_follower_is_awaited_by_itself(database: str) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        order_id = await registry.clerk.order(debtor)
        slow = await registry.reader().catch_up()
        endings = await registry.reader(cursor=feed.CURSOR_ENDINGS).catch_up()
        await backup.take()
        await registry.clerk.lift(order_id)
        await endings.catch_up()
        await backup.restore()
    async with house(database) as registry:
        slow.stub = endings.stub = registry.stub
        await registry.announce((await registry.ledger()).head)
        await slow.read()
        assert (await registry.confirm(debtor)).withheld
        assert (await refusal(endings.read())).reason == REWOUND
        await endings.report()
        assert not (await registry.confirm(debtor)).withheld
        assert await registry.unsettled() == [order_id]


async def test_a_follower_that_the_copy_does_not_know_is_awaited_once_it_speaks(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        await backup.take()
        await filled(registry, 2)
        reader = await registry.reader().catch_up()
        await backup.restore()
    async with house(database) as registry:
        reader.stub = registry.stub
        await registry.announce((await registry.ledger()).head)
        await refusal(reader.read())
        assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1
        assert (await registry.confirm(debtor)).withheld
        await reader.report()
        assert not (await registry.confirm(debtor)).withheld


async def test_a_running_process_notices_a_restore_without_any_follower(database: str) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        reader = await registry.reader().catch_up()
        await backup.take()
        await filled(registry, 2)
        await registry.confirm(debtor)
        await backup.restore()
        before = await registry.confirm(debtor)
        assert before.withheld
        assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1
        assert (await registry.confirm(debtor)).withheld, "the follower has not spoken yet"
        await reader.read()
        assert not (await registry.confirm(debtor)).withheld


async def test_a_reader_that_saw_less_makes_a_running_process_look_and_notice(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        await filled(registry, 3)
        reader = await registry.reader().catch_up()
        await backup.take()
        await filled(registry, 2)
        await backup.restore()
        reply = await reader.read()
        assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1
        assert reply.head.position == 4
        assert body_of(reply.changes[0]).effects[0].HasField("incarnation_opened")


async def test_a_running_process_notices_a_restore_that_lost_what_another_wrote(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as writer, house(database) as registry:
        debtor = await writer.clerk.debtor()
        await registry.reader().catch_up()
        await backup.take()
        await filled(writer, 1)
        assert not (await registry.confirm(debtor)).withheld
        await backup.restore()
        assert (await registry.confirm(debtor)).withheld


async def test_a_running_process_notices_a_restore_that_lost_only_what_it_wrote(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        await registry.reader().catch_up()
        await backup.take()
        await filled(registry, 1)
        await backup.restore()
        assert (await registry.confirm(debtor)).withheld


async def test_after_a_start_nobody_is_refused_before_the_known_followers_have_read(
    database: str,
) -> None:
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        reader = await registry.reader().catch_up()
    clock = HeldClock(START)
    async with house(database, settle_s=3.0, clock=clock) as registry:
        reader.stub = registry.stub
        assert (await registry.confirm(debtor)).withheld
        await reader.read()
        assert not (await registry.confirm(debtor)).withheld
    async with house(database, settle_s=3.0, clock=clock) as registry:
        clock.advance(2.9)
        assert (await registry.confirm(debtor)).withheld
        clock.advance(0.2)
        assert not (await registry.confirm(debtor)).withheld


async def test_a_copy_from_before_every_follower_waits_for_those_it_cannot_know(
    database: str,
) -> None:
    clock = HeldClock(START)
    async with house(database, settle_s=3.0, clock=clock) as registry:
        debtor = await registry.clerk.debtor()
        assert (await registry.confirm(debtor)).withheld
        clock.advance(3.1)
        assert not (await registry.confirm(debtor)).withheld


async def test_a_confirmation_by_a_gate_that_saw_more_is_refused_and_announces_the_restore(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        await backup.take()
        await filled(registry, 2)
        gate = await registry.reader().catch_up()
        await backup.restore()
    async with house(database) as registry:
        error = await refusal(registry.confirm(debtor, seen=gate))
        assert error.reason == REWOUND
        assert error.metadata["head"] == "3"
        assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1
        assert (await refusal(registry.confirm(debtor, seen=gate))).reason == REWOUND
        assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1


async def test_a_release_that_comes_after_a_further_restore_has_no_effect(database: str) -> None:
    async with house(database) as registry:
        await filled(registry, 1)
        reader = await registry.reader().catch_up()
        await registry.announce((await registry.ledger()).head)
        await registry.followers.release("travel", reader.incarnation)
        shown = await registry.ledger()
        assert [(one.follower, one.awaited) for one in shown.followers] == [("travel", True)]
        assert shown.withheld
        await registry.followers.release("travel", shown.head.incarnation)
        assert not (await registry.ledger()).withheld


async def test_a_restore_is_announced_once_for_the_head_that_was_seen(database: str) -> None:
    async with house(database) as registry:
        await filled(registry, 2)
        seen = (await registry.ledger()).head
        await registry.announce(seen)
        error = await refusal(registry.announce(seen))
        assert error.reason == reasons.ERROR_REASON_STATE_CHANGED
        assert isinstance(error.current, admin_service_pb2.GetLedgerResponse)
        assert error.current.head.position == 3
        assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1


async def test_a_retired_follower_is_waited_for_no_more(database: str) -> None:
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        await registry.reader().catch_up()
        await registry.reader(cursor=feed.CURSOR_ENDINGS).read()
        await registry.announce((await registry.ledger()).head)
        assert (await registry.confirm(debtor)).withheld
        request = admin_service_pb2.RetireFollowerRequest(follower="travel")
        await registry.admin.RetireFollower(request, metadata=acting(OPERATOR))
        assert not (await registry.confirm(debtor)).withheld
        gone = await refusal(registry.admin.RetireFollower(request, metadata=acting(OPERATOR)))
        assert gone.reason == reasons.ERROR_REASON_NOT_FOUND


@pytest.mark.parametrize("cursor", [feed.CURSOR_ALL, feed.CURSOR_ENDINGS])
async def test_a_waiting_reader_is_told_when_the_ledger_is_rewound_beneath_it(
    database: str, cursor: feed.Cursor.ValueType
) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        order_id = await registry.clerk.order(debtor)
        await backup.take()
        await registry.clerk.lift(order_id)
        reader: Reader = await registry.reader(cursor=cursor).catch_up()
        waiting = asyncio.create_task(refusal(reader.read(wait_ms=20_000)))
        await backup.restore()
        async with asyncio.timeout(5):
            assert (await waiting).reason == REWOUND
