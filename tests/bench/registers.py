"""A made-up register on its way into the running system: staged, checked, signed, entered."""

import asyncio
import hashlib
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import BinaryIO, Final

import grpc

from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import import_service_pb2 as rpc
from courtlist.registry.v1 import import_service_pb2_grpc
from stack.folders import DataFolder
from stack.layout import IMPORTER, ours
from stack.office import Metadata, Registry, acting, request_id
from stack.papers import Court, day
from stack.signing import signature
from stack.supervisor import Stack
from synthetic.plan import Plan
from synthetic.register import rows_between
from tests.system.courthouse import legal_today

_COURT: Final = Court("沪0198", "示例市第二人民法院", "021-0000 0002")
_HEAD_TIMES: Final = ("head_held_", "batches")
_RECORDS_AT_ONCE: Final = 1000
_LOOK_S: Final = 0.05
_PREPARED_S: Final = 300.0
_SAMPLE_PAGE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Registers:
    """One court's imports. Every row of a register is sound."""

    stub: import_service_pb2_grpc.ImportServiceStub
    court: Court
    today: date
    stack: Stack
    # SHA-256 over the records of each import, for who prepares it.
    handed_in: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    async def open(cls, stack: Stack, channel: grpc.aio.Channel) -> "Registers":
        """A court of its own, whose cases nobody else enters; its go-live day is today."""
        court, registry, today = _COURT, Registry.over(channel), legal_today()
        await registry.enrol(court)
        await registry.operators.SetGoLive(
            admin.SetGoLiveRequest(request_id=request_id(), go_live_on=day(today)),
            metadata=acting(court.president, "president", court),
        )
        stub = import_service_pb2_grpc.ImportServiceStub(channel)
        return cls(stub=stub, court=court, today=today, stack=stack)

    async def stage(self, rows: int, seed: int) -> str:
        """Hand a register in; returns the import's id."""
        plan = Plan(
            rows=rows,
            seed=seed,
            courts=(self.court.code,),
            as_of=self.today,
            go_live_on=self.today,
        )
        with tempfile.TemporaryFile() as file:
            hashed = _written(file, plan)
            begun = await self.stub.BeginImport(
                rpc.BeginImportRequest(
                    format=rpc.RECORD_FORMAT_JSONL,
                    file_sha256=hashlib.file_digest(file, "sha256").digest(),
                    record_count=rows,
                    file_name=f"register-{seed}.jsonl",
                ),
                metadata=self._as("clerk"),
            )
            import_id: str = getattr(begun, "import").import_id
            file.seek(0)
            for start in range(0, rows, _RECORDS_AT_ONCE):
                records = [
                    rpc.Record(raw=raw.rstrip(), line=line, before=b"\n" if line > 1 else b"")
                    for line, raw in enumerate(islice(file, _RECORDS_AT_ONCE), start + 1)
                ]
                await self.stub.StageRecords(
                    rpc.StageRecordsRequest(
                        import_id=import_id, first_record=start + 1, records=records
                    ),
                    metadata=self._as("clerk"),
                )
        self.handed_in[import_id] = hashed.digest()
        return import_id

    async def check(self, import_id: str) -> float:
        """Have it checked; seconds from the clerk's word to the last row."""
        begun_s = time.perf_counter()
        request = rpc.PrepareImportRequest(
            import_id=import_id, records_sha256=self.handed_in[import_id], rest=b"\n"
        )
        # The registry reads the whole file once more before it answers.
        await self.stub.PrepareImport(request, metadata=self._as("clerk"), timeout=_PREPARED_S)
        await self.until(import_id, rpc.IMPORT_STATE_CHECKED)
        return time.perf_counter() - begun_s

    async def sign(self, import_id: str) -> int:
        """Read the sample back and sign; the position of the signature."""
        manifest_hash = b""
        agreeing: list[int] = []
        while True:
            page = await self.stub.ReadSample(
                rpc.ReadSampleRequest(
                    import_id=import_id, after=agreeing[-1] if agreeing else 0, limit=_SAMPLE_PAGE
                ),
                metadata=self._as("judge"),
            )
            if not page.rows:
                break
            manifest_hash = page.manifest_hash
            agreeing += [row.row_number for row in page.rows]
        await self.stub.ApproveImport(
            rpc.ApproveImportRequest(
                import_id=import_id, manifest_hash=manifest_hash, agreeing_rows=agreeing
            ),
            metadata=self._as("judge"),
        )
        request = rpc.SignImportRequest(
            request_id=request_id(), import_id=import_id, manifest_hash=manifest_hash
        )
        request.signature.CopyFrom(signature(request, _COURT.president))
        signed = await self.stub.SignImport(request, metadata=self._as("president"))
        position: int = signed.position.position
        return position

    async def until(self, import_id: str, state: int) -> rpc.Import:
        """Wait until the import is in this state."""
        while True:
            found = await self.get(import_id)
            if found.state == state:
                return found
            await asyncio.sleep(_LOOK_S)

    async def get(self, import_id: str) -> rpc.Import:
        """The import as it is."""
        reply = await self.stub.GetImport(
            rpc.GetImportRequest(import_id=import_id), metadata=self._as("clerk")
        )
        found: rpc.Import = getattr(reply, "import")
        return found

    def head_times(self, import_id: str) -> dict[str, float]:
        """For how long the importer says that its batches held the ledger's head."""
        log = self.stack.folder.path / "logs" / "importer.log"
        for line in log.read_text(encoding="utf-8").splitlines():
            if '"import_finished"' in line:
                told = json.loads(line)
                if told["import_id"] == import_id:
                    return {name: told[name] for name in told if name.startswith(_HEAD_TIMES)}
        raise AssertionError("the importer's log tells nothing of the import")

    def _as(self, role: str) -> Metadata:
        person_id: str = getattr(self.court, role)
        return acting(person_id, role, self.court)


def _written(file: BinaryIO, plan: Plan) -> "hashlib._Hash":
    """The register as a file, whose place is its start again; SHA-256 over its records' own."""
    hashed = hashlib.sha256()
    for row in rows_between(0, plan.rows, plan):
        raw = json.dumps(row, ensure_ascii=False).encode()
        hashed.update(hashlib.sha256(raw).digest())
        file.write(raw + b"\n")
    file.seek(0)
    return hashed


@asynccontextmanager
async def registry_alone() -> AsyncIterator[Registers]:
    """A registry and its importer in a folder of their own: nobody follows, as nobody follows a COPY."""
    folder = DataFolder.temporary()
    registry, *_ = ours()
    try:
        async with (
            Stack(folder=folder, environment={}, layout=(registry, IMPORTER)) as stack,
            stack.connections.to("registry") as channel,
        ):
            yield await Registers.open(stack, channel)
    finally:
        folder.close()
