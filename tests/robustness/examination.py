"""What must hold after any run, whatever was killed in it.

(a) every acknowledged write is there, and none happened twice; (b) the chain verifies; (c) a replay
from position 0 equals what the follower holds; (d) no check received after an acknowledged lift was
refused, no stranger ever was, nobody restricted was cleared by a gate that had read of it, and nothing
failed that no outage explains; (e) at the end the gate
answers as the record stands; (f) no log holds anything personal.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Collection
from typing import Any

from courtlist.restriction.v1 import restriction_pb2 as restriction
from tests.eventually import eventually
from tests.robustness.confidentiality import check_logs
from tests.robustness.diary import Diary, Life
from tests.robustness.world import World

_PROGRAM_LIMIT_S = 60.0


async def examine(world: World, diary: Diary, beside: Collection[int] = ()) -> None:
    """All of it; everything must be up again. At `beside` others wrote than the diary's clients."""
    await world.wait_followed()
    check_answers(diary)
    await check_record(world, diary, beside)
    await check_gate(world, diary)
    assert (await verify(world, "registry"))["verified"]
    replayed = await verify(world, "travel")
    assert replayed["equal"], replayed
    check_logs(world, diary)


def check_answers(diary: Diary) -> None:
    """(d): by what the clients saw, and by their own clock alone."""
    assert not diary.faults, diary.faults[:5]
    assert wrong_refusals(diary) == 0
    assert wrong_clears(diary) == 0


def wrong_refusals(diary: Diary) -> int:
    """Refusals of people who were free when the check was sent, or whom no court ever entered."""
    wrong = 0
    for check in diary.checks:
        if check.decision.answer != restriction.ANSWER_RESTRICTED:
            continue
        life = diary.lives.get(check.person)
        lifted_at_s = None if life is None else life.lifted_at_s
        if life is None or (lifted_at_s is not None and check.asked_at_s >= lifted_at_s):
            wrong += 1
    return wrong


def wrong_clears(diary: Diary) -> int:
    """Clears of people who were restricted as of the position by which the gate says it answers."""
    wrong = 0
    for check in diary.checks:
        life = diary.lives.get(check.person)
        if (
            check.decision.answer != restriction.ANSWER_CLEAR
            or life is None
            or not life.entered_position
        ):
            continue
        is_lifting = life.lifting_since_s is not None and life.lifting_since_s < check.answered_at_s
        if not is_lifting and check.decision.as_of.position >= life.entered_position:
            wrong += 1
    return wrong


async def check_record(world: World, diary: Diary, beside: Collection[int] = ()) -> None:
    """(a): each acknowledged write has a position of its own, and the ledger holds nothing else but what
    was written at the positions `beside`.
    """
    acknowledged = Counter(one.position for one in diary.acknowledged)
    async with world.database("registry") as registry:
        stored = [row[0] for row in await registry.fetch("SELECT position FROM change ORDER BY 1")]
        requests = {
            row["request_id"]: row["position"]
            for row in await registry.fetch("SELECT request_id, position FROM request")
        }
        twice = [
            *await registry.fetch(
                "SELECT case_number FROM listing GROUP BY 1, subject_id HAVING count(*) > 1"
            ),
            *await registry.fetch(
                "SELECT case_number FROM consumption_order GROUP BY 1, subject_id HAVING count(*) > 1"
            ),
        ]
        paid = {
            row["case_number"]: row["paid_fen"]
            for row in await registry.fetch(
                "SELECT case_number, sum(amount_fen)::bigint AS paid_fen FROM repayment"
                " JOIN obligation_case USING (obligation_id) GROUP BY 1"
            )
        }
    assert stored == list(range(1, len(stored) + 1)), "positions have gaps"
    ours = [position for position in stored[world.base :] if position not in beside]
    assert sorted(acknowledged) == ours, "the ledger holds other writes than ours"
    assert set(acknowledged.values()) <= {1}, "two writes were acknowledged at one position"
    for one in diary.acknowledged:
        assert requests[one.request_id] == one.position, f"{one.kind} is not where it was said"
    assert not twice, f"{len(twice)} acts were done twice"
    expected = {life.case_number: life.paid_fen for life in diary.lives.values() if life.paid_fen}
    assert paid == expected, "sums were lost, or counted twice"


async def check_gate(world: World, diary: Diary) -> None:
    """(e): who is free passes, and who is not is refused.

    Nobody is answered wrongly, ever. UNDETERMINED is what a busy machine may say for a while, when a
    confirmation comes late: it is asked again until nobody is left.
    """
    open_lives = [life for life in diary.lives.values() if life.entered]

    async def all_are_told() -> bool:
        decisions = await world.check_all([life.person for life in open_lives])
        answers = list(zip(open_lives, decisions, strict=True))
        wrong = [
            restriction.Answer.Name(decision.answer)
            for life, decision in answers
            if decision.answer not in {_due(life), restriction.ANSWER_UNDETERMINED}
        ]
        assert not wrong, f"{len(wrong)} of {len(answers)} are answered wrongly: {Counter(wrong)}"
        open_lives[:] = [life for life, one in answers if one.answer != _due(life)]
        return not open_lives

    await eventually(all_are_told)


def _due(life: Life) -> restriction.Answer.ValueType:
    """What the gate owes to somebody who asks now."""
    if life.lifted_at_s is None:
        return restriction.ANSWER_RESTRICTED
    return restriction.ANSWER_CLEAR


async def verify(world: World, name: str) -> dict[str, Any]:
    """(b), (c): what `python -m NAME verify` prints."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        name,
        "verify",
        env=world.service(name).process.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(_PROGRAM_LIMIT_S):
        printed, said = await program.communicate()
    assert program.returncode == 0, said.decode()
    report: dict[str, Any] = json.loads(printed)
    return report
