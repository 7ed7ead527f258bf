"""Memory doubles of the gate's neighbours, for tests that touch no socket."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from restriction.asking.query_counts import CountKey
from restriction.ledger import Confirmation, Inquiry, LedgerError
from restriction.model import (
    CLEAR,
    Answer,
    Bar,
    Basis,
    Facts,
    Item,
    Measure,
    Position,
    Query,
    Reason,
    Seen,
    Standing,
    Verdict,
)

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)


def order(
    basis_id: str = "o1",
    *,
    start_at: datetime = datetime(2026, 1, 1, tzinfo=UTC),
    end_at: datetime | None = None,
    unsettled: bool = False,
    ended: bool = False,
) -> Basis:
    """An order that bars everything."""
    return Basis(
        basis_id=basis_id,
        measure=Measure.ORDER,
        subject_id="s1",
        start_at=start_at,
        end_at=end_at,
        items=frozenset(Item),
        unsettled=unsettled,
        ended=ended,
    )


def listing(
    basis_id: str = "l1",
    *,
    start_at: datetime = datetime(2026, 1, 1, tzinfo=UTC),
    end_at: datetime | None = None,
    ground: int = 1,
    ended_at: datetime | None = None,
    unsettled: bool = False,
) -> Basis:
    """A listing, ended by an act when `ended_at` is given."""
    return Basis(
        basis_id=basis_id,
        measure=Measure.LISTING,
        subject_id="s1",
        start_at=start_at,
        end_at=end_at,
        ground=ground,
        court_name="某区人民法院",
        court_contact="000-0000000",
        case_number="(2026)京0000执1号",
        reference=f"失{basis_id}",
        unsettled=unsettled,
        ended=ended_at is not None,
        ended_at=ended_at,
    )


def seen(number: int = 1, *, generation: int = 1) -> Seen:
    """A place in the ledger."""
    return Seen(
        generation=generation, position=Position("life-1", number), hash=bytes([number % 256]) * 32
    )


def facts(
    *bases: Basis, rebuilding: bool = False, as_of_at: datetime | None = NOW, number: int = 1
) -> Facts:
    """What the service's own store holds."""
    return Facts(
        bases=bases,
        seen=seen(number),
        as_of=Position("life-1", number),
        as_of_at=as_of_at,
        rebuilding=rebuilding,
    )


class BarEverything:
    """A policy under which a basis with any item bars every question; the question is its own rule."""

    field = "test"
    measure = Measure.ORDER
    items = frozenset(Item)

    def __init__(self, *, recalls_ended: bool = False) -> None:
        self.recalls_ended = recalls_ended

    def before_lookup(
        self, question: Verdict | None, document: object, today: date
    ) -> Verdict | None:
        del document, today
        return question

    def decide(self, question: Verdict | None, bases: Sequence[Basis]) -> Verdict:
        del question
        bars = tuple(Bar(basis, "Art 0") for basis in bases if basis.items)
        if not bars:
            return CLEAR
        return Verdict(
            answer=Answer.RESTRICTED,
            reason=Reason.BARRED,
            bars=bars,
            allowed=("walking",),
        )

    def days(self, question: Verdict | None) -> tuple[date, date]:
        del question
        return NOW.date(), NOW.date()

    def label(self, question: Verdict | None) -> str:
        del question
        return "EVERYTHING"


class MemoryFacts:
    """A FactStore that answers, hangs or fails as told."""

    def __init__(self, answer: Facts | Exception) -> None:
        self.answer = answer
        self.reads = 0

    async def read_facts(self, digests: Sequence[bytes]) -> Facts:
        del digests
        self.reads += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def read_live_digests(self, epoch: int | None = None) -> Sequence[bytes]:
        del epoch
        return []


class MemoryRefusals:
    """A RefusalStore; `fault` makes it fail, `pause` makes it wait."""

    def __init__(self) -> None:
        self.batches: list[list[Query]] = []
        self.fault: Exception | None = None
        self.pause: asyncio.Event | None = None

    async def record_refusals(self, refusals: Sequence[Query]) -> None:
        if self.pause is not None:
            await self.pause.wait()
        if self.fault is not None:
            raise self.fault
        self.batches.append(list(refusals))

    @property
    def recorded(self) -> list[Query]:
        return [one for batch in self.batches for one in batch]


class MemoryQueries:
    """A QuerySink; `fault` makes it fail."""

    def __init__(self) -> None:
        self.rows: list[Query] = []
        self.counts: dict[CountKey, int] = {}
        self.fault: Exception | None = None

    async def write_queries(self, queries: Sequence[Query], counts: Mapping[CountKey, int]) -> None:
        if self.fault is not None:
            raise self.fault
        self.rows += queries
        for key, count in counts.items():
            self.counts[key] = self.counts.get(key, 0) + count


@dataclass
class MemoryPrimary:
    """A registry whose present standing is `bases`; `confirm` reads it when the call arrives.

    `misfits` are the names that do not fit, whatever the document.
    """

    bases: tuple[Basis, ...] = ()
    misfits: tuple[str, ...] = ()
    as_of_at: datetime = NOW
    withheld: bool = False
    fault: LedgerError | None = None
    reading: Callable[[], Awaitable[None]] | None = None
    replying: Callable[[], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        self.calls: list[tuple[Sequence[Inquiry], Seen]] = []

    async def confirm(
        self, inquiries: Sequence[Inquiry], *, seen: Seen, timeout_s: float
    ) -> Confirmation:
        del timeout_s
        self.calls.append((inquiries, seen))
        if self.reading is not None:
            await self.reading()
        if self.fault is not None:
            raise self.fault
        standings = [
            Standing(
                bases=self.bases,
                as_of=Position("life-1", 9),
                as_of_at=self.as_of_at,
                name_misfit=one.name in self.misfits,
            )
            for one in inquiries
        ]
        reply = Confirmation(standings=standings, withheld=self.withheld)
        if self.replying is not None:
            await self.replying()
        return reply
