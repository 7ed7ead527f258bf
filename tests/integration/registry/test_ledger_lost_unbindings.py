"""A document that was another person's refuses nobody again because a restore lost its unbinding."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.registry.v1 import admin_service_pb2
from document import digest, parse
from registry import rows
from tests.integration.registry.ledger_house import Backup, House, acting, house, refusal
from tests.integration.registry.ledger_people import (
    COURT,
    JUDGE,
    KEY,
    TODAY,
    Clerk,
    Debtor,
    Reader,
    body_of,
)


@dataclass
class Passport:
    """A document bound to a debtor by mistake."""

    document_id: UUID
    subject_id: UUID
    inquiry: feed.Inquiry


async def bind(clerk: Clerk, debtor: Debtor, number: str = "P0000000") -> Passport:
    document = parse("PASSPORT", "AUT", number, TODAY)
    document_id = uuid4()
    bound = ledger.DocumentBound(document_id=str(document_id), subject_id=str(debtor.subject_id))
    await clerk.write(
        [ledger.Effect(document_bound=bound)],
        [rows.NewDocument(document_id, debtor.subject_id, document)],
    )
    inquiry = feed.Inquiry(epoch=KEY.epoch, digest=digest(document, KEY))
    return Passport(document_id, debtor.subject_id, inquiry)


async def unbind(clerk: Clerk, passport: Passport) -> int:
    unbound = ledger.DocumentUnbound(
        document_id=str(passport.document_id), subject_id=str(passport.subject_id)
    )
    return await clerk.write(
        [ledger.Effect(document_unbound=unbound)], [rows.UnboundDocument(passport.document_id)]
    )


@dataclass
class Lost:
    """What there is after a passport was unbound, a follower saw it, and the ledger lost it."""

    debtor: Debtor
    passport: Passport
    order_id: UUID
    listing_id: UUID
    reader: Reader
    position: int


async def lose(registry: House) -> Lost:
    backup, clerk = Backup(registry.dsn), registry.clerk
    debtor = await clerk.debtor()
    await clerk.lift(await clerk.order(debtor))
    order_id, listing_id = await clerk.order(debtor), await clerk.listing(debtor)
    passport = await bind(clerk, debtor)
    await clerk.order(await clerk.debtor())
    reader = await registry.reader().catch_up()
    await backup.take()
    position = await unbind(clerk, passport)
    await reader.catch_up()
    await backup.restore()
    await refusal(reader.read())
    return Lost(debtor, passport, order_id, listing_id, reader, position)


async def standing(
    registry: House, inquiry: feed.Inquiry, measure: ledger.Measure.ValueType
) -> list[tuple[UUID, bool]]:
    """The bases that a gate is told of, and whether each is unsettled."""
    confirmed = await registry.stub.ConfirmStanding(
        feed.ConfirmStandingRequest(measure=measure, inquiries=[inquiry])
    )
    assert not confirmed.withheld
    return [(UUID(one.basis_id), one.unsettled) for one in confirmed.standings[0].bases]


async def test_whatever_stands_against_the_subject_of_a_document_bound_again_waits_for_a_judge(
    database: str,
) -> None:
    async with house(database) as registry:
        lost = await lose(registry)
        answer = await lost.reader.report(lost.reader.seen_endings()[:1])
        assert (answer.kept_count, answer.agreed) == (2, False)
        inquiry = lost.passport.inquiry
        assert await standing(registry, inquiry, ledger.MEASURE_ORDER) == [(lost.order_id, True)]
        assert await standing(registry, inquiry, ledger.MEASURE_LISTING) == [
            (lost.listing_id, True)
        ]
        kept = await registry.fetch(
            "SELECT basis_id, measure, lost_position FROM unsettled_ending ORDER BY measure"
        )
        assert [tuple(row) for row in kept] == [
            (lost.listing_id, ledger.MEASURE_LISTING, lost.position),
            (lost.order_id, ledger.MEASURE_ORDER, lost.position),
        ]
        tasks = await registry.fetch("SELECT basis_id, kind, court_code FROM task")
        assert {tuple(row) for row in tasks} == {
            (basis_id, ledger.TASK_KIND_SETTLE_ENDING, COURT)
            for basis_id in (lost.order_id, lost.listing_id)
        }


async def test_a_lost_unbinding_reported_again_or_by_another_follower_changes_nothing(
    database: str,
) -> None:
    async with house(database) as registry:
        lost = await lose(registry)
        first = await lost.reader.report()
        head = (await registry.ledger()).head
        assert await lost.reader.report() == first
        other = await registry.reader("hotel").report(lost.reader.seen_endings())
        assert other.kept_count == first.kept_count == 2
        assert (await registry.ledger()).head == head


async def test_nothing_is_kept_for_a_document_that_the_copy_does_not_know_or_holds_as_unbound(
    database: str,
) -> None:
    async with house(database) as registry:
        lost = await lose(registry)
        newest = lost.reader.seen_endings()[0]
        await unbind(registry.clerk, lost.passport)
        assert (await lost.reader.report([newest], last=False)).kept_count == 0
        newest.document_id = str(uuid4())
        assert (await lost.reader.report([newest])).kept_count == 0
        assert await registry.unsettled() == []
        assert not (await registry.ledger()).withheld


async def test_a_report_stops_at_an_unbinding_that_the_ledger_holds(database: str) -> None:
    async with house(database) as registry:
        await unbind(registry.clerk, await bind(registry.clerk, await registry.clerk.debtor()))
        lost = await lose(registry)
        newest, *_, held = lost.reader.seen_endings()
        assert held.document_id
        answer = await lost.reader.report([newest, held], last=False)
        assert (answer.agreed, answer.kept_count) == (True, 2)
        assert not (await registry.ledger()).withheld


async def test_a_basis_that_a_judge_let_stand_is_not_opened_again_by_a_late_report(
    database: str,
) -> None:
    async with house(database) as registry:
        lost = await lose(registry)
        await lost.reader.report()
        await registry.settle(lost.order_id, uphold=False)
        late = registry.reader("hotel")
        assert (await late.report(lost.reader.seen_endings())).kept_count == 1
        assert await registry.unsettled() == [lost.listing_id]
        inquiry = lost.passport.inquiry
        assert await standing(registry, inquiry, ledger.MEASURE_ORDER) == [(lost.order_id, False)]


async def told(registry: House) -> dict[UUID, str]:
    """The document of each basis on the list for the judge; empty where the basis itself had ended."""
    listed = await registry.admin.ListUnsettledEndings(
        admin_service_pb2.ListUnsettledEndingsRequest(), metadata=acting(JUDGE)
    )
    return {UUID(one.basis_id): one.document_id for one in listed.endings}


async def test_the_judge_is_told_of_which_document_the_unbinding_was_lost(database: str) -> None:
    async with house(database) as registry:
        lost = await lose(registry)
        await lost.reader.report()
        document_id = str(lost.passport.document_id)
        assert await told(registry) == {lost.order_id: document_id, lost.listing_id: document_id}
        lost.reader.forget()
        kept = body_of((await lost.reader.catch_up()).changes[-1]).effects
        said = [one.ending_unsettled for one in kept if one.HasField("ending_unsettled")]
        assert [one.document_id for one in said] == [document_id] * 2
        settled = await registry.settle(lost.order_id, uphold=False)
        assert settled.document_id == document_id


async def test_that_a_basis_had_ended_says_more_than_that_a_document_was_unbound(
    database: str,
) -> None:
    async with house(database) as registry:
        backup, clerk = Backup(database), registry.clerk
        debtor = await clerk.debtor()
        order_id, listing_id = await clerk.order(debtor), await clerk.listing(debtor)
        passport = await bind(clerk, debtor)
        reader = await registry.reader().catch_up()
        await backup.take()
        await clerk.lift(order_id)
        await unbind(clerk, passport)
        await reader.catch_up()
        await backup.restore()
        await refusal(reader.read())
        assert (await reader.report()).kept_count == 2
        assert await told(registry) == {order_id: "", listing_id: str(passport.document_id)}
        assert not (await registry.settle(order_id, uphold=True)).document_id
