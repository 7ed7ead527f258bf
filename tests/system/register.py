"""A court hands in a small register of its own, over public RPCs, and waits until it is judged."""

import hashlib
import json
from collections.abc import Sequence

import grpc

from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import import_service_pb2 as rpc
from courtlist.registry.v1 import import_service_pb2_grpc
from stack.office import Registry, acting, request_id
from stack.papers import Person, day
from stack.signing import signature
from synthetic.plan import Plan
from synthetic.register import rows_between
from tests.builders import records_sha256
from tests.eventually import eventually
from tests.system.courthouse import Courthouse


async def have_judged(
    channel: grpc.aio.Channel, court: Courthouse, people: Sequence[Person]
) -> rpc.Import:
    """One row for each of `people`, as public registers hold them; the last number is wrong.

    The court begins its work with it: its go-live day is set.
    """
    await Registry.over(channel).operators.SetGoLive(
        admin.SetGoLiveRequest(request_id=request_id(), go_live_on=day(court.today)),
        metadata=acting(court.court.president, "president", court.court),
    )
    records = [_record(court, person) for person in people]
    records[-1] = records[-1].replace(people[-1].resident_id.number.encode(), b"0" * 18)
    return await _judged(channel, court, records, file_name=f"{people[0].name}.jsonl")


async def have_entered(channel: grpc.aio.Channel, court: Courthouse, *, rows: int) -> rpc.Import:
    """So many whole rows of a court that is live: judged, read back, approved, signed and entered."""
    plan = Plan(
        rows=rows, seed=1, courts=(court.court.code,), as_of=court.today, go_live_on=court.today
    )
    records = [json.dumps(row, ensure_ascii=False).encode() for row in rows_between(0, rows, plan)]
    judged = await _judged(channel, court, records, file_name="register.jsonl")
    stub = import_service_pb2_grpc.ImportServiceStub(channel)
    sample = await stub.ReadSample(
        rpc.ReadSampleRequest(import_id=judged.import_id), metadata=court.judge
    )
    await stub.ApproveImport(
        rpc.ApproveImportRequest(
            import_id=judged.import_id,
            manifest_hash=sample.manifest_hash,
            agreeing_rows=[one.row_number for one in sample.rows],
        ),
        metadata=court.judge,
    )
    request = rpc.SignImportRequest(
        request_id=request_id(),
        import_id=judged.import_id,
        manifest_hash=judged.manifest.manifest_hash,
    )
    president = court.court.president
    request.signature.CopyFrom(signature(request, president))
    await stub.SignImport(request, metadata=acting(president, "president", court.court))
    return await _past(stub, court, judged.import_id, {rpc.IMPORT_STATE_ENTERING})


async def _judged(
    channel: grpc.aio.Channel, court: Courthouse, records: Sequence[bytes], *, file_name: str
) -> rpc.Import:
    stub = import_service_pb2_grpc.ImportServiceStub(channel)
    begun = await stub.BeginImport(
        rpc.BeginImportRequest(
            format=rpc.RECORD_FORMAT_JSONL,
            file_sha256=hashlib.sha256(b"\n".join(records)).digest(),
            record_count=len(records),
            file_name=file_name,
        ),
        metadata=court.clerk,
    )
    import_id = getattr(begun, "import").import_id
    await stub.StageRecords(
        rpc.StageRecordsRequest(
            import_id=import_id,
            first_record=1,
            records=[
                rpc.Record(raw=raw, line=line, before=b"\n" if line > 1 else b"")
                for line, raw in enumerate(records, 1)
            ],
        ),
        metadata=court.clerk,
    )
    await stub.PrepareImport(
        rpc.PrepareImportRequest(import_id=import_id, records_sha256=records_sha256(records)),
        metadata=court.clerk,
    )
    return await _past(
        stub, court, import_id, {rpc.IMPORT_STATE_STAGING, rpc.IMPORT_STATE_CHECKING}
    )


async def _past(
    stub: import_service_pb2_grpc.ImportServiceStub,
    court: Courthouse,
    import_id: str,
    states: set[int],
) -> rpc.Import:
    """The import, once it is in none of these states."""
    seen: list[rpc.Import] = []

    async def is_past() -> bool:
        request = rpc.GetImportRequest(import_id=import_id)
        reply = await stub.GetImport(request, metadata=court.clerk)
        found: rpc.Import = getattr(reply, "import")
        seen[:] = [found]
        return found.state not in states

    await eventually(is_past)
    return seen[0]


def _record(court: Courthouse, person: Person) -> bytes:
    fields = {
        "iname": person.name,
        "cardNum": person.resident_id.number,
        "caseCode": court.court.case(person.serial % 1000),
        "courtName": court.court.name,
        "partyTypeName": "0",
        "duty": "偿还借款本金及利息",
        "performance": "全部未履行",
        "disruptTypeName": "违反财产报告制度",
    }
    return json.dumps(fields, ensure_ascii=False).encode()
