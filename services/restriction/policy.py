"""What a field supplies to the engine, and the one rule that every field shares."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, Protocol, TypeVar

from document import Document
from restriction.model import Answer, Basis, Item, Measure, Pass, Reason, Verdict, undetermined

_DAY: Final = timedelta(days=1)

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

    @property
    def items(self) -> frozenset[Item]:
        """The items of an order that bear on this field; partners are told of no others.

        None where listings bind.
        """

    @property
    def recalls_ended(self) -> bool:
        """Whether answers tell of bases that ended, too: then index and facts keep them."""

    def before_lookup(
        self, question: Question_contra, document: Document, today: date
    ) -> Verdict | None:
        """A verdict that needs nobody looked up, or None; `today` is the legal day."""

    def decide(self, question: Question_contra, bases: Sequence[Basis]) -> Verdict:
        """The verdict on the question when exactly `bases` are in force.

        CLEAR without bases, whatever the question: nothing can bar a person on whom nothing rests.
        RESTRICTED names every basis that bars, each with its article.
        """

    def days(self, question: Question_contra) -> tuple[date, date] | None:
        """First and last legal day that the question is about: passes must cover all of them.

        None when it is about no day; then no pass helps.
        """

    def label(self, question: Question_contra) -> str:
        """The product in a few ASCII words, for the record of a refusal."""


def rule(policy: Policy[Question], question: Question, bases: Sequence[Basis]) -> Verdict:
    """Let the policy decide on what passes leave of `bases`, and refuse nobody on an unsettled one.

    A restore may lose an ending that was acknowledged; until a named judge has settled it, a
    refusal that needs that basis is UNDETERMINED (design §3.2). A refusal that stands on settled
    bases alone stands.
    """
    bases = _narrowed(policy, question, bases)
    settled = [basis for basis in bases if not basis.unsettled]
    verdict = policy.decide(question, settled)
    if verdict.answer is Answer.RESTRICTED or len(settled) == len(bases):
        return verdict
    if policy.decide(question, bases).answer is Answer.RESTRICTED:
        return undetermined(Reason.UNSETTLED)
    return verdict


def _narrowed(
    policy: Policy[Question], question: Question, bases: Sequence[Basis]
) -> Sequence[Basis]:
    """The bases without the items that passes leave free on every day of the question.

    An order of which nothing is left rests on nobody here.
    """
    if not any(basis.passes for basis in bases):
        return bases
    days = policy.days(question)
    if days is None:
        return bases
    narrowed = []
    for basis in bases:
        free = {item for item in basis.items if _is_free(item, basis.passes, *days)}
        left = basis.items - free
        if left or not free:
            narrowed.append(replace(basis, items=left) if free else basis)
    return narrowed


def _is_free(item: Item, passes: Sequence[Pass], first: date, last: date) -> bool:
    """Whether on every day some pass leaves the item free; a court may grant the days in parts."""
    day = first
    while True:
        covered = [one.last_day for one in passes if item in one.items and one.first_day <= day]
        until = max(covered, default=None)
        if until is None or until < day:
            return False
        if until >= last:
            return True
        day = until + _DAY
