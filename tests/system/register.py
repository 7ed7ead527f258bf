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
from tests.eventually import eventually
from tests.system.courthouse import Courthouse


async def have_judged(
    channel: grpc.aio.Channel, court: Courthouse, people: Sequence[Person]
) -> rpc.Import:
    """One row for each of `people`, as public registers hold them; the last number is wrong."""
    await Registry.over(channel).operators.SetGoLive(
        admin.SetGoLiveRequest(request_id=request_id(), go_live_on=day(court.today)),
        metadata=acting(court.court.president, "president", court.court),
    )
    stub = import_service_pb2_grpc.ImportServiceStub(channel)
    records = [_record(court, person) for person in people]
    records[-1] = records[-1].replace(people[-1].resident_id.number.encode(), b"0" * 18)
    begun = await stub.BeginImport(
        rpc.BeginImportRequest(
            format=rpc.RECORD_FORMAT_JSONL,
            file_sha256=hashlib.sha256(b"\n".join(records)).digest(),
            record_count=len(records),
            file_name=f"{people[0].name}.jsonl",
        ),
        metadata=court.clerk,
    )
    import_id = getattr(begun, "import").import_id
    await stub.StageRecords(
        rpc.StageRecordsRequest(
            import_id=import_id,
            first_record=1,
            records=[rpc.Record(raw=raw, line=line) for line, raw in enumerate(records, 1)],
        ),
        metadata=court.clerk,
    )
    await stub.PrepareImport(rpc.PrepareImportRequest(import_id=import_id), metadata=court.clerk)
    judged: list[rpc.Import] = []

    async def is_judged() -> bool:
        reply = await stub.GetImport(
            rpc.GetImportRequest(import_id=import_id), metadata=court.clerk
        )
        found: rpc.Import = getattr(reply, "import")
        judged[:] = [found]
        return found.state not in {rpc.IMPORT_STATE_STAGING, rpc.IMPORT_STATE_CHECKING}

    await eventually(is_judged, 30)
    return judged[0]


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
