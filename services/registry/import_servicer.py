"""ImportService on the wire: who acts, what is asked, do it, answer. Nothing is decided here."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import grpc
from google.protobuf.message import Message

from authority.caller import Actor, actor
from chassis.clock import Clock
from chassis.telemetry.call_log import call_log
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import import_service_pb2 as rpc
from courtlist.registry.v1 import import_service_pb2_grpc
from registry.convert import imports
from registry.convert.questions import read_id
from registry.desk import Desk
from registry.importing.calls.completing import Completing
from registry.importing.calls.reading import ImportReads, showing
from registry.importing.calls.signing import Signing
from registry.importing.calls.staging import Staging
from registry.law.days import legal_day
from registry.plan import Plan
from registry.registrar import Act, Registrar

R = TypeVar("R", bound=Message)
Context = grpc.aio.ServicerContext[Any, Any]


class ImportServicer(import_service_pb2_grpc.ImportServiceServicer):
    """See import_service.proto, where every RPC, field and error is described."""

    def __init__(
        self,
        *,
        staging: Staging,
        signing: Signing,
        completing: Completing,
        reads: ImportReads,
        registrar: Registrar,
        clock: Clock,
    ) -> None:
        self._staging = staging
        self._signing = signing
        self._completing = completing
        self._reads = reads
        self._registrar = registrar
        self._clock = clock

    async def BeginImport(
        self, request: rpc.BeginImportRequest, context: Context
    ) -> rpc.BeginImportResponse:
        imports.check_beginning(request, self._today())
        import_id, found = await self._staging.begin(actor(), request)
        shown = await self._show(import_id)
        return showing(rpc.BeginImportResponse(found=found), shown)

    async def StageRecords(
        self, request: rpc.StageRecordsRequest, context: Context
    ) -> rpc.StageRecordsResponse:
        import_id, records, before = imports.read_records(request, self._today())
        call_log().fields.update(import_id=str(import_id), items=len(records))
        staged = await self._staging.stage(actor(), import_id, records, before)
        return rpc.StageRecordsResponse(staged_count=staged)

    async def PrepareImport(
        self, request: rpc.PrepareImportRequest, context: Context
    ) -> rpc.PrepareImportResponse:
        import_id = imports.read_preparation(request, self._today())
        await self._staging.prepare(actor(), import_id, request.records_sha256, request.rest)
        return showing(rpc.PrepareImportResponse(), await self._show(import_id))

    async def GetImport(
        self, request: rpc.GetImportRequest, context: Context
    ) -> rpc.GetImportResponse:
        import_id = self._id(request.import_id)
        return showing(rpc.GetImportResponse(), await self._show(import_id))

    async def ListImports(
        self, request: rpc.ListImportsRequest, context: Context
    ) -> rpc.ListImportsResponse:
        page = imports.read_import_page(request, self._today())
        return await self._reads.page(actor(), page)

    async def ReadRows(
        self, request: rpc.ReadRowsRequest, context: Context
    ) -> rpc.ReadRowsResponse:
        import_id, limit = imports.read_rows(request, self._today())
        return await self._reads.rows(actor(), import_id, request, limit)

    async def ReadSample(
        self, request: rpc.ReadSampleRequest, context: Context
    ) -> rpc.ReadSampleResponse:
        import_id, limit = imports.read_sample(request, self._today())
        return await self._reads.sample(actor(), import_id, request.after, limit)

    async def ApproveImport(
        self, request: rpc.ApproveImportRequest, context: Context
    ) -> rpc.ApproveImportResponse:
        import_id = imports.read_approval(request, self._today())
        await self._staging.approve(actor(), import_id, request)
        return showing(rpc.ApproveImportResponse(), await self._show(import_id))

    async def SignImport(
        self, request: rpc.SignImportRequest, context: Context
    ) -> rpc.SignImportResponse:
        president, signing = actor(), imports.read_signing(request, self._today())
        return await self._act(
            request,
            context,
            president,
            kind=ledger.ACT_SIGN_IMPORT,
            plan=lambda desk: self._signing.sign(desk, president, signing),
            answer_type=rpc.SignImportResponse,
        )

    async def AbandonImport(
        self, request: rpc.AbandonImportRequest, context: Context
    ) -> rpc.AbandonImportResponse:
        import_id = self._id(request.import_id)
        await self._staging.abandon(actor(), import_id)
        return showing(rpc.AbandonImportResponse(), await self._show(import_id))

    async def UndoImport(
        self, request: rpc.UndoImportRequest, context: Context
    ) -> rpc.UndoImportResponse:
        president, import_id = actor(), imports.read_undoing(request, self._today())
        return await self._act(
            request,
            context,
            president,
            kind=ledger.ACT_UNDO_IMPORT,
            plan=lambda desk: self._signing.undo(desk, president, import_id),
            answer_type=rpc.UndoImportResponse,
        )

    async def CompleteRow(
        self, request: rpc.CompleteRowRequest, context: Context
    ) -> rpc.CompleteRowResponse:
        import_id, row_number = imports.read_row(request, self._today())
        row = await self._completing.complete(actor(), import_id, row_number, request.fields)
        return rpc.CompleteRowResponse(row=row)

    async def ReadCompletion(
        self, request: rpc.ReadCompletionRequest, context: Context
    ) -> rpc.ReadCompletionResponse:
        import_id, row_number = imports.read_row(request, self._today())
        return await self._completing.read(actor(), import_id, row_number)

    async def ApproveRow(
        self, request: rpc.ApproveRowRequest, context: Context
    ) -> rpc.ApproveRowResponse:
        import_id, row_number = imports.read_row(request, self._today())
        seen = request.completion_hash
        row = await self._completing.approve(actor(), import_id, row_number, seen)
        return rpc.ApproveRowResponse(row=row)

    async def _act(
        self,
        request: rpc.SignImportRequest | rpc.UndoImportRequest,
        context: Context,
        president: Actor,
        *,
        kind: ledger.Act.ValueType,
        plan: Callable[[Desk], Awaitable[Plan[R]]],
        answer_type: type[R],
    ) -> R:
        answer = await self._registrar.perform(
            Act(
                kind=kind,
                actor=president,
                request=request,
                request_id=request.request_id,
                validate_only=False,
                plan=plan,
                answer_type=answer_type,
            )
        )
        context.add_done_callback(self._note_reply)  # type: ignore[arg-type] # stub: no protocol
        return answer

    async def _show(self, import_id: UUID) -> rpc.Import:
        call_log().fields["import_id"] = str(import_id)
        return await self._reads.get(actor(), import_id)

    def _id(self, value: str) -> UUID:
        return read_id(value, "import_id", self._today())

    def _note_reply(self, _: Context) -> None:
        self._registrar.mark_replied()

    def _today(self) -> date:
        return legal_day(self._clock.now())
