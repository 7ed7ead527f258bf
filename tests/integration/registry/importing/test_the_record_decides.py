"""What stands in the record, or has ended in it, decides on a row when it is entered."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry.importing.queries import ImportQueries
from stack.office import request_id
from stack.papers import Papers, Person, day, yuan
from tests.integration.registry.importing.bureau import Bureau, importer


async def paid(bureau: Bureau, obligation_id: str) -> None:
    """The court states what is owed, and all of it comes in."""
    statement = await bureau.registry.courts.IssuePayoffStatement(
        rpc.IssuePayoffStatementRequest(
            request_id=request_id(),
            obligation_id=obligation_id,
            sum=yuan(100),
            good_until=day(bureau.today + timedelta(days=5)),
            payee="示例市第一人民法院执行款专户",
        ),
        metadata=bureau.clerk,
    )
    await bureau.registry.courts.RecordRepayment(
        rpc.RecordRepaymentRequest(
            request_id=request_id(),
            obligation_id=obligation_id,
            amount=yuan(100),
            paid_on=day(bureau.today),
            receipt_number="R-1",
            statement_id=statement.statement.statement_id,
        ),
        metadata=bureau.clerk,
    )


async def entered_by_hand(
    bureau: Bureau, row: dict[str, str], **changes: Any
) -> rpc.EnterListingResponse:
    """A clerk enters the person of a row in the row's case, by a decision of today."""
    papers = Papers.of(bureau.court, today=bureau.today)
    person = Person(bureau.serial)
    assert person.resident_id.number == row["cardNum"], "the row made last"
    request = papers.entry(
        request_id=request_id(),
        subject=person.subject,
        case_number=row["caseCode"],
        **changes,
    )
    reply: rpc.EnterListingResponse = await bureau.registry.courts.EnterListing(
        request, metadata=bureau.clerk
    )
    return reply


async def signed_later(bureau: Bureau, rows: list[dict[str, str]]) -> str:
    """An import that is checked and approved; signing it enters."""
    import_id = await bureau.checked(rows)
    await bureau.approve(import_id)
    return import_id


async def test_somebody_who_paid_between_the_check_and_the_signature_is_not_entered(
    bureau: Bureau,
) -> None:
    row = bureau.untermed()
    import_id = await signed_later(bureau, [row])
    entered = await entered_by_hand(bureau, row)
    await paid(bureau, entered.listing.obligation_id)
    await bureau.sign(import_id)
    await bureau.until(import_id, "DONE")
    [reported] = await bureau.rows(import_id)
    assert await bureau.outcomes(import_id) == ["ALREADY_THERE"]
    assert reported.listing_id == entered.listing.listing_id
    standing = await bureau.connection.fetchval(
        "SELECT count(*) FROM consumption_order WHERE ended_at IS NULL"
    )
    assert standing == 0


async def test_a_joint_debtor_of_a_debt_that_another_has_paid_is_not_entered(
    bureau: Bureau,
) -> None:
    first = bureau.untermed()
    entered = await entered_by_hand(bureau, first)
    joint = bureau.untermed(caseCode=first["caseCode"])
    import_id = await signed_later(bureau, [joint])
    await paid(bureau, entered.listing.obligation_id)
    await bureau.sign(import_id)
    await bureau.until(import_id, "DONE")
    [reported] = await bureau.rows(import_id)
    assert [(one.field, one.reason) for one in reported.problems] == [
        ("caseCode", "OBLIGATION_PERFORMED")
    ]


async def test_a_deleted_entry_is_never_brought_back_by_a_file(bureau: Bureau) -> None:
    row = bureau.row()
    import_id = await bureau.entered([row])
    [entered] = await bureau.rows(import_id)
    await bureau.registry.courts.RevokeListing(
        rpc.RevokeListingRequest(
            request_id=request_id(),
            listing_id=entered.listing_id,
            cause=change_pb2.ENDING_CAUSE_WRONGLY_LISTED,
            reasons="经核实不应纳入名单",
        ),
        metadata=bureau.second,
    )
    # The same decision under another case number, and another decision in the same case.
    other_case = bureau.row(
        cardNum=row["cardNum"], iname=row["iname"], decisionNumber=row["decisionNumber"]
    )
    other_decision = {**row, "decisionNumber": "另一决定书"}
    again = await bureau.entered([other_case, other_decision])
    assert await bureau.outcomes(again) == ["ALREADY_THERE", "ALREADY_THERE"]
    assert {one.listing_id for one in await bureau.rows(again)} == {entered.listing_id}


async def test_a_number_that_is_bound_to_another_name_is_refused(bureau: Bureau) -> None:
    row = bureau.row()
    await bureau.entered([row])
    namesake = bureau.row(cardNum=row["cardNum"], iname="另一姓名")
    import_id = await bureau.entered([namesake])
    [reported] = await bureau.rows(import_id)
    assert [(one.field, one.reason) for one in reported.problems] == [("iname", "IDENTITY_REFUSED")]


async def test_documents_of_two_subjects_are_refused_and_nothing_is_merged(
    bureau: Bureau,
) -> None:
    first, second = bureau.row(), bureau.row()
    await bureau.entered([first, second])
    both = bureau.row(
        cardNum=first["cardNum"],
        iname=first["iname"],
        otherDocuments=f'[{{"kind":"RESIDENT_ID","issuingState":"CHN","number":"{second["cardNum"]}"}}]',
    )
    import_id = await bureau.entered([both])
    assert await bureau.outcomes(import_id) == ["REJECTED"]


async def test_a_case_of_an_obligation_of_the_other_kind_is_refused(bureau: Bureau) -> None:
    money = bureau.row()
    act = bureau.row(caseCode=money["caseCode"], owedAmount=None, owedAct="交付示例房屋")
    import_id = await bureau.entered([money, act])
    assert await bureau.outcomes(import_id) == ["ENTERED", "REJECTED"]
    reported = (await bureau.rows(import_id))[1]
    assert [one.reason for one in reported.problems] == ["CASE_TAKEN"]


async def test_an_order_that_stood_alone_gives_way_to_the_one_that_comes_with_the_listing(
    bureau: Bureau,
) -> None:
    row = bureau.row()
    papers = Papers.of(bureau.court, today=bureau.today)
    issued = await bureau.registry.courts.IssueOrder(
        papers.restriction(
            request_id=request_id(),
            subject=Person(bureau.serial).subject,
            case_number=row["caseCode"],
        ),
        metadata=bureau.clerk,
    )
    import_id = await bureau.entered([row])
    assert await bureau.outcomes(import_id) == ["ENTERED"]
    ended = await bureau.connection.fetchval(
        "SELECT ended_cause FROM consumption_order WHERE order_id = $1", issued.order.order_id
    )
    assert ended == change_pb2.ENDING_CAUSE_REPLACED
    ends = await bureau.connection.fetchval(
        "SELECT ends FROM change ORDER BY position DESC LIMIT 1"
    )
    assert ends


async def test_nobody_loses_a_pass_to_a_file(bureau: Bureau) -> None:
    row = bureau.row()
    papers = Papers.of(bureau.court, today=bureau.today)
    issued = await bureau.registry.courts.IssueOrder(
        papers.restriction(
            request_id=request_id(),
            subject=Person(bureau.serial).subject,
            case_number=row["caseCode"],
        ),
        metadata=bureau.clerk,
    )
    granting = papers.journey_pass(
        request_id=request_id(),
        order_id=issued.order.order_id,
        first_day=bureau.today,
        last_day=bureau.today + timedelta(days=1),
    )
    await bureau.registry.courts.GrantPass(granting, metadata=bureau.second)
    import_id = await bureau.entered([row])
    [reported] = await bureau.rows(import_id)
    assert [one.reason for one in reported.problems] == ["ALREADY_ORDERED"]
    ended_at = await bureau.connection.fetchval(
        "SELECT ended_at FROM consumption_order WHERE order_id = $1", issued.order.order_id
    )
    assert ended_at is None


async def test_an_ending_that_a_restore_lost_keeps_a_row_out_until_a_judge_settles_it(
    bureau: Bureau,
) -> None:
    row = bureau.row()
    first = await bureau.entered([row])
    [entered] = await bureau.rows(first)
    await bureau.connection.execute(
        "INSERT INTO unsettled_ending (basis_id, measure, subject_id, court_code, case_number,"
        " reported_by, lost_incarnation, lost_position, task_id, position)"
        " SELECT listing_id, 1, subject_id, court_code, case_number, 'travel', listing_id, 1,"
        " listing_id, 1 FROM listing WHERE listing_id = $1",
        entered.listing_id,
    )
    again = await bureau.entered([{**row, "performance": "部分未履行"}])
    [reported] = await bureau.rows(again)
    assert [one.reason for one in reported.problems] == ["ENDING_UNSETTLED"]


async def test_clerks_who_enter_the_same_people_while_an_import_runs_meet_it_once(
    bureau: Bureau,
) -> None:
    """Whoever comes first, each person is listed once in each case, and nobody waits for ever."""
    rows = [bureau.row() for _ in range(400)]
    import_id = await signed_later(bureau, rows)
    first_serial = bureau.serial - len(rows) + 1
    papers = Papers.of(bureau.court, today=bureau.today)

    async def by_hand(place: int) -> str:
        request = papers.entry(
            request_id=request_id(),
            subject=Person(first_serial + place).subject,
            case_number=rows[place]["caseCode"],
        )
        try:
            await bureau.registry.courts.EnterListing(request, metadata=bureau.clerk)
        except Exception as refusal:  # noqa: BLE001 - the reason is looked at below
            return str(refusal)
        return ""

    signing = asyncio.create_task(bureau.sign(import_id))
    refusals = [await by_hand(place) for place in range(399, 0, -13)]
    await signing
    await bureau.until(import_id, "DONE")
    outcomes = await bureau.outcomes(import_id)
    assert set(outcomes) <= {"ENTERED", "ALREADY_THERE"}
    by_hand_count = sum(not refusal for refusal in refusals)
    assert outcomes.count("ALREADY_THERE") == by_hand_count
    assert await bureau.connection.fetchval("SELECT count(*) FROM listing") == 400
    assert all("ALREADY_EXISTS" in refusal for refusal in refusals if refusal)


async def test_two_importers_at_once_enter_every_row_once(idle: Bureau) -> None:
    begun: dict[str, Any] = {
        "dsn": idle.dsn,
        "redis_url": idle.redis_url,
        "keyring": idle.server.keyring,
    }
    async with importer(**begun), importer(**begun):
        import_id = await idle.entered([idle.row() for _ in range(700)])
    assert await idle.outcomes(import_id) == ["ENTERED"] * 700
    assert await idle.connection.fetchval("SELECT count(*) FROM change WHERE act = 25") == 700
    await idle.verify()


async def test_two_importers_that_both_think_they_lead_still_enter_every_row_once(
    idle: Bureau,
) -> None:
    """That one is active saves work; the rows themselves keep the record right."""
    misled = replace(ImportQueries.load(), try_to_lead="SELECT true")
    begun: dict[str, Any] = {
        "dsn": idle.dsn,
        "redis_url": idle.redis_url,
        "keyring": idle.server.keyring,
    }
    async with importer(**begun, queries=misled), importer(**begun, queries=misled):
        import_id = await idle.entered([idle.row() for _ in range(700)])
    assert await idle.outcomes(import_id) == ["ENTERED"] * 700
    assert await idle.connection.fetchval("SELECT count(*) FROM change WHERE act = 25") == 700
    await idle.verify()
