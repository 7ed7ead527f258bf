"""An operator who changes keys sees in the importer's metrics what is left, until nothing is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from prometheus_client import CollectorRegistry

from chassis.clock import SystemClock
from chassis.metrics import registry_of
from document import DigestKey
from registry.epochs.filling import Filling
from registry.epochs.keeping import Keeping
from registry.resealing.rekeying import Rekeying
from registry.resealing.resealing import Resealing
from registry.sealing import Sealer, SealKey
from tests.builders import digest_key, registry_secret
from tests.eventually import eventually
from tests.integration.registry.ledger_house import House, house
from tests.integration.registry.test_digest_epochs import open_epoch

_KEYS = Sealer([SealKey("seal-test-1", bytes(range(32))), SealKey("seal-test-2", bytes(32))])
_DIGEST_KEYS: list[DigestKey] = [digest_key(1), digest_key(2)]
_WHAT = ("documents_missing", "sealed_under_older")


@asynccontextmanager
async def _kept(registry: House) -> AsyncIterator[CollectorRegistry]:
    """What is shown of a process that keeps, a little at a time."""
    postgres, draining = registry.postgres, asyncio.Event()
    keeping = Keeping(
        postgres=postgres,
        filling=Filling(postgres=postgres, sealer=_KEYS, digest_keys=_DIGEST_KEYS, batch=1),
        resealing=Resealing(postgres=postgres, sealer=_KEYS, clock=SystemClock(), batch=4),
        rekeying=Rekeying(
            postgres=postgres, sealer=_KEYS, secrets=[registry_secret()], clock=SystemClock()
        ),
        pause_s=0.03,
        idle_s=0.01,
        count_every_s=0.0,
    )
    work = asyncio.create_task(keeping.run(draining))
    try:
        yield registry_of(keeping.collectors())
    finally:
        draining.set()
        await work


def _left(shown: CollectorRegistry, what: str) -> float | None:
    return shown.get_sample_value("courtlist_key_change_left", {"what": what})


async def test_what_a_change_of_keys_leaves_is_shown_as_it_falls_to_nothing(database: str) -> None:
    async with house(database, digest_keys=_DIGEST_KEYS[:1]) as registry:
        for _ in range(5):
            await registry.clerk.listing(await registry.clerk.debtor())
    async with house(database, digest_keys=_DIGEST_KEYS) as registry:
        await open_epoch(registry)
        seen: dict[str, list[float]] = {what: [] for what in _WHAT}
        async with _kept(registry) as shown:

            def has_come_to_nothing() -> bool:
                for what, values in seen.items():
                    values += [one for one in [_left(shown, what)] if one is not None]
                return all(values and values[-1] == 0 for values in seen.values())

            await eventually(has_come_to_nothing)
        for what, values in seen.items():
            assert values[0] > 0, what
            assert values == sorted(values, reverse=True), what
        # Whoever keeps no more says nothing: another process counts.
        assert [_left(shown, what) for what in _WHAT] == [None, None]


class _Worker:
    """Has something to do so many times."""

    def __init__(self, name: str, times: int, done: list[str]) -> None:
        self._name, self._times, self._done = name, times, done

    async def work(self) -> bool:
        if self._times == 0:
            return False
        self._times -= 1
        self._done.append(self._name)
        return True

    async def count_left(self) -> int:
        return self._times


async def test_nothing_is_erased_before_every_signature_has_been_taken_from_the_facts(
    database: str,
) -> None:
    done: list[str] = []
    workers: dict[str, Any] = {
        name: _Worker(name, times, done)
        for name, times in (("filling", 1), ("rekeying", 2), ("erasing", 1), ("resealing", 1))
    }
    draining = asyncio.Event()
    async with house(database) as registry:
        keeping = Keeping(postgres=registry.postgres, pause_s=0, idle_s=0.01, **workers)
        work = asyncio.create_task(keeping.run(draining))
        await eventually(lambda: len(done) == 5)
        draining.set()
        await work
    assert done == ["filling", "rekeying", "rekeying", "erasing", "resealing"]
