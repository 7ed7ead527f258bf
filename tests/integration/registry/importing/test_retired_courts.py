"""An import that no president has signed ends with its court's people."""

import asyncio
from collections.abc import Awaitable

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import import_service_pb2 as rpc
from stack.office import OPERATOR, request_id
from tests.eventually import eventually
from tests.integration.registry.importing.bureau import Bureau
from tests.integration.registry.importing.test_four_eyes import refused
from tests.integration.registry.lock_waits import are_waiting


async def retire_and_enrol_again(bureau: Bureau) -> None:
    """The court has the same names in the same offices again: only the import is of before."""
    await bureau.registry.operators.RetireCourt(
        admin.RetireCourtRequest(request_id=request_id(), court_code=bureau.court.code),
        metadata=OPERATOR,
    )
    await bureau.registry.operators.EnrolCourt(
        admin.EnrolCourtRequest(
            request_id=request_id(),
            court_code=bureau.court.code,
            name=bureau.court.name,
            contact=bureau.court.contact,
        ),
        metadata=OPERATOR,
    )
    for name, role in (
        ("clerk", ledger.ROLE_CLERK),
        ("judge", ledger.ROLE_JUDGE),
        ("president", ledger.ROLE_PRESIDENT),
    ):
        await bureau.registry.operators.EnrolOfficer(
            admin.EnrolOfficerRequest(
                request_id=request_id(),
                person_id=getattr(bureau.court, name),
                name="测试人员",
                role=role,
                court_code=bureau.court.code,
            ),
            metadata=OPERATOR,
        )


async def test_what_was_prepared_and_approved_before_is_not_signed_after(bureau: Bureau) -> None:
    import_id = await bureau.checked([bureau.row()])
    await bureau.approve(import_id)
    request = await bureau.signing(import_id)
    await retire_and_enrol_again(bureau)
    assert (
        await refused(bureau.stub.SignImport(request, metadata=bureau.president)) == "IMPORT_STATE"
    )
    assert (await bureau.get(import_id)).state == rpc.IMPORT_STATE_ABANDONED
    kept = await bureau.connection.fetchval(
        "SELECT count(*) FROM import_chunk WHERE records_sealed IS NOT NULL OR papers_sealed IS NOT NULL"
    )
    assert kept == 0


async def test_a_row_that_somebody_completed_waits_no_more(bureau: Bureau) -> None:
    import_id = await bureau.entered([bureau.row(), bureau.row(owedAmount=None)])
    await bureau.stub.CompleteRow(
        rpc.CompleteRowRequest(
            import_id=import_id,
            row_number=2,
            fields={"owedAmount": "12.50"},
        ),
        metadata=bureau.clerk,
    )
    await retire_and_enrol_again(bureau)
    assert await bureau.connection.fetchval("SELECT count(completed_by) FROM import_row") == 0
    assert (await bureau.get(import_id)).state == rpc.IMPORT_STATE_DONE


async def test_a_row_that_somebody_is_just_completing_waits_no_more_either(bureau: Bureau) -> None:
    import_id = await bureau.entered([bureau.row(), bureau.row(owedAmount=None)])
    completed = rpc.CompleteRowRequest(
        import_id=import_id, row_number=2, fields={"owedAmount": "12.50"}
    )
    before = await _positions(bureau)
    async with bureau.connection.transaction():
        await bureau.connection.execute(
            "SELECT FROM import WHERE import_id = $1::uuid FOR UPDATE", import_id
        )
        completing = asyncio.create_task(
            _done(bureau.stub.CompleteRow(completed, metadata=bureau.clerk))
        )
        await eventually(lambda: are_waiting(bureau.connection, 1))
        retiring = asyncio.create_task(retire_and_enrol_again(bureau))
        await eventually(lambda: _is_retired_or_waits(bureau, before))
    await completing
    await retiring
    assert await bureau.connection.fetchval("SELECT count(completed_by) FROM import_row") == 0


async def _done(call: Awaitable[object]) -> None:
    await call


async def _is_retired_or_waits(bureau: Bureau, before: object) -> bool:
    """Whether the court's retirement is done, or waits for who is still at work there."""
    return await _positions(bureau) != before or await are_waiting(bureau.connection, 2)


async def _positions(bureau: Bureau) -> object:
    """Where in the ledger the court was enrolled, and retired."""
    return await bureau.connection.fetchrow(
        "SELECT position, ended_position FROM court WHERE court_code = $1", bureau.court.code
    )
