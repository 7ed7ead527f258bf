"""A file that was undone because it was wrong, and the mended one after it."""

from collections.abc import Sequence

from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from document import DocumentKind
from stack.office import request_id
from stack.papers import Papers, Person
from tests import builders
from tests.integration.registry.importing.bureau import COURT, Bureau

_CASE = f"（2025）{COURT.code}执"
_PASSPORT = f'[{{"kind":"PASSPORT","issuingState":"UTO","number":"{builders.passport()}"}}]'


async def undone(bureau: Bureau, rows: Sequence[dict[str, str]]) -> None:
    """The file has taken effect, and was taken back."""
    import_id = await bureau.entered(list(rows))
    assert await bureau.outcomes(import_id) == ["ENTERED"] * len(rows)
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")


async def restricted(bureau: Bureau, case: str) -> None:
    """The person of the row made last is restricted by hand, in another case."""
    papers = Papers.of(bureau.court, today=bureau.today)
    await bureau.registry.courts.IssueOrder(
        papers.restriction(
            request_id=request_id(),
            subject=Person(bureau.serial).subject,
            case_number=f"{_CASE}{case}号",
        ),
        metadata=bureau.clerk,
    )


async def bound_kinds(bureau: Bureau) -> list[str]:
    """The kinds of all documents that are bound and digested."""
    return [
        row["kind"]
        for row in await bureau.connection.fetch(
            "SELECT DISTINCT d.document_id, d.kind FROM document d JOIN document_digest USING (document_id) "
            "WHERE d.unbound_position IS NULL"
        )
    ]


async def test_neither_a_name_nor_a_document_of_an_undone_file_stays_with_a_person(
    bureau: Bureau,
) -> None:
    row = bureau.row()
    await undone(bureau, [row | {"iname": "另一姓名", "otherDocuments": _PASSPORT}])
    mended = await bureau.entered([row])
    assert await bureau.outcomes(mended) == ["ENTERED"]
    assert await bound_kinds(bureau) == [DocumentKind.RESIDENT_ID]


async def test_whom_an_undone_file_gave_anothers_document_holds_up_nobody(bureau: Bureau) -> None:
    first, second = bureau.row(), bureau.row()
    number = second["cardNum"]
    both = f'[{{"kind":"RESIDENT_ID","issuingState":"CHN","number":"{number}"}}]'
    wrong = first | {"cardNum": builders.passport(), "documentKind": "PASSPORT"}
    wrong |= {"issuingState": "UTO", "otherDocuments": both}
    await undone(bureau, [wrong])
    mended = await bureau.entered([second, first])
    assert await bureau.outcomes(mended) == ["ENTERED", "ENTERED"]


async def test_a_sum_of_an_undone_file_gives_way_to_the_mended_ones(bureau: Bureau) -> None:
    row = bureau.row()
    joint = bureau.row(caseCode=row["caseCode"])
    await undone(bureau, [row | {"owedAmount": "123456700"}])
    mended = await bureau.entered([row, joint])
    assert await bureau.outcomes(mended) == ["ENTERED", "ENTERED"]
    [owed] = await bureau.connection.fetch("SELECT principal_fen FROM obligation")
    assert owed["principal_fen"] == 1_234_567


async def test_an_act_of_an_undone_file_may_be_money_in_the_mended_one(bureau: Bureau) -> None:
    row = bureau.row()
    await undone(bureau, [row | {"owedAmount": "", "owedAct": "交付示例房屋"}])
    mended = await bureau.entered([row])
    assert await bureau.outcomes(mended) == ["ENTERED"]


async def test_who_is_entered_by_hand_has_nothing_of_an_undone_file(bureau: Bureau) -> None:
    row = bureau.row()
    person = Person(bureau.serial)
    await undone(bureau, [row | {"iname": "另一姓名", "otherDocuments": _PASSPORT}])
    papers = Papers.of(bureau.court, today=bureau.today)
    entered = await bureau.registry.courts.EnterListing(
        papers.entry(request_id=request_id(), subject=person.subject, case_number=f"{_CASE}999号"),
        metadata=bureau.clerk,
    )
    assert entered.listing.listing_id
    assert await bound_kinds(bureau) == [DocumentKind.RESIDENT_ID]


async def test_a_document_that_only_an_undone_file_gave_to_a_known_person_goes_with_it(
    bureau: Bureau,
) -> None:
    row = bureau.row()
    await restricted(bureau, "998")
    import_id = await bureau.entered([row | {"otherDocuments": _PASSPORT}])
    assert sorted(await bound_kinds(bureau)) == [DocumentKind.PASSPORT, DocumentKind.RESIDENT_ID]
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    assert await bound_kinds(bureau) == [DocumentKind.RESIDENT_ID]


async def test_a_document_by_which_a_court_has_acted_since_stays(bureau: Bureau) -> None:
    row = bureau.row()
    await restricted(bureau, "998")
    import_id = await bureau.entered([row | {"otherDocuments": _PASSPORT}])
    await restricted(bureau, "999")
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    assert sorted(await bound_kinds(bureau)) == [DocumentKind.PASSPORT, DocumentKind.RESIDENT_ID]


async def test_whom_a_court_restricts_by_hand_as_well_keeps_documents_and_name(
    bureau: Bureau,
) -> None:
    row = bureau.row()
    import_id = await bureau.entered([row])
    await restricted(bureau, "999")
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    await kept(bureau, row)


async def test_whose_entry_a_judge_has_deleted_keeps_documents_and_name(bureau: Bureau) -> None:
    row = bureau.row()
    other = bureau.row(cardNum=row["cardNum"], iname=row["iname"])
    import_id = await bureau.entered([row, other])
    entered, _ = await bureau.rows(import_id)
    await bureau.registry.courts.EndListing(
        rpc.EndListingRequest(
            request_id=request_id(),
            listing_id=entered.listing_id,
            cause=change_pb2.ENDING_CAUSE_EARLY_DELETION,
            reasons="已主动纠正失信行为",
        ),
        metadata=bureau.second,
    )
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    await kept(bureau, other)


async def kept(bureau: Bureau, row: dict[str, str]) -> None:
    """A row of the same person under another name is refused, and the document stays bound."""
    again = await bureau.entered([row | {"iname": "另一姓名"}])
    [reported] = await bureau.rows(again)
    assert [(one.field, one.reason) for one in reported.problems] == [("iname", "IDENTITY_REFUSED")]
    assert await bound_kinds(bureau) == [DocumentKind.RESIDENT_ID]
