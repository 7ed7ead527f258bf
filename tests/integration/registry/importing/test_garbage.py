"""Whatever a file holds, every row ends in exactly one outcome, and nothing of it is told back."""

import random

import pytest
from structlog.testing import capture_logs

from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.intake.names import SUPERSET
from tests.integration.registry.importing.bureau import Bureau, jsonl
from tests.integration.registry.importing.test_four_eyes import refused

_GARBAGE = (
    "",
    " ",
    "\x00",
    "*",
    "０" * 18,
    "9" * 400,
    "不是日期",
    "2025-02-30",
    "-1",
    "1e309",
    "NaN",
    "[{}]",
    "{",
    "<script>",
    "'; DROP TABLE listing; --",
    "\ud7ff",
    "\u202e反",
    "测试" * 3000,
)


async def test_garbage_in_any_field_leaves_every_row_with_one_outcome(bureau: Bureau) -> None:
    rows = [
        {**bureau.row(), field: garbage} for field in SUPERSET for garbage in _GARBAGE if garbage
    ]
    import_id = await bureau.begin(jsonl(rows))
    await bureau.prepare(import_id)
    await bureau.until(import_id, "CHECKED")
    await bureau.approve(import_id)
    await bureau.sign(import_id)
    found = await bureau.until(import_id, "DONE")
    assert sum(one.count for one in found.outcomes) == len(rows)
    left = await bureau.connection.fetchval("SELECT count(*) FROM import_row WHERE outcome = 6")
    assert left == 0
    entered = await bureau.connection.fetchval("SELECT count(*) FROM listing")
    by_outcome = {one.outcome: one.count for one in found.outcomes}
    assert entered == by_outcome.get(rpc.ROW_OUTCOME_ENTERED, 0)


async def test_bytes_that_are_no_record_are_rejected_by_their_line(bureau: Bureau) -> None:
    chance = random.Random(7)
    records = [chance.randbytes(chance.randrange(1, 300)) for _ in range(50)]
    import_id = await bureau.begin(records)
    await bureau.prepare(import_id)
    await bureau.until(import_id, "CHECKED")
    assert await bureau.outcomes(import_id) == ["REJECTED"] * 50
    assert [row.line for row in await bureau.rows(import_id)] == list(range(1, 51))


@pytest.mark.parametrize("header", [b"", b"a,b", b'"', b"iname,iname", b"\xff\xfe"])
async def test_a_csv_file_without_a_header_is_rejected_row_by_row(
    bureau: Bureau, header: bytes
) -> None:
    records = [header, b"x,y", b"z"]
    import_id = await bureau.begin(records, rpc.RECORD_FORMAT_CSV)
    await bureau.prepare(import_id)
    await bureau.until(import_id, "CHECKED")
    assert await bureau.outcomes(import_id) == ["REJECTED", "REJECTED"]


async def test_neither_logs_nor_reports_tell_a_name_or_a_number(bureau: Bureau) -> None:
    rows = [bureau.row(), bureau.row(cardNum="00000019800101000X"), bureau.row(regDate="昨天")]
    with capture_logs() as lines:
        import_id = await bureau.entered(rows)
        reported = await bureau.rows(import_id)
    told = f"{lines}{reported}"
    for row in rows:
        for field in ("iname", "cardNum", "caseCode", "decisionNumber"):
            assert row[field] not in told


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": 0}, "INVALID_REQUEST"),
        ({"format": 99}, "INVALID_REQUEST"),
        ({"file_sha256": b"short"}, "INVALID_REQUEST"),
        ({"record_count": 0}, "INVALID_REQUEST"),
        ({"record_count": -1}, "INVALID_REQUEST"),
        ({"record_count": 10_000_001}, "INVALID_REQUEST"),
        ({"file_name": "/etc/passwd"}, "INVALID_REQUEST"),
        ({"file_name": "x" * 201}, "INVALID_REQUEST"),
    ],
)
async def test_a_file_is_announced_whole(
    idle: Bureau, changes: dict[str, object], reason: str
) -> None:
    request = rpc.BeginImportRequest(
        format=rpc.RECORD_FORMAT_JSONL, file_sha256=bytes(32), record_count=1
    )
    for field, value in changes.items():
        setattr(request, field, value)
    assert await refused(idle.stub.BeginImport(request, metadata=idle.clerk)) == reason


async def test_records_out_of_bounds_are_refused(idle: Bureau) -> None:
    import_id = await idle.begin(jsonl([idle.row()]))
    for records in (
        [],
        [rpc.Record(raw=b"x" * (64 * 1024 + 1), line=1)],
        [rpc.Record(raw=b"x", line=1, before=b"\n" * (64 * 1024 + 1))],
        [rpc.Record(raw=b"x", line=0)],
        [rpc.Record(raw=b"x", line=1)] * 2001,
    ):
        request = rpc.StageRecordsRequest(import_id=import_id, first_record=1, records=records)
        reason = await refused(idle.stub.StageRecords(request, metadata=idle.clerk))
        assert reason == "INVALID_REQUEST"
