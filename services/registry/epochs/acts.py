"""Opening, switching and closing a digest epoch: by acts in the ledger, which every follower sees."""

from collections.abc import Sequence

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import admin_service_pb2 as rpc
from document import DigestKey
from registry import rows
from registry.desk import Desk
from registry.epochs.queries import EpochQueries
from registry.epochs.rules import (
    EpochRecord,
    Obstacle,
    Reader,
    closing_obstacle,
    opening_obstacle,
    switching_obstacle,
)
from registry.plan import Plan


class EpochActs:
    """Plans for OpenEpoch, SwitchEpoch and CloseEpoch; the epochs are held until commit."""

    def __init__(self, *, digest_keys: Sequence[DigestKey]) -> None:
        self._digest_keys = digest_keys
        self._queries = EpochQueries.load()

    async def open(self, desk: Desk, request: rpc.OpenEpochRequest) -> Plan[rpc.OpenEpochResponse]:
        """From this position on, documents are filed under the newest key, too."""
        keys = tuple(self._digest_keys)
        # A record without a document has had no reason yet to note its first epoch.
        first = keys[0]
        await desk.connection.execute(
            self._queries.adopt_epoch, first.epoch, first.algorithm, first.key_id
        )
        await desk.connection.execute(self._queries.hold_epochs)
        _refuse(opening_obstacle(await self._epochs(desk), request.epoch, keys))
        newest = keys[-1]
        effect = pb.Effect(
            epoch_opened=pb.EpochOpened(
                epoch=newest.epoch, algorithm=newest.algorithm, key_id=newest.key_id
            )
        )

        async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.OpenEpochResponse:
            return rpc.OpenEpochResponse(position=position)

        row = rows.NewEpoch(epoch=newest.epoch, algorithm=newest.algorithm, key_id=newest.key_id)
        return Plan(effects=[effect], rows=[row], answer=answer)

    async def switch(
        self, desk: Desk, request: rpc.SwitchEpochRequest
    ) -> Plan[rpc.SwitchEpochResponse]:
        """From this position on, documents are looked up under this epoch's key."""
        await desk.connection.execute(self._queries.hold_epochs)
        # Before the head is held: since the opening, whoever binds a document files it under this epoch.
        missing = await desk.connection.fetchval(self._queries.count_missing, request.epoch, 1)
        _refuse(
            switching_obstacle(
                await self._epochs(desk),
                request.epoch,
                tuple(self._digest_keys),
                await self._readers(desk),
                is_missing=missing != 0,
            )
        )
        effect = pb.Effect(epoch_switched=pb.EpochSwitched(epoch=request.epoch))

        async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.SwitchEpochResponse:
            return rpc.SwitchEpochResponse(position=position)

        return Plan(effects=[effect], rows=[rows.SwitchedEpoch(request.epoch)], answer=answer)

    async def close(
        self, desk: Desk, request: rpc.CloseEpochRequest
    ) -> Plan[rpc.CloseEpochResponse]:
        """Nothing is filed or looked up under it any more; its digests are dropped bit by bit."""
        await desk.connection.execute(self._queries.hold_epochs)
        _refuse(
            closing_obstacle(await self._epochs(desk), request.epoch, await self._readers(desk))
        )
        effect = pb.Effect(epoch_closed=pb.EpochClosed(epoch=request.epoch))

        async def answer(_desk: Desk, position: position_pb2.Position) -> rpc.CloseEpochResponse:
            return rpc.CloseEpochResponse(position=position)

        return Plan(effects=[effect], rows=[rows.ClosedEpoch(request.epoch)], answer=answer)

    async def _epochs(self, desk: Desk) -> list[EpochRecord]:
        found = await desk.connection.fetch(self._queries.all_epochs)
        return [EpochRecord(**row) for row in found]

    async def _readers(self, desk: Desk) -> list[Reader]:
        return [Reader(**row) for row in await desk.connection.fetch(self._queries.readers)]


def _refuse(obstacle: Obstacle | None) -> None:
    if obstacle is not None:
        raise ServiceError(
            reasons.ERROR_REASON_EPOCH_REFUSED,
            f"{obstacle.problem}; nothing was changed",
            metadata={"why": obstacle.why, **obstacle.metadata},
        )
