"""Three persons bring an import into effect, and what they saw is what is entered."""

import hashlib
from typing import Any

import grpc
import pytest

from chassis.errors import RemoteError
from chassis.wire.status import parse
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.importing.checking.manifest import sample_of
from stack.office import Metadata, acting
from tests.builders import records_sha256
from tests.integration.registry.importing.bureau import COURT, OTHER, Bureau, jsonl


async def refused(call: Any) -> str:
    """The reason of a refusal."""
    return (await refusal(call)).reason_name


async def refusal(call: Any) -> RemoteError:
    """What a call is refused with."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return parse(caught.value)


async def test_who_prepared_an_import_cannot_approve_it(bureau: Bureau) -> None:
    """Though another clerk has handed every record in."""
    records = jsonl([bureau.row()])
    import_id = (await bureau.opened(records)).import_id
    await bureau.stage(import_id, records, who=acting(await bureau.colleague(), "clerk", COURT))
    await bureau.prepare(import_id)
    found = await bureau.until(import_id, "CHECKED")
    request = rpc.ApproveImportRequest(
        import_id=import_id, manifest_hash=found.manifest.manifest_hash, agreeing_rows=[1]
    )
    reason = await refused(bureau.stub.ApproveImport(request, metadata=bureau.clerk))
    assert reason == "SAME_PERSON"


async def test_who_handed_any_record_in_neither_approves_nor_signs(bureau: Bureau) -> None:
    """She is another person than the preparer, and what she staged is what would take effect."""
    records = jsonl([bureau.row(), bureau.row(), bureau.row()])
    import_id = (await bureau.opened(records)).import_id
    stager = await bureau.colleague()
    await bureau.stage(import_id, records[:1])
    await bureau.stage(import_id, records[:2], who=acting(stager, "clerk", COURT))
    await bureau.stage(import_id, records)
    await bureau.prepare(import_id)
    found = await bureau.until(import_id, "CHECKED")
    request = rpc.ApproveImportRequest(
        import_id=import_id,
        manifest_hash=found.manifest.manifest_hash,
        agreeing_rows=[1, 2, 3],
    )
    approval = bureau.stub.ApproveImport(request, metadata=acting(stager, "clerk", COURT))
    assert await refused(approval) == "SAME_PERSON"
    await bureau.approve(import_id)
    signs = await bureau.signing(import_id)
    signing = bureau.stub.SignImport(signs, metadata=acting(stager, "president", COURT))
    assert await refused(signing) == "SAME_PERSON"
    await bureau.sign(import_id)


async def test_what_another_clerk_slipped_in_is_not_prepared(bureau: Bureau) -> None:
    records, forged = jsonl([bureau.row(), bureau.row()]), jsonl([bureau.row()])
    import_id = (await bureau.opened(records)).import_id
    other = acting(await bureau.colleague(), "clerk", COURT)
    await bureau.stage(import_id, records[:1])
    await bureau.stage(import_id, [*records[:1], *forged], who=other)
    await bureau.stage(import_id, records)
    request = rpc.PrepareImportRequest(import_id=import_id, records_sha256=records_sha256(records))
    error = await refusal(bureau.stub.PrepareImport(request, metadata=bureau.clerk))
    assert error.reason_name == "MANIFEST_MISMATCH"
    assert [one.field for one in error.violations] == ["records_sha256"]
    assert (await bureau.get(import_id)).state == rpc.IMPORT_STATE_STAGING


async def test_another_file_is_not_taken_for_the_one_that_was_prepared(bureau: Bureau) -> None:
    import_id = await bureau.checked([bureau.row()])
    await bureau.prepare(import_id)
    request = rpc.PrepareImportRequest(import_id=import_id, records_sha256=b"\1" * 32)
    assert (
        await refused(bureau.stub.PrepareImport(request, metadata=bureau.clerk))
        == "MANIFEST_MISMATCH"
    )


async def test_another_file_is_told_apart_while_the_first_is_checked(idle: Bureau) -> None:
    import_id = await idle.begin(jsonl([idle.row()]))
    await idle.prepare(import_id)
    await idle.prepare(import_id)
    request = rpc.PrepareImportRequest(import_id=import_id, records_sha256=b"\1" * 32)
    assert (
        await refused(idle.stub.PrepareImport(request, metadata=idle.clerk)) == "MANIFEST_MISMATCH"
    )


async def test_what_is_prepared_is_the_file_whose_hash_was_announced(bureau: Bureau) -> None:
    """The president signs that hash, and can take it of the file that lies at the court."""
    records = jsonl([bureau.row(), bureau.row()])
    import_id = (await bureau.opened(records)).import_id
    # A byte between two records is another file, though its records are the same.
    bureau.between = b"\r\n"
    await bureau.stage(import_id, records)
    error = await refusal(bureau.prepare(import_id))
    assert error.reason_name == "MANIFEST_MISMATCH"
    assert [one.field for one in error.violations] == ["file_sha256"]
    assert (await bureau.get(import_id)).state == rpc.IMPORT_STATE_STAGING


async def test_what_stands_behind_the_last_record_belongs_to_the_file(bureau: Bureau) -> None:
    records, rest = jsonl([bureau.row()]), b"\r\n\r\n"
    begun = await bureau.stub.BeginImport(
        rpc.BeginImportRequest(
            format=rpc.RECORD_FORMAT_JSONL,
            file_sha256=hashlib.sha256(records[0] + rest).digest(),
            record_count=1,
        ),
        metadata=bureau.clerk,
    )
    import_id = getattr(begun, "import").import_id
    await bureau.stage(import_id, records)
    assert await refused(bureau.prepare(import_id)) == "MANIFEST_MISMATCH"
    request = rpc.PrepareImportRequest(
        import_id=import_id, records_sha256=records_sha256(records), rest=rest
    )
    await bureau.stub.PrepareImport(request, metadata=bureau.clerk)
    await bureau.until(import_id, "CHECKED")


async def test_an_import_is_not_prepared_without_the_hash_of_its_records(bureau: Bureau) -> None:
    import_id = await bureau.begin(jsonl([bureau.row()]))
    request = rpc.PrepareImportRequest(import_id=import_id)
    error = await refusal(bureau.stub.PrepareImport(request, metadata=bureau.clerk))
    assert [one.field for one in error.violations] == ["records_sha256"]


async def test_an_import_is_not_approved_before_every_sampled_row_agrees(bureau: Bureau) -> None:
    import_id = await bureau.checked([bureau.row(), bureau.row()])
    found = await bureau.get(import_id)
    request = rpc.ApproveImportRequest(
        import_id=import_id, manifest_hash=found.manifest.manifest_hash, agreeing_rows=[2]
    )
    reason = await refused(bureau.stub.ApproveImport(request, metadata=bureau.second))
    assert reason == "SAMPLE_INCOMPLETE"


async def test_another_manifest_than_was_seen_is_neither_approved_nor_signed(
    bureau: Bureau,
) -> None:
    import_id = await bureau.checked([bureau.row()])
    approval = rpc.ApproveImportRequest(
        import_id=import_id, manifest_hash=bytes(32), agreeing_rows=[1]
    )
    reason = await refused(bureau.stub.ApproveImport(approval, metadata=bureau.second))
    assert reason == "MANIFEST_MISMATCH"
    await bureau.approve(import_id)
    request = await bureau.signing(import_id, bytes(32))
    reason = await refused(bureau.stub.SignImport(request, metadata=bureau.president))
    assert reason == "MANIFEST_MISMATCH"


async def test_a_president_who_prepared_or_approved_cannot_sign(bureau: Bureau) -> None:
    """One person may hold several roles; the person counts, not the role."""
    import_id = await bureau.checked([bureau.row()])
    await bureau.approve(import_id)
    for column in ("prepared_by", "approved_by"):
        await bureau.connection.execute(f"UPDATE import SET {column} = $1", bureau.court.president)
        request = await bureau.signing(import_id)
        reason = await refused(bureau.stub.SignImport(request, metadata=bureau.president))
        assert reason == "SAME_PERSON"
        await bureau.connection.execute(f"UPDATE import SET {column} = 'somebody-{column}'")


async def test_nothing_is_signed_before_it_is_approved(bureau: Bureau) -> None:
    import_id = await bureau.checked([bureau.row()])
    request = await bureau.signing(import_id)
    reason = await refused(bureau.stub.SignImport(request, metadata=bureau.president))
    assert reason == "IMPORT_STATE"


async def test_a_signature_that_is_repeated_is_answered_as_it_was(bureau: Bureau) -> None:
    import_id = await bureau.checked([bureau.row()])
    await bureau.approve(import_id)
    request = await bureau.signing(import_id)
    first = await bureau.stub.SignImport(request, metadata=bureau.president)
    again = await bureau.stub.SignImport(request, metadata=bureau.president)
    assert first == again


async def test_another_court_sees_nothing_of_an_import(bureau: Bureau) -> None:
    import_id = await bureau.checked([bureau.row()])
    clerk = acting(OTHER.clerk, "clerk", OTHER)
    request = rpc.GetImportRequest(import_id=import_id)
    assert await refused(bureau.stub.GetImport(request, metadata=clerk)) == "NOT_FOUND"
    listed = await bureau.stub.ListImports(rpc.ListImportsRequest(), metadata=clerk)
    assert not listed.imports


async def test_a_court_without_go_live_day_imports_nothing(idle: Bureau) -> None:
    clerk = acting(OTHER.clerk, "clerk", OTHER)
    request = rpc.BeginImportRequest(
        format=rpc.RECORD_FORMAT_JSONL, file_sha256=bytes(32), record_count=1
    )
    assert await refused(idle.stub.BeginImport(request, metadata=clerk)) == "GO_LIVE_UNSET"


@pytest.mark.parametrize("role", ["judge", "president", "operator"])
async def test_only_a_clerk_begins_and_prepares(idle: Bureau, role: str) -> None:
    persons: dict[str, Metadata] = {
        "judge": idle.second,
        "president": idle.president,
        "operator": acting("operator-1", "operator"),
    }
    request = rpc.BeginImportRequest(
        format=rpc.RECORD_FORMAT_JSONL, file_sha256=bytes(32), record_count=1
    )
    reason = "PEER_REFUSED" if role == "operator" else "ROLE_REFUSED"
    assert await refused(idle.stub.BeginImport(request, metadata=persons[role])) == reason


async def test_an_import_with_records_missing_is_not_prepared(idle: Bureau) -> None:
    records = jsonl([idle.row()])
    begun = await idle.stub.BeginImport(
        rpc.BeginImportRequest(
            format=rpc.RECORD_FORMAT_JSONL, file_sha256=bytes(32), record_count=2
        ),
        metadata=idle.clerk,
    )
    import_id = getattr(begun, "import").import_id
    await idle.stage(import_id, records)
    request = rpc.PrepareImportRequest(import_id=import_id, records_sha256=records_sha256(records))
    reason = await refused(idle.stub.PrepareImport(request, metadata=idle.clerk))
    assert reason == "MANIFEST_MISMATCH"


async def test_records_handed_in_again_are_passed_over_and_gaps_refused(idle: Bureau) -> None:
    records = jsonl([idle.row() for _ in range(5)])
    begun = await idle.stub.BeginImport(
        rpc.BeginImportRequest(
            format=rpc.RECORD_FORMAT_JSONL, file_sha256=bytes(32), record_count=5
        ),
        metadata=idle.clerk,
    )
    import_id = getattr(begun, "import").import_id
    assert await idle.stage(import_id, records[:2]) == 2
    assert await idle.stage(import_id, records[:3]) == 3
    assert await idle.stage(import_id, records[:3]) == 3
    assert await refused(idle.stage(import_id, records, 4)) == "MANIFEST_MISMATCH"
    assert await idle.stage(import_id, records) == 5


async def test_an_abandoned_import_enters_nothing_is_erased_and_may_begin_anew(
    bureau: Bureau,
) -> None:
    rows = [bureau.row()]
    import_id = await bureau.checked(rows)
    await bureau.stub.AbandonImport(
        rpc.AbandonImportRequest(import_id=import_id), metadata=bureau.clerk
    )
    kept = await bureau.connection.fetchval(
        "SELECT count(*) FROM import_chunk"
        " WHERE records_sealed IS NOT NULL OR papers_sealed IS NOT NULL"
    )
    assert kept == 0
    assert await bureau.connection.fetchval("SELECT count(*) FROM listing") == 0
    anew = await bureau.entered(rows)
    assert anew != import_id
    abandon = rpc.AbandonImportRequest(import_id=anew)
    assert await refused(bureau.stub.AbandonImport(abandon, metadata=bureau.clerk)) == (
        "IMPORT_STATE"
    )


async def test_the_same_records_handed_in_again_are_read_back_in_the_same_rows(
    bureau: Bureau,
) -> None:
    records = jsonl(bureau.row() for _ in range(60))
    drawn = []
    for between in (b"\n", b"\r\n"):
        bureau.between = between
        import_id = await bureau.begin(records)
        await bureau.prepare(import_id)
        await bureau.until(import_id, "CHECKED")
        drawn.append([one.row_number for one in (await bureau.sample(import_id)).rows])
        await bureau.stub.AbandonImport(
            rpc.AbandonImportRequest(import_id=import_id), metadata=bureau.clerk
        )
    assert len(drawn[0]) == 20
    assert drawn[0] == drawn[1]


async def test_the_preparer_cannot_tell_the_sample_from_the_manifest(bureau: Bureau) -> None:
    import_id = await bureau.checked([bureau.row() for _ in range(200)])
    sample = await bureau.sample(import_id)
    chosen = [one.row_number for one in sample.rows]
    assert len(chosen) == 20
    assert chosen != sample_of(sample.manifest_hash, range(1, 201), 200)
