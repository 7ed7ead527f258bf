"""What the clients know: every write that was acknowledged to them and every answer of a gate."""

from collections import Counter
from dataclasses import dataclass, field

from google.protobuf.message import Message

from courtlist.restriction.v1 import restriction_pb2 as restriction
from stack.papers import Court, Person


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One write, done: asked first and acknowledged on this process's monotonic clock, seconds."""

    kind: str
    request_id: str
    position: int
    asked_at_s: float
    acknowledged_at_s: float
    attempts: int
    reply: Message


@dataclass(frozen=True, slots=True)
class Checked:
    """One check of one person: sent and answered on the same clock."""

    person: Person
    asked_at_s: float
    answered_at_s: float
    decision: restriction.Decision


@dataclass(slots=True)
class Life:
    """What courts did to one person in one case; one person has one case here.

    `entered_position` is of the act that restricts the person, 0 where it is not noted. `lifted_at_s` is when the act that
    frees her was acknowledged; `lifting_since_s` is set before that act is first sent.
    """

    person: Person
    court: Court
    case_number: str
    entered: bool = False
    entered_position: int = 0
    lifting_since_s: float | None = None
    lifted_at_s: float | None = None
    paid_fen: int = 0


@dataclass(slots=True)
class Diary:
    """Everything recorded in one run."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    checks: list[Checked] = field(default_factory=list)
    lives: dict[Person, Life] = field(default_factory=dict)
    # Errors that no outage explains: any one of them fails the run.
    faults: list[str] = field(default_factory=list)
    refused_writes: Counter[str] = field(default_factory=Counter)
    unanswered_checks: Counter[str] = field(default_factory=Counter)

    def take_in(self, other: "Diary") -> None:
        """Go on from here with what `other` recorded in the same world."""
        self.acknowledged += other.acknowledged
        self.checks += other.checks
        self.lives |= other.lives
        self.faults += other.faults
        self.refused_writes += other.refused_writes
        self.unanswered_checks += other.unanswered_checks

    def answers(self) -> dict[str, int]:
        """How many checks got which answer."""
        counted = Counter(
            restriction.Answer.Name(one.decision.answer).removeprefix("ANSWER_").lower()
            for one in self.checks
        )
        return dict(sorted(counted.items()))
