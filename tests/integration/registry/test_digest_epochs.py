"""Digest epochs on a real store: opened, filled beside everybody who binds and unbinds, switched, closed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

import asyncpg
import grpc
import pytest

from chassis.wire.status import parse as parse_status
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.registry.v1 import admin_service_pb2 as admin
from document import DigestKey, digest
from registry import rows
from registry.epochs.filling import Filling
from registry.keyring import Keyring
from tests.builders import digest_key
from tests.integration.registry.ledger_house import House, acting, house
from tests.integration.registry.ledger_people import OPERATOR, Debtor, sealer

FIRST, SECOND = digest_key(1), digest_key(2)


class Ring(list[DigestKey]):
    """Keys that a test adds to and drops from, as the file of a running registry is changed."""


@pytest.fixture
def ring() -> Ring:
    return Ring([FIRST])


@pytest.fixture
async def registry(database: str, ring: Ring) -> AsyncIterator[House]:
    async with house(database, digest_keys=ring) as opened:
        yield opened


def filling(registry: House, keys: Sequence[DigestKey], batch: int = 2) -> Filling:
    return Filling(postgres=registry.postgres, sealer=sealer(), digest_keys=keys, batch=batch)


async def fill(registry: House, keys: Sequence[DigestKey]) -> None:
    work = filling(registry, keys)
    while await work.work():
        pass


async def open_epoch(registry: House, epoch: int = 2) -> int:
    request = admin.OpenEpochRequest(request_id=str(uuid4()), epoch=epoch)
    reply = await registry.admin.OpenEpoch(request, metadata=acting(OPERATOR))
    return int(reply.position.position)


async def switch_epoch(registry: House, epoch: int = 2) -> int:
    request = admin.SwitchEpochRequest(request_id=str(uuid4()), epoch=epoch)
    reply = await registry.admin.SwitchEpoch(request, metadata=acting(OPERATOR))
    return int(reply.position.position)


async def close_epoch(registry: House, epoch: int = 1) -> int:
    request = admin.CloseEpochRequest(request_id=str(uuid4()), epoch=epoch)
    reply = await registry.admin.CloseEpoch(request, metadata=acting(OPERATOR))
    return int(reply.position.position)


async def refused(call: Any) -> tuple[str, str]:
    """Why an epoch is refused, and whom it waits for."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    status = parse_status(caught.value)
    assert status.reason == reasons.ERROR_REASON_EPOCH_REFUSED
    return status.metadata["why"], status.metadata.get("followers", "")


async def filed(registry: House) -> set[int]:
    return {row["epoch"] for row in await registry.fetch("SELECT epoch FROM document_digest")}


async def standing(registry: House, debtor: Debtor, key: DigestKey) -> int:
    """How many orders stand against a person, asked by a digest of this key."""
    inquiry = feed.Inquiry(epoch=key.epoch, digest=digest(debtor.document, key))
    request = feed.ConfirmStandingRequest(measure=ledger.MEASURE_ORDER, inquiries=[inquiry])
    reply = await registry.stub.ConfirmStanding(request)
    return len(reply.standings[0].bases)


async def follow(registry: House, *ready: int, position: int | None = None) -> None:
    """A follower shows where it stands, and what it is ready for."""
    head = await registry.ledger()
    request = feed.ReadChangesRequest(follower="travel", ready_epochs=ready)
    if position is None:
        request.after.CopyFrom(head.head)
        request.seen_hash = head.head_hash
    registry.followers._noted_at_s.clear()
    await registry.stub.ReadChanges(request)


async def test_an_epoch_is_opened_filled_switched_to_and_the_former_closed(
    registry: House, ring: Ring
) -> None:
    before = await registry.clerk.debtor()
    await registry.clerk.order(before)
    ring.append(SECOND)
    await open_epoch(registry)
    bound_since = await registry.clerk.debtor()
    await registry.clerk.order(bound_since)
    assert await standing(registry, bound_since, SECOND) == 1
    assert await standing(registry, before, SECOND) == 0
    assert await refused(switch_epoch(registry)) == ("MISSING", "")
    await fill(registry, ring)
    at = await switch_epoch(registry)
    for key in ring:
        assert await standing(registry, before, key) == 1
        assert await standing(registry, bound_since, key) == 1
    shown = await registry.admin.GetEpochs(admin.GetEpochsRequest(), metadata=acting(OPERATOR))
    assert [(one.epoch, one.in_force) for one in shown.epochs] == [(1, False), (2, True)]
    assert shown.epochs[1].switched_position == at
    await close_epoch(registry)
    await fill(registry, ring)
    assert await filed(registry) == {2}
    assert await standing(registry, before, SECOND) == 1
    with pytest.raises(grpc.aio.AioRpcError):
        # Nothing found by a digest of a closed epoch would look like nobody restricted.
        await standing(registry, before, FIRST)


async def test_an_epoch_is_opened_under_the_newest_key_only_and_one_after_the_other(
    registry: House, ring: Ring
) -> None:
    await registry.clerk.debtor()
    assert await refused(open_epoch(registry, 1)) == ("ORDER", "")
    assert await refused(open_epoch(registry, 2)) == ("NO_KEY", "")
    ring.append(SECOND)
    await open_epoch(registry, 2)
    ring.append(digest_key(3))
    assert await refused(open_epoch(registry, 3)) == ("ORDER", "")


async def test_the_epoch_in_force_is_never_closed_and_an_opened_one_can_be_given_up(
    registry: House, ring: Ring
) -> None:
    await registry.clerk.debtor()
    ring.append(SECOND)
    await open_epoch(registry)
    await fill(registry, ring)
    assert await refused(close_epoch(registry, 1)) == ("ORDER", "")
    await close_epoch(registry, 2)
    await fill(registry, ring)
    assert await filed(registry) == {1}
    assert await refused(switch_epoch(registry, 2)) == ("ORDER", "")


async def test_a_switch_waits_for_every_follower_and_a_close_until_each_has_passed_it(
    registry: House, ring: Ring
) -> None:
    await registry.clerk.debtor()
    ring.append(SECOND)
    await open_epoch(registry)
    await fill(registry, ring)
    await follow(registry, 1)
    assert await refused(switch_epoch(registry)) == ("AWAITED", "travel")
    await follow(registry, 1, 2)
    await switch_epoch(registry)
    assert await refused(close_epoch(registry)) == ("AWAITED", "travel")
    await follow(registry, 2)
    await close_epoch(registry)


async def test_documents_are_bound_and_unbound_while_an_epoch_is_filled(
    registry: House, ring: Ring
) -> None:
    debtors = [await registry.clerk.debtor() for _ in range(7)]
    ring.append(SECOND)
    await open_epoch(registry)
    work = filling(registry, ring, batch=1)
    going = True
    taken = iter(debtors[3:5])
    while going:
        going = await work.work()
        debtor = next(taken, None)
        if debtor is not None:
            await unbind(registry, debtor)
            await registry.clerk.debtor()
    await switch_epoch(registry)
    counts = await registry.fetch(
        "SELECT epoch, count(*) AS n FROM document_digest GROUP BY epoch ORDER BY epoch"
    )
    assert [(row["epoch"], row["n"]) for row in counts] == [(1, 7), (2, 7)]


async def test_an_epoch_is_not_filled_while_an_act_holds_a_document_that_lacks_its_digest(
    database: str, registry: House, ring: Ring
) -> None:
    for _ in range(3):
        await registry.clerk.debtor()
    ring.append(SECOND)
    await open_epoch(registry)
    holder = await asyncpg.connect(database, server_settings={"search_path": "registry"})
    try:
        transaction = holder.transaction()
        await transaction.start()
        await holder.fetch("SELECT FROM document ORDER BY document_id LIMIT 1 FOR UPDATE")
        await fill(registry, ring)
        assert await refused(switch_epoch(registry)) == ("MISSING", "")
        shown = await registry.admin.GetEpochs(admin.GetEpochsRequest(), metadata=acting(OPERATOR))
        assert shown.epochs[1].missing > 0
        await transaction.rollback()
    finally:
        await holder.close()
    await fill(registry, ring)
    await switch_epoch(registry)


async def test_filling_that_was_cut_off_goes_on_and_another_does_no_harm(
    registry: House, ring: Ring
) -> None:
    for _ in range(5):
        await registry.clerk.debtor()
    ring.append(SECOND)
    await open_epoch(registry)
    assert await filling(registry, ring).work()
    assert await refused(switch_epoch(registry)) == ("MISSING", "")
    await asyncio.gather(fill(registry, ring), fill(registry, ring))
    await switch_epoch(registry)


async def test_nothing_is_bound_by_a_process_that_lacks_the_key_of_an_open_epoch(
    registry: House, ring: Ring
) -> None:
    await registry.clerk.debtor()
    ring.append(SECOND)
    await open_epoch(registry)
    ring.remove(SECOND)
    with pytest.raises(Exception, match="epoch 2"):
        await registry.clerk.debtor()
    ring.append(SECOND)
    await registry.clerk.debtor()


async def test_digests_are_read_by_pages_and_said_to_be_whole_when_they_are(
    registry: House, ring: Ring
) -> None:
    for _ in range(3):
        await registry.clerk.debtor()
    ring.append(SECOND)
    await open_epoch(registry)
    assert not (await registry.stub.ReadDigests(feed.ReadDigestsRequest(epoch=2))).complete
    await fill(registry, ring)
    found: list[feed.DocumentDigest] = []
    while True:
        after = found[-1].document_id if found else ""
        page = await registry.stub.ReadDigests(
            feed.ReadDigestsRequest(epoch=2, after=after, limit=2)
        )
        assert page.complete
        found += page.digests
        if len(page.digests) < 2:
            break
    assert len({one.document_id for one in found}) == 3
    with pytest.raises(grpc.aio.AioRpcError):
        await registry.stub.ReadDigests(feed.ReadDigestsRequest(epoch=9))


async def unbind(registry: House, debtor: Debtor) -> None:
    [row] = await registry.fetch(
        "SELECT document_id FROM document WHERE subject_id = $1", debtor.subject_id
    )
    effect = ledger.Effect(
        document_unbound=ledger.DocumentUnbound(
            document_id=str(row["document_id"]), subject_id=str(debtor.subject_id)
        )
    )
    await registry.clerk.write([effect], [rows.UnboundDocument(row["document_id"])])


def test_what_is_derived_for_other_uses_stays_when_the_first_digest_key_is_dropped() -> None:
    old = Keyring(sealer(), (FIRST,))
    new = Keyring(sealer(), (SECOND,), old.secrets)
    assert new.cache_keys == old.cache_keys
    assert [one.secret for one in new.secrets] == [FIRST.secret]
