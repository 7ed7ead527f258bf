"""Checks of people who are on no list, which nearly every check is: one by one, and by the thousand."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial

import grpc

from authority.peer import Peer, PeerKind
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.connections import RAIL_PEER
from tests.bench.cores import cpu_seconds, pinned
from tests.bench.effort import Effort
from tests.bench.figure import Figure, spread_ms
from tests.bench.null_server import null_server
from tests.bench.scene import Scene
from tests.bench.wire import Burst, load

_CHECK = "/courtlist.travel.v1.TravelService/CheckPassenger"
_MANIFEST = "/courtlist.travel.v1.TravelService/CheckPassengers"
_PEOPLE = 4_096
_WARM_UP_S = 0.3
_MANIFEST_ITEMS = 1_000
_MANIFESTS_AT_ONCE = 2


async def measure_unary(scene: Scene, effort: Effort) -> AsyncIterator[Figure]:
    """`check_vs_aio_null`: the same requests to both, in turn, on the same core."""
    await scene.fill(effort.entries)
    checks = scene.checks_of_strangers(_PEOPLE)
    # The null server sends what an ordinary client is answered: the same size, byte for byte.
    answer = await scene.office.gate.CheckPassenger(checks[0])
    requests = [check.SerializeToString() for check in checks]
    gate_bursts: list[Burst] = []
    null_bursts: list[Burst] = []
    gate_peer, proofs = Peer(PeerKind.SERVICE, "travel"), scene.stack.proofs
    asker = proofs.transport_of(RAIL_PEER)
    ask = partial(
        load,
        path=_CHECK,
        requests=requests,
        transport=asker,
        host_name=gate_peer.host_name(asker.trust_domain),
    )
    async with null_server(answer.SerializeToString(), proofs.environment_of(gate_peer)) as (
        null_address,
        null_pid,
    ):
        gate_address, gate_pid = scene.stack.addresses["travel"], scene.pid("travel")
        sides = (
            (null_address, null_pid, null_bursts),
            (gate_address, gate_pid, gate_bursts),
        )
        with pinned(servers=[gate_pid, null_pid], others=[scene.pid("registry")]) as apart:
            for address, _, _ in sides:
                _verify(await ask(address, seconds=_WARM_UP_S))
            for _ in range(effort.rounds):
                for address, pid, bursts in sides:
                    used_s = cpu_seconds(pid)
                    burst = await ask(address, seconds=effort.slice_s)
                    burst.server_cpu_s = cpu_seconds(pid) - used_s
                    _verify(burst)
                    bursts.append(burst)
    gate, null = _summary(gate_bursts), _summary(null_bursts)
    yield Figure(
        name="check_vs_aio_null",
        runs=[
            one.rate_per_s / other.rate_per_s
            for one, other in zip(gate_bursts, null_bursts, strict=True)
        ],
        peer="grpc.aio that parses the request and does nothing",
        digits=3,
        extra={
            **{f"gate_{key}": value for key, value in gate.items()},
            **{f"null_{key}": value for key, value in null.items()},
            "cpu_ratio": round(null["cpu_us_a_call"] / gate["cpu_us_a_call"], 3),
            "people": len({place for one in gate_bursts for place, _ in one.replies}),
            "verified": sum(len(one.replies) for one in gate_bursts),
            "indexed": len(scene.entered),
            "in_flight": 32,
            "own_core": apart,
            "tls": not asker.is_plaintext,
            "note": "plain grpc.aio on both sides; the fast lane of checks is its own issue",
        },
    )


async def measure_manifests(scene: Scene, effort: Effort) -> AsyncIterator[Figure]:
    """`manifest_per_s`: passengers a second on one core, in calls of 1,000."""
    await scene.fill(effort.entries)
    checks = scene.checks_of_strangers(8 * _MANIFEST_ITEMS)
    requests = [
        travel.CheckPassengersRequest(
            items=checks[first : first + _MANIFEST_ITEMS]
        ).SerializeToString()
        for first in range(0, len(checks), _MANIFEST_ITEMS)
    ]
    rates, latencies_s = [], []
    with pinned(servers=[scene.pid("travel")], others=[scene.pid("registry")]) as apart:
        async with scene.stack.connections.to("travel", own=RAIL_PEER) as channel:
            await _manifests(channel, requests, _WARM_UP_S)
            for _ in range(effort.rounds):
                begun_s = time.perf_counter()
                took_s = await _manifests(channel, requests, effort.slice_s)
                seconds = time.perf_counter() - begun_s
                rates.append(len(took_s) * _MANIFEST_ITEMS / seconds)
                latencies_s += took_s
    yield Figure(
        name="manifest_per_s",
        runs=rates,
        must=350_000,
        aim=700_000,
        digits=0,
        extra={
            **spread_ms(latencies_s),
            "passengers_a_call": _MANIFEST_ITEMS,
            "calls": len(latencies_s),
            "own_core": apart,
            "tls": scene.stack.proofs.certificates is not None,
            "note": "must and aim are the fast lane's, which is its own issue",
        },
    )


async def _manifests(
    channel: grpc.aio.Channel, requests: Sequence[bytes], seconds: float
) -> list[float]:
    """Latencies of manifests sent one after the other by two clients, each verified whole."""
    call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(_MANIFEST)
    took_s: list[float] = []
    replies: list[bytes] = []
    until_s = time.perf_counter() + seconds

    async def client(turn: int) -> None:
        while (begun_s := time.perf_counter()) < until_s:
            replies.append(await call(requests[turn % len(requests)], timeout=10))
            took_s.append(time.perf_counter() - begun_s)
            turn += 1

    await asyncio.gather(*(client(number) for number in range(_MANIFESTS_AT_ONCE)))
    for reply in replies:
        results = travel.CheckPassengersResponse.FromString(reply).results
        assert len(results) == _MANIFEST_ITEMS, "a manifest was answered in part"
        assert all(_is_clear(result.decision) for result in results), "a stranger was not CLEAR"
    return took_s


def _verify(burst: Burst) -> None:
    """Every reply is CLEAR by the index, and many different people were asked for."""
    assert len({place for place, _ in burst.replies}) >= 64, "too few different requests"
    for _, reply in burst.replies:
        decision = travel.CheckPassengerResponse.FromString(reply).decision
        assert _is_clear(decision), "a check was not answered CLEAR by the index"


def _is_clear(decision: restriction.Decision) -> bool:
    return (
        decision.answer == restriction.ANSWER_CLEAR
        and decision.decided_by == restriction.DECIDED_BY_INDEX
    )


def _summary(bursts: Sequence[Burst]) -> dict[str, float]:
    rates = sorted(burst.rate_per_s for burst in bursts)
    latencies_s = [one for burst in bursts for one in burst.latencies_s]
    return {
        "rate_per_s": round(rates[len(rates) // 2]),
        **spread_ms(latencies_s),
        # Says what a call costs even where others take the cores' time.
        "cpu_us_a_call": round(
            sum(burst.server_cpu_s for burst in bursts) / len(latencies_s) * 1e6, 1
        ),
    }
