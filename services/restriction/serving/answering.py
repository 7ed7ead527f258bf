"""One check, or a whole manifest of them: the same in every field.

A field reads its request into a Check and writes a Decision into its response; all between the two
is here.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from google.rpc import status_pb2

from authority.caller import caller
from chassis.errors import FieldViolation, ServiceError, invalid_request
from chassis.telemetry.call_log import call_log
from chassis.wire.status import to_status
from courtlist.error.v1 import error_reason_pb2 as reasons
from restriction.asking.limits import Limits
from restriction.asking.query_log import QueryLog
from restriction.asking.watch import Watch
from restriction.gate import Check, Gate, Hit, Question
from restriction.metrics import DecisionCounts
from restriction.model import Decision
from restriction.serving.answer_log import log_answers

Request = TypeVar("Request")

ITEMS_MAX: Final = 1000
# A hit has limits of its own, but a manifest of debtors would wait for them one round after another
# while a counter's client gives up within a few seconds, and then nobody on it is answered at all.
MANIFEST_TIMEOUT_S: Final = 2.0
# Items of one manifest that look up facts at the same time: more would only queue for connections.
_TOGETHER: Final = 64


class Answering(Generic[Question]):
    """Asks the gate, and counts. `manifest_timeout_s` bounds the look-ups of a whole manifest."""

    def __init__(
        self,
        *,
        gate: Gate[Question],
        queries: QueryLog,
        limits: Limits,
        watch: Watch,
        counts: DecisionCounts | None = None,
        manifest_timeout_s: float = MANIFEST_TIMEOUT_S,
    ) -> None:
        self._gate = gate
        self._queries = queries
        self._limits = limits
        self._watch = watch
        self._counts = counts or DecisionCounts()
        self._manifest_timeout_s = manifest_timeout_s

    async def answer(self, check: Check[Question]) -> Decision:
        """Answer one check. Raises ServiceError OVER_LIMIT."""
        partner_id = caller().peer.name
        self._limits.charge(partner_id, 1)
        decision = await self._gate.check(check, partner_id)
        self._note(partner_id, check, decision)
        self._counts.note([decision])
        log_answers([decision])
        return decision

    async def answer_all(
        self, items: Sequence[Request], read: Callable[[Request], Check[Question]]
    ) -> list[Decision | status_pb2.Status]:
        """Answer a manifest: each item has its decision or its own status, in the order asked.

        `read` turns an item into a check, or raises ServiceError. What is not known at the deadline
        is UNDETERMINED.

        Raises:
            ServiceError: MANIFEST_EMPTY, INVALID_REQUEST for too many items, OVER_LIMIT or MANIFEST_OVER_QUOTA.
        """
        _check_size(len(items))
        partner_id = caller().peer.name
        self._limits.charge(partner_id, len(items))
        checks = [_read(item, read) for item in items]
        begun = [self._gate.begin(one) if isinstance(one, Check) else one for one in checks]
        answers = await self._finish(begun, partner_id)
        for check, answer in zip(checks, answers, strict=True):
            if isinstance(check, Check) and isinstance(answer, Decision):
                self._note(partner_id, check, answer)
        decisions = [one for one in answers if isinstance(one, Decision)]
        self._counts.note(decisions)
        log_answers(decisions, items=len(answers))
        return answers

    def _note(self, partner_id: str, check: Check[Question], decision: Decision) -> None:
        self._queries.count(partner_id, check.purpose, decision.answer)
        self._watch.note(partner_id, check.number, check.purpose, decision)

    async def _finish(
        self, begun: Sequence[Decision | Hit[Question] | status_pb2.Status], partner_id: str
    ) -> list[Decision | status_pb2.Status]:
        """Decide the hits, each in its place; those that are not at the deadline are given up."""
        slots = asyncio.Semaphore(_TOGETHER)
        decided: dict[int, Decision] = {}

        async def finish(place: int, hit: Hit[Question]) -> None:
            async with slots:
                decided[place] = await self._gate.finish(hit, partner_id)

        hits = [(place, one) for place, one in enumerate(begun) if isinstance(one, Hit)]
        try:
            async with asyncio.timeout(self._manifest_timeout_s):
                await asyncio.gather(*(finish(place, hit) for place, hit in hits))
        except TimeoutError:
            call_log().fields["given_up"] = len(hits) - len(decided)
        return [
            decided.get(place) or self._gate.give_up() if isinstance(one, Hit) else one
            for place, one in enumerate(begun)
        ]


def _read(
    item: Request, read: Callable[[Request], Check[Question]]
) -> Check[Question] | status_pb2.Status:
    try:
        return read(item)
    except ServiceError as error:
        return to_status(error)


def _check_size(count: int) -> None:
    if count == 0:
        raise ServiceError(
            reasons.ERROR_REASON_MANIFEST_EMPTY, f"items is empty; give 1 to {ITEMS_MAX}"
        )
    if count > ITEMS_MAX:
        raise invalid_request(
            [
                FieldViolation(
                    "items", "FIELD_TOO_LONG", f"holds more than {ITEMS_MAX}; split the manifest"
                )
            ]
        )
