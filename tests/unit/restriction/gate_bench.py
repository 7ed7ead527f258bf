"""A gate with its neighbours within reach."""

from chassis.clock import HeldClock
from document import digest, parse
from restriction.asking.query_log import QueryLog
from restriction.confirm import Confirmer
from restriction.gate import Check, Gate
from restriction.index import CountedIndex
from restriction.keyring import CurrentGateKeys
from restriction.lookup import Lookup
from restriction.model import (
    Decision,
    Position,
    Verdict,
)
from restriction.progress import Progress
from restriction.refusals import RefusalRecorder
from tests.builders import digest_key, gate_keys, resident_id
from tests.fakes.restriction_doubles import (
    NOW,
    BarEverything,
    MemoryFacts,
    MemoryPrimary,
    MemoryQueries,
    MemoryRefusals,
    facts,
    order,
)

DAY_S = 86_400.0


class Bench:
    """A gate with its neighbours within reach. By default the person asked about is restricted."""

    def __init__(self) -> None:
        self.clock = HeldClock(NOW)
        self.index = CountedIndex()
        self.progress = Progress(max_staleness_s=5, stale_limit_s=DAY_S)
        self.progress.load(Position("life-1", 5), NOW)
        self.store = MemoryFacts(facts(order()))
        self.primary = MemoryPrimary(bases=(order(),))
        self.refusals = MemoryRefusals()
        self.epochs: tuple[int, ...] = (1, 2)
        self.epoch = 1
        self.sink = MemoryQueries()
        self.queries = QueryLog(sink=self.sink, clock=self.clock)
        self.list_person(epoch=1)

    def list_person(self, *, epoch: int) -> None:
        document = parse("RESIDENT_ID", "CHN", resident_id(), NOW.date())
        self.index.add(digest(document, digest_key(epoch)))

    async def ask(
        self, number: str | None = None, rule: Verdict | None = None, kind: str = "RESIDENT_ID"
    ) -> Decision:
        gate = Gate(
            policy=BarEverything(),
            lookup=Lookup(
                index=self.index, keys=CurrentGateKeys(gate_keys(*self.epochs)), epoch=self.epoch
            ),
            progress=self.progress,
            store=self.store,
            confirmer=Confirmer(primary=self.primary, timeout_s=0.05),
            recorder=RefusalRecorder(store=self.refusals, timeout_s=0.05),
            queries=self.queries,
            clock=self.clock,
            store_timeout_s=0.05,
        )
        check = Check(
            kind=kind,
            issuing_state="CHN",
            number=number or resident_id(),
            question=rule,
            purpose="ORDER",
        )
        return await gate.check(check, "rail")
