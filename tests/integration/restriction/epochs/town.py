"""People whom a fake ledger knows under two digest keys: some are restricted, all the others free."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace

from chassis.clock import SystemClock
from document import digest, parse
from restriction.config import Config
from restriction.facts.store import Follower
from restriction.facts.verify import verify
from restriction.wiring import open_stores
from tests.builders import digest_key, gate_keys, resident_id
from tests.eventually import eventually
from tests.fakes.field import TODAY, settings
from tests.fakes.ledger import FakeLedger
from tests.fakes.ledger_server import Served
from tests.fakes.travel import CLEAR, RESTRICTED, RunningTravel, ticket
from travel.policy import TravelPolicy

BARRED = range(1, 6)
FREE = range(6, 11)


def both_keys(dsn: str, registry: Served) -> Config:
    """Settings of a gate that holds the keys of the first and the second epoch."""
    return replace(settings(dsn, registry.address), keys=gate_keys(1, 2))


def digest_in(epoch: int, serial: int) -> bytes:
    return digest(parse("RESIDENT_ID", "CHN", resident_id(serial=serial), TODAY), digest_key(epoch))


def bind(ledger: FakeLedger, serial: int, *epochs: int) -> None:
    """A person with a document, filed under these epochs."""
    for epoch in epochs:
        ledger.file(epoch, f"d{serial}", digest_in(epoch, serial))
    ledger.bind(f"s{serial}", f"d{serial}", digest_in(epochs[0], serial), epoch=epochs[0])


def settle(ledger: FakeLedger) -> None:
    """Everybody, as known before anything is changed."""
    ledger.enrol_court()
    for serial in (*BARRED, *FREE):
        bind(ledger, serial, 1)
    for serial in BARRED:
        ledger.issue(f"o{serial}", f"s{serial}")


def fill(ledger: FakeLedger, epoch: int = 2) -> None:
    """What the registry does in the background."""
    for serial in (*BARRED, *FREE):
        ledger.file(epoch, f"d{serial}", digest_in(epoch, serial))
    ledger.unfilled.discard(epoch)


async def is_answered_rightly(travel: RunningTravel) -> bool:
    """Whether everybody is answered as they should be."""
    answers = {serial: (await travel.check(ticket(serial))).answer for serial in (*BARRED, *FREE)}
    return answers == {**dict.fromkeys(BARRED, RESTRICTED), **dict.fromkeys(FREE, CLEAR)}


async def follower_of(config: Config) -> Follower:
    """Where a gate's own store stands."""
    async with AsyncExitStack() as stack:
        stores = await open_stores(config, TravelPolicy(), stack)
        return await stores.facts.read_follower()


async def epochs_held(config: Config) -> set[int]:
    """The epochs of which a gate's own store has a digest."""
    async with AsyncExitStack() as stack:
        stores = await open_stores(config, TravelPolicy(), stack)
        async with stores.postgres.connection() as connection:
            return {row["epoch"] for row in await connection.fetch("SELECT epoch FROM digest")}


async def only_holds(config: Config, epoch: int) -> None:
    """Wait until a gate's own store has no digest of any other epoch."""

    async def is_tidy() -> bool:
        return await epochs_held(config) == {epoch}

    await eventually(is_tidy)


async def epochs_loaded(config: Config) -> set[int]:
    """The epochs that a gate holds whole, as it was told."""
    async with AsyncExitStack() as stack:
        stores = await open_stores(config, TravelPolicy(), stack)
        generation = (await stores.facts.read_follower()).generation
        return {one.epoch for one in await stores.epochs.read_epochs(generation) if one.loaded}


async def delivered(config: Config) -> dict[str, tuple[bytes, ...]]:
    """The inner digests of every restriction that partners are told of now."""
    async with AsyncExitStack() as stack:
        stores = await open_stores(config, TravelPolicy(), stack)
        steps = await stores.facts.read_deliveries(0, 1000)
    return {one.restriction_id: tuple(one.digests) for one in steps}


async def differences(config: Config) -> Mapping[str, int]:
    """What a replay from the first change would hold otherwise."""
    async with AsyncExitStack() as stack:
        stores = await open_stores(config, TravelPolicy(), stack)
        return await verify(
            ledger=stores.ledger, store=stores.rebuild, loading=stores.loading, clock=SystemClock()
        )
