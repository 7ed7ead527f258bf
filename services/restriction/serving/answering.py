"""One check, or a whole manifest of them: the same in every field.

A field reads its request into a Check and writes a Decision into its response; all between the two
is here.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from google.rpc import status_pb2

from chassis.call_log import call_log
from chassis.errors import FieldViolation, ServiceError, invalid_request
from chassis.status import to_status
from courtlist.error.v1 import error_reason_pb2 as reasons
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
        counts: DecisionCounts | None = None,
        manifest_timeout_s: float = MANIFEST_TIMEOUT_S,
    ) -> None:
        self._gate = gate
        self._counts = counts or DecisionCounts()
        self._manifest_timeout_s = manifest_timeout_s

    async def answer(self, check: Check[Question]) -> Decision:
        """Answer one check."""
        decision = await self._gate.check(check)
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
            ServiceError: MANIFEST_EMPTY, or INVALID_REQUEST for too many items.
        """
        _check_size(len(items))
        begun = [self._begin(item, read) for item in items]
        answers = await self._finish(begun)
        decisions = [one for one in answers if isinstance(one, Decision)]
        self._counts.note(decisions)
        log_answers(decisions, items=len(answers))
        return answers

    def _begin(
        self, item: Request, read: Callable[[Request], Check[Question]]
    ) -> Decision | Hit[Question] | status_pb2.Status:
        try:
            return self._gate.begin(read(item))
        except ServiceError as error:
            return to_status(error)

    async def _finish(
        self, begun: Sequence[Decision | Hit[Question] | status_pb2.Status]
    ) -> list[Decision | status_pb2.Status]:
        """Decide the hits, each in its place; those that are not at the deadline are given up."""
        slots = asyncio.Semaphore(_TOGETHER)
        decided: dict[int, Decision] = {}

        async def finish(place: int, hit: Hit[Question]) -> None:
            async with slots:
                decided[place] = await self._gate.finish(hit)

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
