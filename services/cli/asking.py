"""Asking a field: one question, or a file of them, and what the answers mean for the exit code."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.message import Message
from google.rpc import status_pb2

from cli.exit_codes import ExitCode
from cli.fields import Field, Verdict, verdict_of
from cli.invocation import Invocation
from cli.papers import reading
from cli.papers.manifests import questions
from courtlist.restriction.v1 import advice_pb2, restriction_pb2

_BATCH: Final = 1000
_RESTRICTED: Final = "RESTRICTED"
_UNDETERMINED: Final = "UNDETERMINED"


@dataclass(frozen=True, slots=True)
class Item:
    """One answer of a manifest: where its question stands, and the verdict or the status."""

    line: int
    answer: Message
    verdict: Verdict | None
    status: status_pb2.Status | None


class Asker:
    """Asks one field at the address that the profile has for it.

    Args:
        invocation: of the command.
        field: which one.
        purpose: of the questions that do not say their own; empty for the field's usual one.
    """

    def __init__(self, invocation: Invocation, field: Field, *, purpose: str = "") -> None:
        self._invocation = invocation
        self._field = field
        self._purpose = field.purpose(purpose)
        self._address = invocation.profile.address(field.name)
        self._channel = invocation.channel(field.name)

    def one(self, question: Message) -> Message:
        """The answer to one question. Raises RemoteFailure."""
        answer: Message = self._call(self._field.one, self._for_purpose(question))
        return answer

    def many(self, name: str) -> Iterator[Item]:
        """Each answer, in the order of the file; a thousand questions a call.

        Raises UsageError, RemoteFailure.
        """
        kind = self._field.question
        read = (
            (line, self._for_purpose(reading.fill(kind, given, what=f"{name}: line {line}")))
            for line, given in questions(name)
        )
        while batch := list(itertools.islice(read, _BATCH)):
            reply = self._call(
                self._field.many, self._field.batch(items=[question for _, question in batch])
            )
            yield from _items([line for line, _ in batch], reply)

    def _for_purpose(self, question: Any) -> Message:
        question.purpose = question.purpose or self._purpose
        asked: Message = question
        return asked

    def _call(self, method: Any, request: Message) -> Any:
        return self._invocation.client.call(
            self._field.sender(self._channel, method),
            request,
            service=self._field.name,
            address=self._address,
            metadata=self._invocation.as_asker(),
        )


def exit_code(verdicts: Iterable[Verdict | None]) -> ExitCode:
    """RESTRICTED if any is, else UNDETERMINED if any is, else USAGE if one could not be read."""
    words = {"" if one is None else word_of(one) for one in verdicts}
    if words & {_RESTRICTED, "LISTED"}:
        return ExitCode.RESTRICTED
    if _UNDETERMINED in words:
        return ExitCode.UNDETERMINED
    return ExitCode.USAGE if "" in words else ExitCode.OK


def word_of(verdict: Verdict) -> str:
    """CLEAR, RESTRICTED, NOT_LISTED, LISTED or UNDETERMINED. What is not known is UNDETERMINED."""
    if isinstance(verdict, restriction_pb2.Decision):
        known = restriction_pb2.Answer.DESCRIPTOR.values_by_number.get(verdict.answer)
    else:
        known = advice_pb2.AdviceAnswer.DESCRIPTOR.values_by_number.get(verdict.answer)
    if known is None or known.number == 0:
        return _UNDETERMINED
    name: str = known.name
    return name.removeprefix("ADVICE_").removeprefix("ANSWER_")


def _items(lines: list[int], reply: Any) -> Iterator[Item]:
    for line, result in zip(lines, reply.results, strict=True):
        status = result.status if result.WhichOneof("result") == "status" else None
        yield Item(line, result, None if status else verdict_of(result), status)
