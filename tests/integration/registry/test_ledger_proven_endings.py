"""A report of lost endings is believed by the registry's own seal, and by nothing that a reader can make."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from chassis.errors import RemoteError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from tests.builders import registry_secret
from tests.integration.registry.ledger_house import Backup, House, house, refusal
from tests.integration.registry.ledger_people import Debtor, Reader

UNPROVEN = reasons.ERROR_REASON_ENDING_UNPROVEN


@dataclass
class Lost:
    """Two orders: one was lifted, seen by a follower, and lost; the other, of `debtor`, only stands."""

    reader: Reader
    debtor: Debtor
    ended: UUID
    stands: UUID

    @property
    def true(self) -> feed.SeenEnding:
        [ending] = self.reader.seen_endings()
        return ending

    def invented(
        self, alter: Callable[[feed.SeenEnding], None] = lambda _: None
    ) -> feed.SeenEnding:
        """The true one, told of what only stands."""
        ending = self.true
        ending.basis_id = str(self.stands)
        alter(ending)
        return ending


async def lose(registry: House, reader: Reader | None = None) -> Lost:
    backup, clerk = Backup(registry.dsn), registry.clerk
    ended, debtor = await clerk.order(await clerk.debtor()), await clerk.debtor()
    stands = await clerk.order(debtor)
    reader = await (reader or registry.reader()).catch_up()
    await backup.take()
    await clerk.lift(ended)
    await reader.catch_up()
    await backup.restore()
    await refusal(reader.read())
    return Lost(reader, debtor, ended, stands)


async def refused(registry: House, reader: Reader, *endings: feed.SeenEnding) -> RemoteError:
    """The error with which a report must be answered, which changes nothing."""
    head, unsettled = (await registry.ledger()).head, await registry.unsettled()
    error = await refusal(reader.report(endings))
    assert (await registry.ledger()).head == head
    assert await registry.unsettled() == unsettled
    return error


@pytest.mark.parametrize(
    "alter",
    [
        lambda _: None,
        lambda one: one.ClearField("seal"),
        lambda one: setattr(one, "seal", bytes(33)),
        lambda one: setattr(one, "incarnation", str(uuid4())),
        lambda one: setattr(one, "position", 1_000_000),
        lambda one: setattr(one, "void_from_start", True),
    ],
    ids=["another's seal", "no seal", "a made-up seal", "another life", "far ahead", "revoked"],
)
async def test_an_ending_that_the_registry_never_sent_so_changes_nothing(
    database: str, alter: Callable[[feed.SeenEnding], None]
) -> None:
    async with house(database) as registry:
        lost = await lose(registry)
        with capture_logs() as lines:
            error = await refused(registry, lost.reader, lost.invented(alter))
        assert (error.reason, error.metadata["unproven"]) == (UNPROVEN, "1")
        [line] = [one for one in lines if one["event"] == "endings_unproven"]
        assert (line["follower"], line["basis_ids"]) == ("travel", [str(lost.stands)])
        await lost.reader.report([])
        bases = (await registry.confirm(lost.debtor)).standings[0].bases
        assert not any(one.unsettled for one in bases)


async def test_of_a_page_with_one_unproven_ending_nothing_is_kept_and_the_others_may_be_sent_again(
    database: str,
) -> None:
    async with house(database) as registry:
        lost = await lose(registry)
        error = await refused(registry, lost.reader, lost.invented(), lost.true)
        assert error.reason == UNPROVEN
        assert (await registry.ledger()).withheld, "the follower has not been heard"
        assert (await lost.reader.report([lost.true])).kept_count == 1
        assert await registry.unsettled() == [lost.ended]


async def test_an_unproven_unbinding_frees_nobody(database: str) -> None:
    async with house(database) as registry:
        lost = await lose(registry)
        [row] = await registry.fetch(
            "SELECT document_id FROM document WHERE subject_id = $1", lost.debtor.subject_id
        )
        ending = lost.true
        ending.basis_id, ending.measure = "", ledger.MEASURE_UNSPECIFIED
        ending.document_id = str(row["document_id"])
        error = await refused(registry, lost.reader, ending)
        assert (error.reason, error.metadata["unproven"]) == (UNPROVEN, "1")


async def test_a_restore_that_a_reader_made_up_lets_it_invent_no_endings(database: str) -> None:
    async with house(database) as registry:
        order_id = await registry.clerk.order(await registry.clerk.debtor())
        reader = await registry.reader("hotel").catch_up()
        seen, reader.position, reader.hash = reader.incarnation, reader.position + 9, bytes(32)
        await refusal(reader.read())
        assert await registry.acts(ledger.ACT_OPEN_INCARNATION) == 1
        ending = feed.SeenEnding(
            position=reader.position,
            hash=bytes(32),
            basis_id=str(order_id),
            measure=ledger.MEASURE_ORDER,
            subject_id=str(uuid4()),
            incarnation=seen,
        )
        assert (await refused(registry, reader, ending)).reason == UNPROVEN


async def test_a_seal_is_known_by_the_next_process_and_after_any_restore(database: str) -> None:
    async with house(database) as registry:
        lost = await lose(registry)
    async with house(database) as registry:
        lost.reader.stub = registry.stub
        assert (await lost.reader.report()).kept_count == 1
        assert await registry.unsettled() == [lost.ended]


async def test_a_report_is_taken_again_when_the_secret_that_knew_it_is_gone(database: str) -> None:
    async with house(database) as registry:
        lost = await lose(registry)
        kept = await lost.reader.report()
    async with house(database, secrets=[registry_secret(2)]) as registry:
        lost.reader.stub = registry.stub
        assert (await lost.reader.report()).kept_count == kept.kept_count == 1
        assert await registry.unsettled() == [lost.ended]


async def test_an_ending_of_a_life_that_was_itself_lost_is_believed(database: str) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        order_id = await registry.clerk.order(await registry.clerk.debtor())
        await registry.reader().catch_up()
        await backup.take()
        await registry.announce((await registry.ledger()).head)
        await registry.clerk.lift(order_id)
        reader = await registry.reader().catch_up()
        await backup.restore()
    async with house(database) as registry:
        await registry.announce((await registry.ledger()).head)
        reader.stub = registry.stub
        await refusal(reader.read())
        assert (await reader.report()).kept_count == 1
        assert await registry.unsettled() == [order_id]


async def test_an_ending_below_the_head_at_which_a_restore_was_noticed_is_believed(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        order_id = await registry.clerk.order(await registry.clerk.debtor())
        await backup.take()
        await registry.clerk.lift(order_id)
        reader = await registry.reader().catch_up()
        await backup.restore()
    async with house(database) as registry:
        for _ in range(3):
            await registry.clerk.nothing()
        reader.stub = registry.stub
        error = await refusal(reader.read())
        [ending] = reader.seen_endings()
        assert int(error.metadata["head"]) - 1 > ending.position
        assert (await reader.report()).kept_count == 1
        assert await registry.unsettled() == [order_id]


async def test_a_follower_behind_the_backup_needs_no_seal_for_what_the_ledger_holds(
    database: str,
) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        await registry.clerk.lift(await registry.clerk.order(await registry.clerk.debtor()))
        reader = await registry.reader().catch_up()
        await backup.take()
        await registry.clerk.nothing()
        await backup.restore()
        await registry.announce((await registry.ledger()).head)
        reader.keeps_seals = False
        answer = await reader.report()
        assert (answer.agreed, answer.kept_count) == (True, 0)


async def test_a_follower_of_the_release_before_is_believed_until_it_first_reads_with_seals(
    database: str,
) -> None:
    async with house(database) as registry:
        reader = await registry.reader().catch_up()
        reader.keeps_seals = False
        await registry.fetch("UPDATE follower SET keeps_seals = false")
        lost = await lose(registry, reader)
        error = await refused(registry, registry.reader("importer"), lost.true)
        assert error.reason == UNPROVEN, "one that never followed holds nothing from before"
        invented = lost.invented(lambda one: setattr(one, "seal", bytes(33)))
        assert (await refused(registry, reader, invented)).reason == UNPROVEN
        assert (await reader.report()).kept_count == 1
        assert await registry.unsettled() == [lost.ended]
        unsealed = lost.invented()
    async with house(database) as registry:
        reader.stub, reader.keeps_seals = registry.stub, True
        reader.forget()
        await reader.catch_up()
        assert (await refused(registry, reader, unsealed)).reason == UNPROVEN
