"""A check that races a lift is never refused once the lift is acknowledged."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import pytest_asyncio

from authority.peer import Peer, PeerKind
from courtlist.identity.v1 import document_pb2
from document import DigestKey, digest, parse
from restriction.confirm import Confirmer
from restriction.grpc_ledger import GrpcLedger
from restriction.keyring import parse_keyring
from restriction.ledger import Confirmation, Inquiry, Primary
from restriction.model import Measure, Position, Seen, Standing
from stack.papers import Person
from tests.patience import PATIENT
from tests.robustness.chambers import Chambers
from tests.robustness.diary import Diary
from tests.robustness.examination import verify
from tests.robustness.loops import LOOPS
from tests.robustness.races import SlowPaths, race_lifts, slowable
from tests.robustness.world import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Ten thousand, and a thousand, from 20 loops on.
_PAIRS = min(10_000, 500 * LOOPS)
_PASS_PAIRS = min(1_000, 50 * LOOPS)
_ROUNDS = 25


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def raced() -> AsyncIterator[tuple[World, SlowPaths]]:
    """One world whose paths can be slowed; each test has people of its own."""
    async with open_world(settings=PATIENT, durable=False) as started, slowable(started) as paths:
        yield started, paths


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_checks_racing_lifts_are_never_refused_after_the_acknowledgement(
    raced: tuple[World, SlowPaths],
) -> None:
    diary, (world, paths) = Diary(), raced
    score = await race_lifts(
        world, diary, paths, pairs=_PAIRS, people=20 + _PAIRS // 50, first_serial=1_000_000
    )
    score.print("checks against lifts")
    assert score.pairs >= _PAIRS
    assert score.refused_after == 0
    assert not diary.faults
    assert (await verify(world, "registry"))["verified"]
    replayed = await verify(world, "travel")
    assert replayed["equal"], replayed


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_checks_racing_passes_are_never_refused_after_the_acknowledgement(
    raced: tuple[World, SlowPaths],
) -> None:
    """A pass travels as no ending: it counts at once because a refusal is confirmed."""
    diary, (world, paths) = Diary(), raced
    score = await race_lifts(
        world,
        diary,
        paths,
        pairs=_PASS_PAIRS,
        people=20 + _PASS_PAIRS // 50,
        first_serial=1_500_000,
        free=Chambers.grant,
    )
    score.print("checks against passes")
    assert score.pairs >= _PASS_PAIRS
    assert score.refused_after == 0
    assert not diary.faults


# -------------------------------------------------------- why a check joins no confirmation in flight


class HeldPrimary(Primary):
    """The registry's primary over a line that keeps answers back until it is told to let go."""

    def __init__(self, inner: Primary) -> None:
        self._inner = inner
        self.holds_an_answer = asyncio.Event()
        self.let_go = asyncio.Event()

    async def confirm(
        self, inquiries: Sequence[Inquiry], *, seen: Seen, timeout_s: float
    ) -> Confirmation:
        answer = await self._inner.confirm(inquiries, seen=seen, timeout_s=timeout_s)
        self.holds_an_answer.set()
        await self.let_go.wait()
        return answer


class JoiningConfirmer(Confirmer):
    """The naive way: whoever asks while a question on the same document is under way shares it."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._running: dict[bytes, asyncio.Future[Standing]] = {}

    async def confirm(self, inquiry: Inquiry, seen: Seen) -> Standing:
        running = self._running.get(inquiry.digest)
        if running is None:
            running = asyncio.ensure_future(super().confirm(inquiry, seen))
            self._running[inquiry.digest] = running
            running.add_done_callback(lambda _: self._running.pop(inquiry.digest))
        return await asyncio.shield(running)


def _inquiry(person: Person, key: DigestKey, world: World) -> Inquiry:
    given: document_pb2.Document = person.resident_id
    return Inquiry(key.epoch, digest(parse("RESIDENT_ID", "", given.number, world.today), key))


@pytest.mark.parametrize(
    ("kind", "wrong", "first_serial"),
    [(Confirmer, 0, 2_000_000), (JoiningConfirmer, _ROUNDS, 3_000_000)],
    ids=["ours", "the naive one"],
)
async def test_only_a_check_that_joins_a_confirmation_in_flight_hears_of_a_lifted_order(
    raced: tuple[World, SlowPaths], kind: type[Confirmer], wrong: int, first_serial: int
) -> None:
    """The answer to an earlier check is on its way while the order is lifted and a later one asks."""
    world, _ = raced
    keyring = world.stack.folder.path / "keys" / "gate.keyring.json"
    [key] = parse_keyring(keyring.read_bytes()).digest_keys
    chambers = Chambers(world, world.courts[0], Diary())
    told_too_late = 0
    own = Peer(PeerKind.SERVICE, "probe")
    async with world.stack.connections.to("registry", own=own) as channel:
        registry = GrpcLedger(channel=channel, follower="probe", measure=Measure.ORDER)
        for number in range(_ROUNDS):
            person = Person(first_serial + number)
            issued = await chambers.order(person, chambers.court.case(person.serial))
            ledger = await world.ledger()
            position = Position(ledger.head.incarnation, ledger.head.position)
            seen = Seen(generation=1, position=position, hash=ledger.head_hash)
            primary = HeldPrimary(registry)
            confirmer = kind(primary=primary, timeout_s=30.0)
            inquiry = _inquiry(person, key, world)
            earlier = asyncio.create_task(confirmer.confirm(inquiry, seen))
            await primary.holds_an_answer.wait()
            await chambers.lift(issued.order.order_id)
            later = asyncio.create_task(confirmer.confirm(inquiry, seen))
            # One turn of the loop: it has joined, or stands in the queue for a call of its own.
            await asyncio.sleep(0)
            primary.let_go.set()
            assert (await earlier).bases, "the earlier check was asked before the lift"
            told_too_late += bool((await later).bases)
            await confirmer.close()
    assert told_too_late == wrong
