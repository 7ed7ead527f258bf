"""What a field supplies to the engine, and the one rule that every field shares."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

from document import Document
from restriction.model import Answer, Basis, Measure, Reason, Verdict, undetermined

Question = TypeVar("Question")
Question_contra = TypeVar("Question_contra", contravariant=True)


class Policy(Protocol[Question_contra]):
    """The law of one field. Pure: it sees a question and facts, and does no I/O.

    `field` names the service, its Postgres schema and its follower; `measure` says which bases bind
    in it.
    """

    @property
    def field(self) -> str:
        """Short name, `[a-z]+`."""

    @property
    def measure(self) -> Measure:
        """The measure that binds in this field."""

    def before_lookup(
        self, question: Question_contra, document: Document, today: date
    ) -> Verdict | None:
        """A verdict that needs nobody looked up, or None; `today` is the legal day."""

    def decide(self, question: Question_contra, bases: Sequence[Basis]) -> Verdict:
        """The verdict on the question when exactly `bases` are in force.

        CLEAR without bases, whatever the question: nothing can bar a person on whom nothing rests.
        RESTRICTED names every basis that bars, each with its article.
        """

    def label(self, question: Question_contra) -> str:
        """The product in a few ASCII words, for the record of a refusal."""


def rule(policy: Policy[Question], question: Question, bases: Sequence[Basis]) -> Verdict:
    """Let the policy decide, and refuse nobody on an unsettled basis.

    A restore may lose an ending that was acknowledged; until a named judge has settled it, a
    refusal that needs that basis is UNDETERMINED (design §3.2). A refusal that stands on settled
    bases alone stands.
    """
    settled = [basis for basis in bases if not basis.unsettled]
    verdict = policy.decide(question, settled)
    if verdict.answer is Answer.RESTRICTED or len(settled) == len(bases):
        return verdict
    if policy.decide(question, bases).answer is Answer.RESTRICTED:
        return undetermined(Reason.UNSETTLED)
    return verdict
