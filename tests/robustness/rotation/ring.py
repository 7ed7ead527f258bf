"""The key that seals personal text, and the key by which documents are digested."""

from pathlib import Path
from typing import Final

from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from document import DigestKey
from registry.keyring import Keyring
from registry.sealing import seal_prefix
from stack.office import acting, request_id
from tests.eventually import eventually
from tests.robustness.diary import Acknowledged
from tests.robustness.rotation.remains import Remains
from tests.robustness.rotation.scene import Scene

_REFUSED: Final = 1
_READ_AGAIN: Final = 40
_READ: Final = '"file_read_anew"'
_FILERS: Final = ("registry", "importer")


async def replace_the_seal_key(scene: Scene, remains: Remains) -> None:
    """Added, everything sealed anew, the former dropped: every read still works, and nothing needs it."""
    former = _ring(scene).sealer.key_ids[-1]
    code, said = await scene.keyring("add-seal-key", scene.ring_file)
    assert code == 0, said
    newest = _ring(scene).sealer.key_ids[-1]

    await eventually(lambda: newest in scene.log("importer"), limit_s=60)

    async def is_dropped() -> bool:
        # A process that looks at its keyring a moment later seals a value more under the former key.
        code, said = await scene.keyring("drop-seal-key", scene.ring_file, former)
        assert code in {0, _REFUSED}, said
        return code == 0

    await eventually(is_dropped, limit_s=60)
    await scene.goes_on()
    found = await remains.in_databases([seal_prefix(former)])
    assert not found, f"sealed by a key that is gone: {found}"
    await _read_again(scene)


async def replace_the_digest_key(scene: Scene, remains: Remains) -> None:
    """Opened, filled, switched to, the former closed: it serves until the switch and is gone after the close."""
    operators = scene.world.registry.operators
    former = _ring(scene).digest_keys[-1]
    read = {name: scene.log(name).count(_READ) for name in _FILERS}
    code, said = await scene.keyring("add-digest-key", scene.ring_file, "--gate", scene.gate_file)
    assert code == 0, said
    epoch = _ring(scene).digest_keys[-1].epoch
    # Who files documents has the key before the epoch is opened, as the runbook says.
    await eventually(lambda: all(scene.log(name).count(_READ) > read[name] for name in _FILERS))
    await scene.operate("open_epoch", operators.OpenEpoch, _open(epoch))
    await scene.load.writes(3)
    await eventually(lambda: _is_ready(scene, epoch), limit_s=60)
    assert [one.epoch for one in (await scene.epochs()).epochs if one.in_force] == [former.epoch]
    await scene.operate("switch_epoch", operators.SwitchEpoch, _switch(epoch))
    await eventually(lambda: _is_ready(scene, epoch), limit_s=60)
    await scene.goes_on()
    await scene.operate("close_epoch", operators.CloseEpoch, _close(former.epoch))

    async def is_dropped() -> bool:
        code, said = await scene.keyring(
            "drop-digest-key", scene.ring_file, str(former.epoch), "--gate", scene.gate_file
        )
        assert code in {0, _REFUSED}, said
        return code == 0

    await eventually(is_dropped, limit_s=60)
    await _nothing_is_left(scene, remains, former)
    await scene.goes_on()


async def _nothing_is_left(scene: Scene, remains: Remains, former: DigestKey) -> None:
    digests = remains.digests(former)
    assert len(digests) > _READ_AGAIN

    async def is_gone() -> bool:
        return not await remains.in_databases(digests) and not remains.in_copies(digests)

    # Fields and copies come after the ledger.
    await eventually(is_gone, limit_s=30)
    assert not await remains.in_cache(digests)
    assert not remains.in_logs(digests)


def _ring(scene: Scene) -> Keyring:
    return Keyring.load(Path(scene.ring_file))


async def _is_ready(scene: Scene, epoch: int) -> bool:
    """Whether the registry misses nothing of an epoch and awaits nobody."""
    [shown] = [one for one in (await scene.epochs()).epochs if one.epoch == epoch]
    return shown.missing == 0 and not shown.awaited


async def _read_again(scene: Scene) -> None:
    """What was entered before and after the change is read by its court."""
    entered = [one for one in scene.diary.acknowledged if one.kind == "enter"]
    for one in (*entered[:_READ_AGAIN], *entered[-_READ_AGAIN:]):
        await _read(scene, one)


async def _read(scene: Scene, one: Acknowledged) -> None:
    reply = one.reply
    assert isinstance(reply, rpc.EnterListingResponse)
    [court] = [court for court in scene.world.courts if court.code == reply.listing.court_code]
    read = await scene.world.registry.courts.GetListing(
        rpc.GetListingRequest(listing_id=reply.listing.listing_id),
        metadata=acting(court.clerk, "clerk", court),
    )
    assert read.listing.subject_id == reply.listing.subject_id


def _open(epoch: int) -> admin.OpenEpochRequest:
    return admin.OpenEpochRequest(request_id=request_id(), epoch=epoch)


def _switch(epoch: int) -> admin.SwitchEpochRequest:
    return admin.SwitchEpochRequest(request_id=request_id(), epoch=epoch)


def _close(epoch: int) -> admin.CloseEpochRequest:
    return admin.CloseEpochRequest(request_id=request_id(), epoch=epoch)
