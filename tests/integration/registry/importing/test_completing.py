"""Rows that lack something are completed from the case file, under four eyes."""

from typing import Any

from courtlist.registry.v1 import import_service_pb2 as rpc
from tests.integration.registry.importing.bureau import Bureau
from tests.integration.registry.importing.test_four_eyes import refused


async def completed(bureau: Bureau, import_id: str, row_number: int, **fields: str) -> rpc.Row:
    reply = await bureau.stub.CompleteRow(
        rpc.CompleteRowRequest(import_id=import_id, row_number=row_number, fields=fields),
        metadata=bureau.clerk,
    )
    row: rpc.Row = reply.row
    return row


async def read(bureau: Bureau, import_id: str, row_number: int) -> rpc.ReadCompletionResponse:
    reply: rpc.ReadCompletionResponse = await bureau.stub.ReadCompletion(
        rpc.ReadCompletionRequest(import_id=import_id, row_number=row_number),
        metadata=bureau.second,
    )
    return reply


async def approving(
    bureau: Bureau,
    import_id: str,
    row_number: int,
    who: Any = None,
    seen: bytes | None = None,
) -> rpc.ApproveRowResponse:
    if seen is None:
        seen = (await read(bureau, import_id, row_number)).row.completion_hash
    reply: rpc.ApproveRowResponse = await bureau.stub.ApproveRow(
        rpc.ApproveRowRequest(import_id=import_id, row_number=row_number, completion_hash=seen),
        metadata=who or bureau.second,
    )
    return reply


async def test_a_completed_row_is_entered_when_a_second_person_approves_it(
    bureau: Bureau,
) -> None:
    whole = bureau.row()
    import_id = await bureau.entered([{**whole, "owedAmount": ""}, bureau.row(owedAmount=None)])
    assert await bureau.outcomes(import_id) == ["INCOMPLETE", "INCOMPLETE"]
    row = await completed(bureau, import_id, 1, owedAmount="12.50")
    assert row.outcome == rpc.ROW_OUTCOME_SOUND
    assert row.completed_by == bureau.court.clerk
    assert await bureau.outcomes(import_id) == ["INCOMPLETE", "INCOMPLETE"]
    approved = (await approving(bureau, import_id, 1)).row
    assert approved.outcome == rpc.ROW_OUTCOME_ENTERED
    assert approved.listing_id
    assert not approved.completed_by
    assert await bureau.outcomes(import_id) == ["ENTERED", "INCOMPLETE"]
    principal = await bureau.connection.fetchval("SELECT principal_fen FROM obligation")
    assert principal == 1250


async def test_who_completed_a_row_cannot_approve_it(bureau: Bureau) -> None:
    import_id = await bureau.entered([bureau.row(owedAmount=None)])
    await completed(bureau, import_id, 1, owedAmount="12.50")
    assert await refused(approving(bureau, import_id, 1, bureau.clerk)) == "SAME_PERSON"


async def test_a_second_person_sees_the_row_as_it_would_be_entered(bureau: Bureau) -> None:
    whole = bureau.row(owedAmount=None)
    import_id = await bureau.entered([whole])
    row = await completed(bureau, import_id, 1, owedAmount="12.50")
    seen = await read(bureau, import_id, 1)
    assert seen.row == row
    assert list(seen.added_fields) == ["owedAmount"]
    assert seen.understood.fields["owedAmount"] == "12.50"
    assert seen.understood.fields["iname"] == whole["iname"]
    assert whole["cardNum"] not in str(seen)


async def test_what_was_not_seen_is_not_approved(bureau: Bureau) -> None:
    import_id = await bureau.entered([bureau.row(owedAmount=None)])
    await completed(bureau, import_id, 1, owedAmount="12.50")
    seen = (await read(bureau, import_id, 1)).row.completion_hash
    # A clerk replaces what was added after the second person has compared it.
    await completed(bureau, import_id, 1, owedAmount="1250")
    overtaken = approving(bureau, import_id, 1, seen=seen)
    assert await refused(overtaken) == "MANIFEST_MISMATCH"
    assert await refused(approving(bureau, import_id, 1, seen=b"")) == "INVALID_REQUEST"
    assert await bureau.outcomes(import_id) == ["INCOMPLETE"]
    await completed(bureau, import_id, 1, owedAmount="12.50")
    await approving(bureau, import_id, 1, seen=seen)
    assert await bureau.outcomes(import_id) == ["ENTERED"]


async def test_a_masked_row_is_matched_by_the_whole_number(bureau: Bureau) -> None:
    whole = bureau.row()
    masked = {**whole, "cardNum": whole["cardNum"][:10] + "****" + whole["cardNum"][14:]}
    import_id = await bureau.entered([masked])
    assert await bureau.outcomes(import_id) == ["UNMATCHED"]
    await completed(bureau, import_id, 1, cardNum=whole["cardNum"])
    await approving(bureau, import_id, 1)
    assert await bureau.outcomes(import_id) == ["ENTERED"]


async def test_a_row_that_is_still_not_whole_says_what_it_lacks(bureau: Bureau) -> None:
    import_id = await bureau.entered([bureau.row(owedAmount=None, orderItems=None)])
    row = await completed(bureau, import_id, 1, owedAmount="12.50")
    assert row.outcome == rpc.ROW_OUTCOME_INCOMPLETE
    await approving(bureau, import_id, 1)
    [reported] = await bureau.rows(import_id)
    assert reported.outcome == rpc.ROW_OUTCOME_INCOMPLETE
    assert [one.field for one in reported.problems] == ["orderItems"]


async def test_a_completion_with_something_wrong_rejects_the_row(bureau: Bureau) -> None:
    import_id = await bureau.entered([bureau.row(owedAmount=None)])
    await completed(bureau, import_id, 1, owedAmount="12.50", decidedOn=f"{bureau.today}")
    await approving(bureau, import_id, 1)
    assert await bureau.outcomes(import_id) == ["REJECTED"]


async def test_only_rows_that_lack_something_are_completed(bureau: Bureau) -> None:
    import_id = await bureau.entered([bureau.row(), bureau.row(owedAmount=None)])
    complete = rpc.CompleteRowRequest(import_id=import_id, row_number=1, fields={"owedAmount": "1"})
    assert await refused(bureau.stub.CompleteRow(complete, metadata=bureau.clerk)) == (
        "IMPORT_STATE"
    )
    assert await refused(read(bureau, import_id, 2)) == "IMPORT_STATE"
    assert await refused(approving(bureau, import_id, 2, seen=bytes(32))) == "IMPORT_STATE"
    complete.row_number = 3
    assert await refused(bureau.stub.CompleteRow(complete, metadata=bureau.clerk)) == "NOT_FOUND"


async def test_a_completed_row_that_the_record_holds_already_is_there(bureau: Bureau) -> None:
    whole = bureau.row()
    import_id = await bureau.entered([whole, {**whole, "owedAmount": ""}])
    assert await bureau.outcomes(import_id) == ["ENTERED", "INCOMPLETE"]
    await completed(bureau, import_id, 2, owedAmount="12.50")
    await approving(bureau, import_id, 2)
    assert await bureau.outcomes(import_id) == ["ENTERED", "ALREADY_THERE"]


async def test_a_masked_row_is_not_completed_by_a_number_that_its_visible_part_excludes(
    bureau: Bureau,
) -> None:
    whole, other = bureau.row(), bureau.row()
    masked = {**whole, "cardNum": whole["cardNum"][:6] + "********" + whole["cardNum"][14:]}
    import_id = await bureau.entered([masked])
    row = await completed(bureau, import_id, 1, cardNum=other["cardNum"])
    assert row.outcome == rpc.ROW_OUTCOME_REJECTED
    assert [(one.field, one.reason) for one in row.problems] == [("cardNum", "IDENTITY_REFUSED")]
    row = await completed(bureau, import_id, 1, cardNum=whole["cardNum"])
    assert row.outcome == rpc.ROW_OUTCOME_SOUND


async def test_the_record_of_a_completed_row_is_erased_when_it_is_settled(bureau: Bureau) -> None:
    import_id = await bureau.entered([bureau.row(owedAmount=None), bureau.row(owedAmount=None)])
    kept = "SELECT length(records_sealed) FROM import_chunk"
    before = await bureau.connection.fetchval(kept)
    await completed(bureau, import_id, 1, owedAmount="12.50")
    await approving(bureau, import_id, 1)
    assert await bureau.connection.fetchval(kept) < before
    await completed(bureau, import_id, 2, owedAmount="12.50")
    await approving(bureau, import_id, 2)
    assert await bureau.connection.fetchval(kept) is None
    assert await bureau.outcomes(import_id) == ["ENTERED", "ENTERED"]
