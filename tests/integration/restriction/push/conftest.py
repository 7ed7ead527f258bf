"""Pushes on a real PostgreSQL, to real partners on loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from authority.identities import SERVICE_KEY
from chassis.clock import SystemClock
from chassis.postgres import Postgres, PostgresSettings
from chassis.tls.transport import PLAINTEXT
from courtlist.ledger.v1 import change_pb2, ledger_service_pb2
from restriction.asking.query_store import PostgresQueryStore
from restriction.facts.postgres_store import PostgresStore
from restriction.facts.rebuild_store import PostgresRebuildStore
from restriction.facts.statements import load_statements
from restriction.model import Item, Measure
from restriction.progress import Progress
from restriction.push import Pushes
from restriction.pushing.courier import Pace
from restriction.pushing.grpc_partner import PartnerLine
from restriction.pushing.push_store import PostgresPushStore
from restriction.serving.partners import PartnerDigests
from tests.builders import digest_key
from tests.contract.restriction.conftest import Bench
from tests.databases import Schema
from tests.fakes.ledger import FakeLedger
from tests.fakes.ledger_acts import ALL_ITEMS, COURT, START
from tests.fakes.partners import ServedPartner
from tests.fakes.travel import SCHEMA, migrate_travel

QUICK = Pace(pause_min_s=0.01, pause_max_s=0.1, beat_s=0.1)
CALL_TIMEOUT_S = 4.0
DIGESTS = PartnerDigests(secret_of=lambda _: digest_key().secret)

MakePartner = Callable[[str], Awaitable[ServedPartner]]


@dataclass
class House:
    """A field's store with a ledger, and the engine's pushes over it."""

    bench: Bench
    progress: Progress
    pushes: Pushes
    people: int = field(default=0)

    @property
    def ledger(self) -> FakeLedger:
        return self.bench.ledger

    async def enrol(self, partner_id: str, address: str, *, fields: tuple[str, ...] = ()) -> None:
        enrolled = change_pb2.PartnerEnrolled(
            partner_id=partner_id, fields=fields or (SCHEMA,), push_address=address
        )
        await self.act(change_pb2.Effect(partner_enrolled=enrolled))

    async def retire(self, partner_id: str) -> None:
        retired = change_pb2.PartnerRetired(partner_id=partner_id)
        await self.act(change_pb2.Effect(partner_retired=retired))

    async def act(self, effect: change_pb2.Effect) -> None:
        self.ledger.act([effect])
        await self.follow()

    async def enter(self, count: int = 1) -> list[str]:
        """Orders against so many people more, in one change; returns their ids."""
        people = range(self.people, self.people + count)
        self.people += count
        effects, digests = [], []
        for number in people:
            document_id, subject_id = f"d{number}", f"s{number}"
            bound = change_pb2.DocumentBound(document_id=document_id, subject_id=subject_id)
            issued = change_pb2.OrderIssued(
                order_id=f"o{number}", subject_id=subject_id, court_code=COURT, items=ALL_ITEMS
            )
            issued.start_time.FromDatetime(START)
            effects.append(change_pb2.Effect(document_bound=bound))
            effects.append(change_pb2.Effect(order_issued=issued))
            digest = number.to_bytes(16)
            self.ledger.file(1, document_id, digest)
            digests.append(
                ledger_service_pb2.DocumentDigest(document_id=document_id, epoch=1, digest=digest)
            )
        self.ledger.act(effects, digests=digests)
        await self.follow()
        return [f"o{number}" for number in people]

    async def lift(self, order_id: str) -> None:
        self.ledger.lift(order_id, order_id.replace("o", "s"))
        await self.follow()

    async def follow(self) -> None:
        """Take what the ledger has, as the feed does."""
        while (await self.bench.facts.read_follower()).all.number < len(self.ledger.changes):
            await self.bench.take()
        self.progress.wake()

    async def head(self) -> int:
        return (await self.bench.facts.read_delivery_head()).number

    def view(self, partner_id: str) -> tuple[int, int, bool]:
        """What is acknowledged, the head, and whether it is failing; -1 for one that is unknown."""
        for one in self.pushes.view():
            if one.partner_id == partner_id:
                return one.acknowledged, one.head, one.HasField("failing_since_time")
        return -1, -1, False


@asynccontextmanager
async def open_house(dsn: str, ledger: FakeLedger) -> AsyncIterator[House]:
    """A house whose pushes do not run yet."""
    settings = PostgresSettings(dsn=dsn, schema=SCHEMA, application_name="test", size_min=1)
    async with Postgres.open(settings) as postgres:
        statements = load_statements()
        facts = PostgresStore(
            postgres=postgres,
            statements=statements,
            measure=Measure.ORDER,
            items=frozenset({Item.TRANSPORT}),
        )
        rebuild = PostgresRebuildStore(postgres=postgres, statements=statements, projection=facts)
        progress = Progress(max_staleness_s=5, stale_limit_s=60)
        store = PostgresPushStore(postgres=postgres, field=SCHEMA)
        pushes = Pushes(
            book=store,
            deliveries=facts,
            positions=store,
            progress=progress,
            line=PartnerLine(
                field=SCHEMA,
                digests=DIGESTS,
                transport=PLAINTEXT.saying(SERVICE_KEY, SCHEMA),
                timeout_s=CALL_TIMEOUT_S,
            ),
            clock=SystemClock(),
            pace=QUICK,
        )
        queries = PostgresQueryStore(postgres=postgres)
        yield House(Bench(postgres, ledger, facts, rebuild, queries), progress, pushes)


@asynccontextmanager
async def leading(house: House) -> AsyncIterator[House]:
    """Push until the block ends, as the engine that leads does."""
    await house.pushes.begin()
    task = asyncio.create_task(house.pushes.run())
    try:
        yield house
    finally:
        task.cancel()
        await asyncio.wait((task,))
        assert task.cancelled()


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema("travel", migrate_travel)


@pytest.fixture
async def idle_house(database: str) -> AsyncIterator[House]:
    async with open_house(database, FakeLedger()) as house:
        yield house


@pytest.fixture
async def house(idle_house: House) -> AsyncIterator[House]:
    async with leading(idle_house):
        yield idle_house


@pytest.fixture
async def make_partner(tmp_path: Path) -> AsyncIterator[MakePartner]:
    async with AsyncExitStack() as stack:

        async def make(name: str) -> ServedPartner:
            partner = ServedPartner(tmp_path / name)
            await partner.start()
            stack.push_async_callback(partner.stop)
            return partner

        yield make
