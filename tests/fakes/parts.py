"""What a servicer of any field works with, over memory: no socket, no store."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar
from unittest.mock import create_autospec

from chassis.clock import HeldClock
from restriction.asking.leases import Leases
from restriction.asking.limits import Limits
from restriction.asking.query_log import QueryLog
from restriction.asking.watch import Watch
from restriction.confirm import Confirmer
from restriction.gate import Gate
from restriction.index import CountedIndex
from restriction.keyring import CurrentGateKeys
from restriction.lookup import Lookup
from restriction.model import Basis, Facts, Position
from restriction.partners import Partners
from restriction.policy import Policy
from restriction.progress import Progress
from restriction.ratings import Ratings
from restriction.refusals import RefusalRecorder
from restriction.serving.answering import Answering
from restriction.serving.deliveries import DeliveryReader
from restriction.serving.parts import Parts
from tests.builders import gate_keys, resident_id
from tests.fakes.doors import call_as_partner
from tests.fakes.field import PATIENCE_S, digest_of
from tests.fakes.restriction_doubles import (
    NOW,
    MemoryFacts,
    MemoryPrimary,
    MemoryQueries,
    MemoryRefusals,
    facts,
    order,
)

Question = TypeVar("Question")

CHECKS_PER_S = 150
"""That the partner may ask, on average over ten seconds."""


class HangingFacts(MemoryFacts):
    """Answers all but some, who wait for ever."""

    def __init__(self, answer: Facts) -> None:
        super().__init__(answer)
        self.hanging: set[bytes] = set()
        self.waiting = 0

    async def read_facts(self, digests: Sequence[bytes]) -> Facts:
        if self.hanging & set(digests):
            self.waiting += 1
            await asyncio.Event().wait()
        return await super().read_facts(digests)


class Bench:
    """The engine of a field; on whoever is entered rest `bases`, here and at the registry.

    Whoever takes its parts asks as PARTNER from then on.
    """

    def __init__(self, *bases: Basis) -> None:
        held = bases or (order(),)
        self.clock = HeldClock(NOW)
        self.index = CountedIndex()
        self.store = HangingFacts(facts(*held))
        self.primary = MemoryPrimary(bases=held)
        self.refusals = MemoryRefusals()
        self.sink = MemoryQueries()
        self.queries = QueryLog(sink=self.sink, clock=self.clock)
        self.ratings = Ratings()
        self.progress = Progress(max_staleness_s=5, stale_limit_s=86_400)
        self.progress.load(Position("life-1", 5), NOW)

    def enter(self, serial: int) -> bytes:
        value = digest_of(resident_id(serial=serial))
        self.index.add(value)
        return value

    def parts(
        self, policy: Policy[Question], *, manifest_timeout_s: float = PATIENCE_S
    ) -> Parts[Question]:
        call_as_partner()
        gate = Gate(
            policy=policy,
            lookup=Lookup(index=self.index, keys=CurrentGateKeys(gate_keys()), epoch=1),
            progress=self.progress,
            store=self.store,
            confirmer=Confirmer(primary=self.primary, timeout_s=PATIENCE_S),
            recorder=RefusalRecorder(store=self.refusals, timeout_s=PATIENCE_S),
            queries=self.queries,
            clock=self.clock,
            # A manifest's own deadline comes first.
            store_timeout_s=2 * PATIENCE_S,
        )
        return Parts(
            answering=Answering(
                gate=gate,
                queries=self.queries,
                limits=Limits(
                    partners=Partners(progress=self.progress),
                    leases=Leases(field=policy.field, shared=None, clock=self.clock),
                    clock=self.clock,
                    per_s=CHECKS_PER_S,
                    per_day=1_000_000,
                ),
                watch=Watch(clock=self.clock),
                manifest_timeout_s=manifest_timeout_s,
            ),
            deliveries=create_autospec(DeliveryReader),
            ratings=self.ratings,
            clock=self.clock,
        )
