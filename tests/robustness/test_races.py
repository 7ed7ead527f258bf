"""Two at once: whatever the order, the record is as if one had come after the other."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import Any

import grpc
import pytest
import pytest_asyncio

from authority.peer import Peer, PeerKind
from authority.proving_channel import ProvingChannel
from chassis.wire.status import parse
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.ledger.v1 import ledger_service_pb2_grpc
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.connections import OPERATOR_PEER
from stack.log_file import LogFile
from stack.office import Registry, acting
from stack.papers import Person
from stack.ports import LOOPBACK, free_port
from stack.service_process import ServiceProcess
from tests.patience import PATIENT
from tests.robustness.chambers import Chambers
from tests.robustness.diary import Diary
from tests.robustness.examination import verify
from tests.robustness.world import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

_ROUNDS = 40
_GENESIS = bytes(32)


@dataclass(slots=True)
class Bench:
    """A system with two registries on one database, and a court at each."""

    world: World
    twin: World
    here: Chambers
    there: Chambers
    diary: Diary
    serials: "count[int]" = field(default_factory=lambda: count(1))

    def person(self) -> Person:
        """Somebody nobody has entered yet."""
        return Person(next(self.serials))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench() -> AsyncIterator[Bench]:
    """Both courts write through registries of their own: no lock within one process helps them."""
    diary = Diary()
    async with open_world(settings=PATIENT, durable=False) as world:
        first = world.service("registry")
        address = f"{LOOPBACK}:{free_port()}"
        server = Peer(PeerKind.SERVICE, "registry")
        second = ServiceProcess(
            name="registry",
            environment={
                **first.process.environment,
                "COURTLIST_LISTEN": address,
                "COURTLIST_METRICS_LISTEN": "",
            },
            address=address,
            connect=partial(
                ProvingChannel, address, server=server, proofs=world.stack.proofs, own=OPERATOR_PEER
            ),
            folder=world.stack.folder.sub("services"),
            log=LogFile(world.stack.folder.sub("logs") / "registry-2.log"),
        )
        await second.start()
        try:
            await second.wait_ready()
            async with ProvingChannel(address, server=server, proofs=world.stack.proofs) as channel:
                twin = replace(world, registry=Registry.over(channel))
                yield Bench(
                    world=world,
                    twin=twin,
                    here=Chambers(world, world.courts[0], diary),
                    there=Chambers(twin, world.courts[1], diary),
                    diary=diary,
                )
                assert (await verify(world, "registry"))["verified"]
        finally:
            await second.stop()


async def _both(first: Awaitable[Any], second: Awaitable[Any]) -> list[Any]:
    """Outcomes of two acts sent in the same breath: replies, or reasons of refusal."""
    outcomes = await asyncio.gather(first, second, return_exceptions=True)
    return [_reason(one) if isinstance(one, BaseException) else one for one in outcomes]


def _reason(error: BaseException) -> str:
    assert isinstance(error, grpc.aio.AioRpcError), error
    return parse(error).reason_name


async def _changes(world: World, after: int) -> list[ledger.ChangeBody]:
    """What stands in the ledger after a position."""
    async with world.database("registry") as connection:
        rows = await connection.fetch(
            "SELECT body FROM change WHERE position > $1 ORDER BY position", after
        )
    return [ledger.ChangeBody.FromString(row["body"]) for row in rows]


def _lifted(changes: Sequence[ledger.ChangeBody]) -> Counter[str]:
    """How often each order was lifted."""
    return Counter(
        effect.order_lifted.order_id
        for change in changes
        for effect in change.effects
        if effect.WhichOneof("effect") == "order_lifted"
    )


# --------------------------------------------------------------------- two courts, one person


async def test_two_courts_that_enter_one_person_at_once_enter_one_subject(bench: Bench) -> None:
    people = [bench.person() for _ in range(_ROUNDS)]
    orders: list[str] = []
    for person in people:
        first, second = await _both(
            bench.here.enter(person, bench.here.court.case(person.serial)),
            bench.there.enter(person, bench.there.court.case(person.serial)),
        )
        assert first.listing.subject_id == second.listing.subject_id
        assert first.position.position != second.position.position
        orders += [first.order.order_id, second.order.order_id]
    await bench.world.wait_followed()
    bars = [
        {bar.restriction_id for bar in decision.bars}
        for decision in await bench.world.check_all(people)
    ]
    assert bars == [set(orders[at : at + 2]) for at in range(0, len(orders), 2)]


async def test_two_courts_that_are_paid_at_once_end_only_their_own(bench: Bench) -> None:
    head = (await bench.world.ledger()).head.position
    people = [bench.person() for _ in range(_ROUNDS // 2)]
    ended: list[str] = []
    for person in people:
        entered = await _both(
            bench.here.enter(person, bench.here.court.case(person.serial)),
            bench.there.enter(person, bench.there.court.case(person.serial)),
        )
        obligations = [one.listing.obligation_id for one in entered]
        await _both(bench.here.state(obligations[0], 100), bench.there.state(obligations[1], 100))
        paid = await _both(
            bench.here.pay(obligations[0], 100, "R-1"), bench.there.pay(obligations[1], 100, "R-1")
        )
        for one, entry in zip(paid, entered, strict=True):
            assert list(one.lifted_order_ids) == [entry.order.order_id]
            assert list(one.deleted_listing_ids) == [entry.listing.listing_id]
        ended += [one.order.order_id for one in entered]
    # No wait: whatever the gate has read so far, nobody is refused after the acknowledgement.
    decisions = await bench.world.check_all(people)
    assert {one.answer for one in decisions} == {restriction.ANSWER_CLEAR}
    assert _lifted(await _changes(bench.world, head)) == Counter(dict.fromkeys(ended, 1))


async def test_one_passport_bound_to_two_people_at_once_belongs_to_one(bench: Bench) -> None:
    for _ in range(_ROUNDS // 2):
        person, other = bench.person(), bench.person()
        entered = await _both(
            bench.here.enter(person, bench.here.court.case(person.serial)),
            bench.there.enter(other, bench.there.court.case(other.serial)),
        )
        outcomes = await _both(
            bench.here.bind(entered[0].listing.subject_id, person.passport),
            bench.there.bind(entered[1].listing.subject_id, person.passport),
        )
        assert [one for one in outcomes if isinstance(one, str)] == ["DOCUMENT_TAKEN"]


async def test_a_listing_that_is_revoked_and_paid_at_once_ends_once(bench: Bench) -> None:
    # Both act for one court, through two registries.
    here, there = bench.here, Chambers(bench.twin, bench.here.court, bench.diary)
    head = (await bench.world.ledger()).head.position
    orders: list[str] = []
    for _ in range(_ROUNDS // 2):
        person = bench.person()
        entered = await here.enter(person, here.court.case(person.serial))
        await here.state(entered.listing.obligation_id, 100)
        revoked, paid = await _both(
            here.revoke(entered.listing.listing_id),
            there.pay(entered.listing.obligation_id, 100, "R-1"),
        )
        assert not isinstance(paid, str)
        lifted = list(paid.lifted_order_ids)
        if isinstance(revoked, str):
            assert revoked == "ALREADY_ENDED"
        else:
            lifted += revoked.lifted_order_ids
        assert lifted == [entered.order.order_id]
        orders.append(entered.order.order_id)
    assert _lifted(await _changes(bench.world, head)) == Counter(dict.fromkeys(orders, 1))


async def test_one_case_entered_twice_at_once_is_entered_once(bench: Bench) -> None:
    here, there = bench.here, Chambers(bench.twin, bench.here.court, bench.diary)
    for _ in range(_ROUNDS // 2):
        person = bench.person()
        case = here.court.case(person.serial)
        outcomes = await _both(here.enter(person, case), there.enter(person, case))
        refused = [one for one in outcomes if isinstance(one, str)]
        # Whichever rule meets the other act first; the last is met under the ledger's head.
        assert refused in (["ALREADY_ENTERED"], ["CASE_TAKEN"], ["NOT_SIGNED"])


# ------------------------------------------------------------------------------- two payments


async def test_two_half_payments_at_once_lift_everything_exactly_once(bench: Bench) -> None:
    here, there = bench.here, Chambers(bench.twin, bench.here.court, bench.diary)
    head = (await bench.world.ledger()).head.position
    orders: list[str] = []
    for _ in range(_ROUNDS):
        person = bench.person()
        entered = await here.enter(person, here.court.case(person.serial))
        obligation_id = entered.listing.obligation_id
        await here.state(obligation_id, 100)
        halves = await _both(
            here.pay(obligation_id, 50, "R-1"), there.pay(obligation_id, 50, "R-2")
        )
        assert sorted(len(half.lifted_order_ids) for half in halves) == [0, 1]
        assert sorted(half.obligation.performed for half in halves) == [False, True]
        last = max(halves, key=lambda half: half.position.position)
        assert list(last.lifted_order_ids) == [entered.order.order_id]
        assert list(last.deleted_listing_ids) == [entered.listing.listing_id]
        assert last.obligation.paid.minor_units == 10_000
        assert (await bench.world.check(person)).answer == restriction.ANSWER_CLEAR
        orders.append(entered.order.order_id)
    assert _lifted(await _changes(bench.world, head)) == Counter(dict.fromkeys(orders, 1))


async def test_one_receipt_recorded_twice_at_once_counts_once(bench: Bench) -> None:
    here, there = bench.here, Chambers(bench.twin, bench.here.court, bench.diary)
    for _ in range(_ROUNDS // 2):
        person = bench.person()
        entered = await here.enter(person, here.court.case(person.serial))
        obligation_id = entered.listing.obligation_id
        await here.state(obligation_id, 100)
        outcomes = await _both(
            here.pay(obligation_id, 50, "R-1"), there.pay(obligation_id, 50, "R-1")
        )
        assert [one for one in outcomes if isinstance(one, str)] == ["PAYMENT_TAKEN"]
        obligation = await bench.world.registry.courts.GetObligation(
            rpc.GetObligationRequest(obligation_id=obligation_id),
            metadata=acting(here.court.judge, "judge", here.court),
        )
        assert obligation.obligation.paid.minor_units == 5_000


# --------------------------------------------------------------------------- writers and readers


async def test_readers_see_a_gapless_order_while_two_registries_write(bench: Bench) -> None:
    """Positions without a gap and hashes that follow, in every page, as they are committed."""
    begun = (await bench.world.ledger()).head.position
    writing = asyncio.Event()

    async def write(chambers: Chambers) -> None:
        for _ in range(_ROUNDS):
            person = bench.person()
            await chambers.order(person, chambers.court.case(person.serial))

    async def read(world: World, follower: str) -> list[feed.Change]:
        found: list[feed.Change] = []
        own = Peer(PeerKind.SERVICE, follower)
        async with world.stack.connections.to("registry", own=own) as channel:
            stub = ledger_service_pb2_grpc.LedgerServiceStub(channel)
            request = feed.ReadChangesRequest(follower=follower, limit=3, wait_ms=200)
            while True:
                is_last = writing.is_set()
                reply = await stub.ReadChanges(request)
                found += reply.changes
                if reply.changes:
                    request.after.CopyFrom(reply.head)
                    request.after.position = _position(reply.changes[-1])
                    request.seen_hash = reply.changes[-1].hash
                elif is_last:
                    return found

    readers = [asyncio.create_task(read(bench.world, f"reader-{number}")) for number in range(3)]
    await asyncio.gather(*(write(chambers) for chambers in (bench.here, bench.there) * 3))
    writing.set()
    for changes in await asyncio.gather(*readers):
        previous = _GENESIS
        for position, change in enumerate(changes, start=1):
            assert _position(change) == position
            assert change.previous_hash == previous
            content = b"courtlist.change.v1\x00" + previous + change.body
            assert change.hash == hashlib.sha256(content).digest()
            previous = change.hash
        assert len(changes) >= begun + 6 * _ROUNDS


def _position(change: feed.Change) -> int:
    """A change's own word on its position."""
    return ledger.ChangeBody.FromString(change.body).position
