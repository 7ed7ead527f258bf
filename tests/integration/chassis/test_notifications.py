"""LISTEN on a real server."""

import asyncio
import time

import asyncpg

from chassis.stores.notifications import Notifications
from tests import backends
from tests.eventually import LIMIT_S, eventually, in_time

CHANNEL = "chassis_test"


async def notify(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"NOTIFY {CHANNEL}")
    await connection.close()


async def test_a_notification_wakes_every_waiter(database: str) -> None:
    async with Notifications.open(dsn=database, channel=CHANNEL) as notifications:
        await notifications.until_listening()
        seen = notifications.seen
        waiting = [
            asyncio.create_task(notifications.wait(seen, timeout_s=LIMIT_S)) for _ in range(3)
        ]
        await asyncio.sleep(0)
        await notify(database)
        assert await asyncio.gather(*waiting) == [True, True, True]


async def test_a_notification_between_reading_and_waiting_is_not_missed(database: str) -> None:
    async with Notifications.open(dsn=database, channel=CHANNEL) as notifications:
        await notifications.until_listening()
        seen = notifications.seen
        await notify(database)
        await eventually(lambda: notifications.seen > seen)
        assert await notifications.wait(seen, timeout_s=0)


async def test_a_wait_without_a_notification_ends(database: str) -> None:
    async with Notifications.open(dsn=database, channel=CHANNEL) as notifications:
        await notifications.until_listening()
        assert not await notifications.wait(notifications.seen, timeout_s=0.05)


async def test_listening_resumes_within_five_seconds_and_wakes_the_waiters() -> None:
    async with (
        backends.embedded_postgres() as server,
        Notifications.open(dsn=server.dsn, channel=CHANNEL) as notifications,
    ):

        async def trial() -> float:
            await notifications.until_listening()
            await server.kill()
            await eventually(lambda: not notifications.listening)
            seen = notifications.seen
            await server.start()
            began_s = time.monotonic()
            assert await notifications.wait(seen, timeout_s=LIMIT_S)
            assert notifications.listening
            return time.monotonic() - began_s

        await in_time(trial, limit_s=5)
        seen = notifications.seen
        await notify(server.dsn)
        assert await notifications.wait(seen, timeout_s=LIMIT_S)
