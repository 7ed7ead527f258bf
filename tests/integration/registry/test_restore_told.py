"""What an operator is told of a restore is told once, and whatever becomes of the call that found it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from registry.feed.feed_requests import Claim
from registry.feed.ledger_reader import LedgerReader
from tests.eventually import eventually
from tests.integration.registry.ledger_house import Backup, House, house, refusal
from tests.integration.registry.ledger_people import Reader

# The server goes away while it commits.
_DIE_IN_COMMIT = """
    CREATE FUNCTION registry.die() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER die AFTER INSERT ON registry.change
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry.die();
"""


async def restored(database: str) -> Reader:
    """A ledger put back beneath nobody, and a reader who saw what it lost."""
    backup = Backup(database)
    async with house(database) as registry:
        await registry.clerk.nothing()
        await backup.take()
        await registry.clerk.nothing()
        reader = await registry.reader().catch_up()
        await backup.restore()
    return reader


async def notice(registry: House, reader: Reader) -> ServiceError:
    """What the reader is answered by who compares."""
    head = await LedgerReader(postgres=registry.postgres, queries=registry.queries).head()
    claim = Claim(incarnation=reader.incarnation, position=reader.position, hash=reader.hash)
    return await registry.restores.refuse(claim, head, by="follower:travel", is_awaited=False)


def told(lines: Sequence[EventDict], event: str = "restore_noticed") -> list[EventDict]:
    return [line for line in lines if line["event"] == event]


class SlowCaches:
    """An act is committed, and its caller waits for the caches to be told."""

    def __init__(self) -> None:
        self.are_told = asyncio.Event()
        self.know = asyncio.Event()

    async def __call__(self) -> None:
        self.are_told.set()
        await self.know.wait()

    async def outlast(self, call: "asyncio.Task[Any]") -> None:
        """Its caller gives it up before they know."""
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        self.know.set()


async def test_a_restore_is_told_of_though_who_noticed_it_gave_up_before_its_answer(
    database: str,
) -> None:
    reader = await restored(database)
    caches = SlowCaches()
    with capture_logs() as lines:
        async with house(database, telling=caches) as registry:
            reader.stub = registry.stub
            noticing = asyncio.create_task(notice(registry, reader))
            await caches.are_told.wait()
            # A follower that is answered by one call gives up its other.
            answer = await refusal(reader.read())
            await caches.outlast(noticing)
            await eventually(lambda: bool(told(lines)))
            assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1
    [line] = told(lines)
    assert answer.reason == reasons.ERROR_REASON_LEDGER_REWOUND
    assert line["by"] == "follower:travel"
    assert line["incarnation"] == answer.metadata["incarnation"] != line["previous_incarnation"]


async def test_a_restore_is_told_of_though_nobody_knows_whether_its_announcement_was_committed(
    database: str,
) -> None:
    reader = await restored(database)
    with capture_logs() as lines:
        async with house(database) as registry:
            async with registry.postgres.connection() as connection:
                await connection.execute(_DIE_IN_COMMIT)
            with pytest.raises(ServiceError) as doubt:
                await notice(registry, reader)
    assert doubt.value.reason == reasons.ERROR_REASON_OUTCOME_UNKNOWN
    [line] = told(lines)
    assert (line["by"], line["restored_head"], line["incarnation"]) == ("follower:travel", 1, "")


async def test_a_kept_ending_is_told_of_though_who_reported_it_gave_up_before_its_answer(
    database: str,
) -> None:
    backup, caches = Backup(database), SlowCaches()
    async with house(database) as registry:
        order_id = await registry.clerk.order(await registry.clerk.debtor())
        await backup.take()
        await registry.clerk.lift(order_id)
        reader = await registry.reader().catch_up()
        await backup.restore()
    request = feed.ReportEndingsRequest(follower="travel", endings=reader.seen_endings(), last=True)
    request.seen.incarnation, request.seen.position = reader.incarnation, reader.position
    with capture_logs() as lines:
        async with house(database, telling=caches) as registry:
            reporting = asyncio.create_task(registry.servicer.ReportEndings(request, None))
            await caches.are_told.wait()
            await caches.outlast(reporting)
            await eventually(lambda: bool(told(lines, "ending_unsettled")))
    [line] = told(lines, "ending_unsettled")
    assert (line["basis_id"], line["follower"]) == (str(order_id), "travel")
