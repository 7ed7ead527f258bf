"""Facts, verdicts and decisions of a restriction service. Pure: no I/O, no proto, no clock.

A basis is a fact with instants. Whether it binds is computed at the moment of asking (`binds`), so
a term that ends or an order that starts needs no job that could be missed.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from restriction.days import last_day_before, legal_day


class Measure(enum.IntEnum):
    """What a basis is. Numbers as in ledger/v1 Measure."""

    LISTING = 1
    ORDER = 2


class Item(enum.IntEnum):
    """The nine items of Art 3(1) Consumption Provisions (2015). Numbers are the law's own."""

    TRANSPORT = 1
    LODGING = 2
    REAL_ESTATE = 3
    PREMISES = 4
    VEHICLES = 5
    TOURISM = 6
    SCHOOLS = 7
    INSURANCE = 8
    FAST_TRAINS = 9


class Answer(enum.IntEnum):
    """Answer to one check. UNDETERMINED means sell or admit, and log: it is never a refusal."""

    CLEAR = 1
    RESTRICTED = 2
    UNDETERMINED = 3


class Reason(enum.IntEnum):
    """Why an answer is not a plain CLEAR. Numbers as in restriction/v1 Reason."""

    NONE = 0
    BARRED = 1
    DOCUMENT_INVALID = 2
    PRODUCT_UNKNOWN = 3
    NOT_CONFIRMED = 4
    STORE_UNREADABLE = 5
    UNSETTLED = 6
    STALE = 7
    CHILD_TICKET = 8
    NOT_RECORDED = 9
    STARTING = 10
    CLOCKS_DISAGREE = 11
    OUT_OF_REACH = 12
    RATING_UNKNOWN = 13
    NAME_MISFIT = 14


class DecidedBy(enum.IntEnum):
    """What an answer rests on. Numbers as in restriction/v1 DecidedBy."""

    RULE = 1
    INDEX = 2
    STORE = 3
    REGISTRY = 4


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the ledger; comparable only within one incarnation. 0 is before the first."""

    incarnation: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The furthest change this service has applied, as handed to the registry with a question.

    `generation` counts how often the facts were rebuilt; it orders positions of two incarnations.
    """

    generation: int
    position: Position
    hash: bytes

    @property
    def order(self) -> tuple[int, int]:
        """What decides which of two is further."""
        return self.generation, self.position.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What a court leaves free of one order for some days (CP Art 8, Art 3(2); 2019 Opinion).

    Attributes:
        items: items left free.
        start_at: instant (UTC) at which the first legal day covered starts.
        end_at: instant (UTC) at which the last legal day covered ends.
    """

    pass_id: str
    items: frozenset[Item]
    start_at: datetime
    end_at: datetime

    @property
    def first_day(self) -> date:
        """The first legal day covered."""
        return legal_day(self.start_at)

    @property
    def last_day(self) -> date:
        """The last legal day covered."""
        return last_day_before(self.end_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """An order or a listing as fact.

    Attributes:
        items: items barred; orders only. Numbers that this release does not know are left out.
        ground: ground of Art 1 List Provisions, 1 to 6; None for an order.
        start_at: instant from which it counts (UTC).
        end_at: instant at which it ends by itself; None when open.
        unsettled: a restore lost its ending: nobody is refused on it.
        ended: an act has ended it.
        performed_at: when the obligation was performed in full; None while it is owed.
        ended_at: from when it no longer counts, when an act has ended it and that is known.
        void_from_start: that act revoked it: it never should have been (LP Art 9).
        passes: that are not withdrawn; orders only.
    """

    basis_id: str
    measure: Measure
    subject_id: str
    start_at: datetime
    end_at: datetime | None = None
    items: frozenset[Item] = frozenset()
    ground: int | None = None
    court_code: str = ""
    court_name: str = ""
    court_contact: str = ""
    case_number: str = ""
    reference: str = ""
    unsettled: bool = False
    ended: bool = False
    performed_at: datetime | None = None
    ended_at: datetime | None = None
    void_from_start: bool = False
    passes: tuple[Pass, ...] = ()

    def binds(self, now: datetime) -> bool:
        """Whether it counts at `now`: started, not past its end, and ended by no act."""
        return (
            not self.ended and self.start_at <= now and (self.end_at is None or now < self.end_at)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the service's own store holds on one document, read in one snapshot.

    `bases` include ended ones: the gate must know what it must not refuse on. `rebuilding` is true
    while the facts are being rebuilt after a restore of the ledger: nothing is decided on them.
    """

    bases: tuple[Basis, ...]
    seen: Seen
    as_of: Position
    as_of_at: datetime | None
    rebuilding: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the registry's primary answered for one inquiry, with its clock at that snapshot.

    `name_misfit` says that the name which came with the check does not fit the one on record.
    """

    bases: tuple[Basis, ...]
    as_of: Position
    as_of_at: datetime
    name_misfit: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One basis that bars the product, and the article by which it does."""

    basis: Basis
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a policy says of one question on given bases.

    `recalled` are bases that count no longer and are told all the same, in fields that recall them.
    """

    answer: Answer
    reason: Reason = Reason.NONE
    bars: tuple[Bar, ...] = ()
    allowed: tuple[str, ...] = ()
    recalled: tuple[Basis, ...] = ()


CLEAR = Verdict(answer=Answer.CLEAR)


def undetermined(reason: Reason) -> Verdict:
    """The verdict that it cannot be said, and why."""
    return Verdict(answer=Answer.UNDETERMINED, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict with what it rests on; the answer to one check.

    `as_of_at` is when the service last knew `as_of` to be the ledger's head; for a confirmed answer
    the registry's clock. `decision_id` names the record of a refusal, else it is empty.
    `looked_up` says that facts were read although it is told as a miss. It is for this service's
    own log and never leaves it.
    """

    verdict: Verdict
    decided_by: DecidedBy
    as_of: Position = Position()
    as_of_at: datetime | None = None
    stale: bool = False
    decision_id: str = ""
    looked_up: bool = False

    @property
    def answer(self) -> Answer:
        """The verdict's answer."""
        return self.verdict.answer

    @property
    def reason(self) -> Reason:
        """The verdict's reason."""
        return self.verdict.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The record of a check that found something. It names nobody. A refusal's is committed before the reply.

    Attributes:
        partner_id: who asked; `court/<code>` of a court that told the person concerned.
        purpose: why, for example `ORDER`.
        product: in a few ASCII words.
        answer: None where a court told the person concerned.
        basis_ids: what was found, and of a refusal what it rests on.
        digest: of the document, by the key of `epoch`.
        articles: by which each basis bars; RESTRICTED only.
        person_id: who at the court looked; empty otherwise.
        reference: where the court filed it; empty otherwise.
    """

    decision_id: str
    decided_at: datetime
    partner_id: str
    purpose: str
    product: str
    answer: Answer | None
    reason: Reason = Reason.NONE
    basis_ids: Sequence[str] = ()
    digest: bytes = field(repr=False)
    epoch: int
    as_of: Position = Position()
    articles: Mapping[str, str] = field(default_factory=dict)
    person_id: str = ""
    reference: str = field(default="", repr=False)
