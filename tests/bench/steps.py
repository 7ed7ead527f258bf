"""What each step of a clear check costs, without gRPC: in this process, one thread, hot caches."""

import secrets
import time
import timeit
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from document import ALGORITHM_BLAKE2B_128, DigestKey, digest, parse
from restriction import convert
from restriction.index import CountedIndex
from restriction.model import CLEAR, DecidedBy, Decision, Position
from tests.bench.effort import Effort
from tests.bench.figure import Figure
from tests.bench.scene import Scene

_PEOPLE = 1_000


async def measure(scene: Scene, effort: Effort) -> AsyncIterator[Figure]:
    """`check_step_*_us`: read the message, parse the number, digest it, look it up, answer."""
    key = DigestKey(
        epoch=1, algorithm=ALGORITHM_BLAKE2B_128, key_id="bench", secret=secrets.token_bytes(32)
    )
    index = CountedIndex()
    await index.replace(secrets.token_bytes(16) for _ in range(100_000))
    today = scene.today
    checks = scene.checks_of_strangers(_PEOPLE)
    wire = [check.SerializeToString() for check in checks]
    numbers = [check.document.number for check in checks]
    documents = [parse("RESIDENT_ID", "", number, today) for number in numbers]
    digests = [digest(document, key) for document in documents]
    now = datetime.now(UTC)
    decision = Decision(
        verdict=CLEAR,
        decided_by=DecidedBy.INDEX,
        as_of=Position(incarnation="0" * 36, number=2_000),
        as_of_at=now,
    )

    def answer() -> bytes:
        message: restriction.Decision = convert.decision_to(decision)
        return travel.CheckPassengerResponse(decision=message).SerializeToString()

    steps: dict[str, Callable[[], object]] = {
        "read": lambda: [travel.CheckPassengerRequest.FromString(one) for one in wire],
        "parse": lambda: [parse("RESIDENT_ID", "", number, today) for number in numbers],
        "digest": lambda: [digest(document, key) for document in documents],
        "look_up": lambda: [index.contains(one) for one in digests],
        "answer": lambda: [answer() for _ in range(_PEOPLE)],
    }
    for name, step in steps.items():
        yield Figure(
            name=f"check_step_{name}_us",
            runs=[
                timeit.timeit(step, timer=time.process_time, number=2) / 2 / _PEOPLE * 1e6
                for _ in range(effort.rounds)
            ],
        )
