"""A restore un-pays nobody: lost endings are kept, and a named judge settles each."""

from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.registry.v1 import admin_service_pb2
from tests.integration.registry.ledger_house import Backup, House, acting, house, refusal
from tests.integration.registry.ledger_people import (
    CLERK,
    COURT,
    OTHER_JUDGE,
    Debtor,
    Reader,
    body_of,
)

ORDER, LISTING = ledger.MEASURE_ORDER, ledger.MEASURE_LISTING


async def lose(
    registry: House,
    measure: ledger.Measure.ValueType = ORDER,
    kind: ledger.EndingKind.ValueType = ledger.ENDING_KIND_DELETED,
) -> tuple[Reader, Debtor, UUID]:
    """A basis ends, a follower sees it, and the database is restored to before that."""
    backup = Backup(registry.dsn)
    clerk, is_order = registry.clerk, measure == ORDER
    debtor = await clerk.debtor()
    basis_id = await (clerk.order(debtor) if is_order else clerk.listing(debtor))
    reader = await registry.reader().catch_up()
    await backup.take()
    await (clerk.lift(basis_id) if is_order else clerk.delete(basis_id, kind))
    await reader.catch_up()
    await backup.restore()
    await refusal(reader.read())
    return reader, debtor, basis_id


async def effects_after(registry: House, position: int) -> list[ledger.Effect]:
    found = await registry.fetch(
        "SELECT body FROM change WHERE position > $1 ORDER BY position", position
    )
    return [effect for row in found for effect in ledger.ChangeBody.FromString(row["body"]).effects]


@pytest.mark.parametrize("measure", [ORDER, LISTING])
async def test_an_ending_that_the_restore_lost_is_kept_and_nobody_is_refused_on_it(
    database: str, measure: ledger.Measure.ValueType
) -> None:
    async with house(database) as registry:
        reader, debtor, basis_id = await lose(registry, measure)
        head = (await registry.ledger()).head
        with capture_logs() as lines:
            answer = await reader.report()
        assert (answer.kept_count, answer.agreed, answer.incarnation) == (
            1,
            False,
            head.incarnation,
        )
        confirmed = await registry.confirm(debtor, measure=measure)
        assert not confirmed.withheld
        assert [(one.basis_id, one.unsettled) for one in confirmed.standings[0].bases] == [
            (str(basis_id), True)
        ]
        unsettled, task = await effects_after(registry, head.position)
        assert unsettled.ending_unsettled.basis_id == str(basis_id)
        assert unsettled.ending_unsettled.measure == measure
        assert unsettled.ending_unsettled.subject_id == str(debtor.subject_id)
        assert task.task_opened.kind == ledger.TASK_KIND_SETTLE_ENDING
        assert (task.task_opened.court_code, task.task_opened.basis_id) == (COURT, str(basis_id))
        kept = [line for line in lines if line["event"] == "ending_unsettled"]
        assert [(one["basis_id"], one["court_code"], one["follower"]) for one in kept] == [
            (str(basis_id), COURT, "travel")
        ]


async def test_the_same_page_again_changes_nothing(database: str) -> None:
    async with house(database) as registry:
        reader, _, basis_id = await lose(registry)
        first = await reader.report()
        head = (await registry.ledger()).head
        assert await reader.report() == first
        other = registry.reader("hotel")
        assert (await other.report(reader.seen_endings())).kept_count == 1
        assert (await registry.ledger()).head == head
        assert await registry.unsettled() == [basis_id]


async def test_the_same_page_after_a_further_restore_is_a_report_of_its_own(
    database: str,
) -> None:
    async with house(database) as registry:
        reader, _, basis_id = await lose(registry)
        await reader.report()
        opened = await registry.announce((await registry.ledger()).head)
        assert (await registry.ledger()).withheld
        again = await reader.report()
        assert again.incarnation == opened.position.incarnation
        assert not (await registry.ledger()).withheld
        assert await registry.unsettled() == [basis_id]


async def test_a_report_stops_where_the_ledger_agrees(database: str) -> None:
    async with house(database) as registry:
        debtor = await registry.clerk.debtor()
        held = await registry.clerk.order(debtor)
        await registry.clerk.lift(held)
        reader, _, basis_id = await lose(registry)
        newest, oldest = reader.seen_endings()
        # Behind a change that the ledger holds, nothing can have been lost.
        standing = await registry.clerk.order(await registry.clerk.debtor())
        older = feed.SeenEnding()
        older.CopyFrom(newest)
        older.basis_id, older.position = str(standing), 1
        answer = await reader.report([newest, oldest, older], last=False)
        assert (answer.agreed, answer.kept_count) == (True, 1)
        assert await registry.unsettled() == [basis_id]
        assert not (await registry.ledger()).withheld, "agreement ends the wait"


async def test_nothing_is_kept_of_a_basis_that_the_copy_does_not_know_or_holds_as_ended(
    database: str,
) -> None:
    async with house(database) as registry:
        reader, _, basis_id = await lose(registry)
        unknown = reader.seen_endings()[0]
        await registry.clerk.lift(basis_id)
        head = (await registry.ledger()).head
        assert (await reader.report(last=False)).kept_count == 0
        unknown.basis_id = str(uuid4())
        answer = await reader.report([unknown])
        assert (answer.kept_count, answer.incarnation) == (0, head.incarnation)
        assert (await registry.ledger()).head == head
        assert not (await registry.ledger()).withheld


async def test_an_ending_of_another_measure_is_no_ending_of_this_basis(database: str) -> None:
    async with house(database) as registry:
        reader, _, _ = await lose(registry)
        wrong = reader.seen_endings()[0]
        wrong.measure = ledger.MEASURE_LISTING
        assert (await reader.report([wrong])).kept_count == 0


@pytest.mark.parametrize("measure", [ORDER, LISTING])
async def test_an_upheld_ending_ends_the_basis_now(
    database: str, measure: ledger.Measure.ValueType
) -> None:
    async with house(database) as registry:
        reader, debtor, basis_id = await lose(registry, measure)
        await reader.report()
        before = (await registry.ledger()).head.position
        await registry.settle(basis_id, uphold=True)
        ended, settled, closed = await effects_after(registry, before)
        if measure == LISTING:
            assert ended.listing_ended.listing_id == str(basis_id)
            assert ended.listing_ended.kind == ledger.ENDING_KIND_DELETED
            assert ended.listing_ended.cause == ledger.ENDING_CAUSE_REVIEW
        else:
            assert ended.order_lifted.order_id == str(basis_id)
            assert ended.order_lifted.kind == ledger.ENDING_KIND_LIFTED
            assert ended.order_lifted.cause == ledger.ENDING_CAUSE_REVIEW
        assert settled.ending_settled.upheld
        assert settled.ending_settled.HasField("end_time")
        assert closed.HasField("task_closed")
        assert not (await registry.confirm(debtor, measure=measure)).standings[0].bases
        assert await registry.unsettled() == []
        again = await refusal(registry.settle(basis_id, uphold=True))
        assert again.reason == reasons.ERROR_REASON_NOT_FOUND


async def test_a_revocation_that_is_upheld_is_void_as_it_was(database: str) -> None:
    async with house(database) as registry:
        reader, _, basis_id = await lose(registry, LISTING, ledger.ENDING_KIND_REVOKED)
        await reader.report()
        before = (await registry.ledger()).head.position
        await registry.settle(basis_id, uphold=True)
        ended, _, _ = await effects_after(registry, before)
        assert ended.listing_ended.kind == ledger.ENDING_KIND_REVOKED
        [row] = await registry.fetch(
            "SELECT ended_kind FROM listing WHERE listing_id = $1", basis_id
        )
        assert row["ended_kind"] == ledger.ENDING_KIND_REVOKED


@pytest.mark.parametrize("upheld", [True, False])
async def test_of_a_listing_that_the_copy_holds_as_deleted_a_lost_revocation_is_kept(
    database: str,
    upheld: bool,  # noqa: FBT001
) -> None:
    async with house(database) as registry:
        backup, clerk = Backup(registry.dsn), registry.clerk
        basis_id = await clerk.listing(await clerk.debtor())
        await clerk.delete(basis_id)
        reader = await registry.reader().catch_up()
        await backup.take()
        await clerk.void(basis_id)
        await reader.catch_up()
        await backup.restore()
        await refusal(reader.read())
        assert (await reader.report()).kept_count == 1
        assert await registry.unsettled() == [basis_id]
        before = (await registry.ledger()).head.position
        await registry.settle(basis_id, uphold=upheld)
        effects = [one.WhichOneof("effect") for one in await effects_after(registry, before)]
        assert effects == [*(["listing_ended"] if upheld else []), "ending_settled", "task_closed"]
        query = "SELECT ended_kind FROM listing WHERE listing_id = $1"
        [row] = await registry.fetch(query, basis_id)
        kinds = {True: ledger.ENDING_KIND_REVOKED, False: ledger.ENDING_KIND_DELETED}
        assert row["ended_kind"] == kinds[upheld]
        assert await registry.unsettled() == []


async def test_an_ending_set_aside_lets_the_basis_stand_again(database: str) -> None:
    async with house(database) as registry:
        reader, debtor, basis_id = await lose(registry)
        await reader.report()
        before = (await registry.ledger()).head.position
        await registry.settle(basis_id, uphold=False)
        settled, closed = await effects_after(registry, before)
        assert not settled.ending_settled.upheld
        assert not settled.ending_settled.HasField("end_time")
        assert closed.HasField("task_closed")
        bases = (await registry.confirm(debtor)).standings[0].bases
        assert [(one.basis_id, one.unsettled) for one in bases] == [(str(basis_id), False)]


async def test_a_settled_ending_is_not_opened_again_by_a_late_report(database: str) -> None:
    async with house(database) as registry:
        reader, _, basis_id = await lose(registry)
        await reader.report()
        await registry.settle(basis_id, uphold=False)
        late = registry.reader("hotel")
        assert (await late.report(reader.seen_endings())).kept_count == 0
        assert await registry.unsettled() == []


async def test_an_ending_lost_by_a_later_restore_is_opened_again(database: str) -> None:
    async with house(database) as registry:
        reader, _, basis_id = await lose(registry)
        await reader.report()
        await registry.settle(basis_id, uphold=False)
        reader.forget()
        await reader.catch_up()
        backup = Backup(database)
        await backup.take("later")
        await registry.clerk.lift(basis_id)
        await reader.catch_up()
        await backup.restore("later")
        await refusal(reader.read())
        assert (await reader.report()).kept_count == 1
        assert await registry.unsettled() == [basis_id]


async def test_only_a_judge_of_the_basiss_court_settles(database: str) -> None:
    async with house(database) as registry:
        reader, _, basis_id = await lose(registry)
        await reader.report()
        await registry.clerk.court(OTHER_JUDGE.court_code)
        by_clerk = await refusal(registry.settle(basis_id, uphold=True, actor=CLERK))
        assert by_clerk.reason == reasons.ERROR_REASON_ROLE_REFUSED
        assert by_clerk.metadata["roles"] == "JUDGE,PRESIDENT"
        elsewhere = await refusal(registry.settle(basis_id, uphold=True, actor=OTHER_JUDGE))
        assert elsewhere.reason == reasons.ERROR_REASON_COURT_REFUSED
        assert await registry.unsettled() == [basis_id]


async def test_settling_may_be_tried_without_being_done(database: str) -> None:
    async with house(database) as registry:
        reader, _, basis_id = await lose(registry)
        await reader.report()
        head = (await registry.ledger()).head
        tried = await registry.settle(basis_id, uphold=True, validate_only=True)
        assert tried.position.position == head.position + 1
        assert (await registry.ledger()).head == head
        assert await registry.unsettled() == [basis_id]


async def test_a_basis_that_has_ended_since_cannot_be_made_to_stand_again(database: str) -> None:
    async with house(database) as registry:
        reader, _, basis_id = await lose(registry)
        await reader.report()
        await registry.clerk.lift(basis_id)
        error = await refusal(registry.settle(basis_id, uphold=False))
        assert error.reason == reasons.ERROR_REASON_ALREADY_ENDED
        before = (await registry.ledger()).head.position
        await registry.settle(basis_id, uphold=True)
        kinds = [one.WhichOneof("effect") for one in await effects_after(registry, before)]
        assert kinds == ["ending_settled", "task_closed"]


async def test_the_list_for_the_judge_is_paged_and_narrowed_to_a_court(database: str) -> None:
    backup = Backup(database)
    async with house(database) as registry:
        orders = [await registry.clerk.order(await registry.clerk.debtor()) for _ in range(6)]
        reader = await registry.reader().catch_up()
        await backup.take()
        positions = {str(one): await registry.clerk.lift(one) for one in orders}
        await reader.catch_up()
        await backup.restore()
        await refusal(reader.read())
        lost_life = body_of(reader.changes[-1]).incarnation
        assert (await reader.report()).kept_count == 6
        await registry.settle(orders[0], uphold=True)
        del positions[str(orders[0])]
        found, token = [], ""
        while True:
            page = await registry.admin.ListUnsettledEndings(
                admin_service_pb2.ListUnsettledEndingsRequest(
                    court_code=COURT, page_size=2, page_token=token
                ),
                metadata=acting(CLERK),
            )
            assert len(page.endings) <= 2
            found += page.endings
            token = page.next_page_token
            if not token:
                break
        assert sorted(one.basis_id for one in found) == sorted(positions)
        for one in found:
            assert one.lost_position.position == positions[one.basis_id]
            assert one.lost_position.incarnation == lost_life
            assert (one.reported_by, one.court_code) == ("travel", COURT)
            assert one.case_number
        elsewhere = await registry.admin.ListUnsettledEndings(
            admin_service_pb2.ListUnsettledEndingsRequest(court_code=OTHER_JUDGE.court_code),
            metadata=acting(CLERK),
        )
        assert not elsewhere.endings
