"""The president's two acts: signing a manifest, and taking an import back. Plans for the Registrar."""

from uuid import UUID

from authority.caller import Actor
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry import rows
from registry.acts.scope import require_other_person
from registry.acts.signatures import signature_faults
from registry.commands import ImportSigning
from registry.desk import Desk
from registry.errors import refuse
from registry.importing.calls.reading import ImportReads, showing
from registry.importing.calls.refusing import (
    manifest_mismatch,
    require_neither_staged_nor_prepared,
    require_state,
)
from registry.importing.found import find
from registry.importing.queries import ImportQueries
from registry.plan import Plan


class Signing:
    """Plans for SignImport and UndoImport."""

    def __init__(self, *, queries: ImportQueries, reads: ImportReads) -> None:
        self._queries = queries
        self._reads = reads

    async def sign(
        self, desk: Desk, actor: Actor, signing: ImportSigning
    ) -> Plan[rpc.SignImportResponse]:
        """From now on the sound rows are entered, each by an act of its own in the president's name.

        Raises ServiceError IMPORT_STATE, MANIFEST_MISMATCH, SAME_PERSON, NOT_SIGNED.
        """
        import_id = signing.import_id
        record = await find(desk.connection, self._queries, import_id, actor.court_code, hold=True)
        require_state(record, rpc.IMPORT_STATE_APPROVED)
        if record.manifest_hash != signing.manifest_hash:
            raise manifest_mismatch("the manifest is another one than was seen")
        require_neither_staged_nor_prepared(actor, record)
        require_other_person(actor, record.approved_by, "approved the import")
        signers = [actor.person_id]
        refuse(
            await signature_faults(
                desk, actor, signing.signed, signers=signers, signed_on=None, is_the_signing=True
            )
        )
        effect = pb.Effect(
            import_signed=pb.ImportSigned(
                import_id=str(import_id),
                court_code=record.court_code,
                manifest_hash=signing.manifest_hash,
                row_count=record.row_count,
                prepared_by=record.prepared_by or "",
                approved_by=record.approved_by or "",
            )
        )

        async def answer(desk: Desk, position: position_pb2.Position) -> rpc.SignImportResponse:
            shown = await self._reads.show(desk.connection, import_id)
            return showing(rpc.SignImportResponse(position=position), shown)

        return Plan(
            effects=[effect], rows=[rows.SignedImport(import_id, actor.person_id)], answer=answer
        )

    async def undo(self, desk: Desk, actor: Actor, import_id: UUID) -> Plan[rpc.UndoImportResponse]:
        """What it brought is revoked from now on, each listing by an act in the president's name.

        Raises ServiceError IMPORT_STATE.
        """
        record = await find(desk.connection, self._queries, import_id, actor.court_code, hold=True)
        require_state(record, rpc.IMPORT_STATE_DONE)
        effect = pb.Effect(import_undone=pb.ImportUndone(import_id=str(import_id)))

        async def answer(desk: Desk, position: position_pb2.Position) -> rpc.UndoImportResponse:
            shown = await self._reads.show(desk.connection, import_id)
            return showing(rpc.UndoImportResponse(position=position), shown)

        return Plan(
            effects=[effect], rows=[rows.UndoneImport(import_id, actor.person_id)], answer=answer
        )
