"""Obligations, what restricts on them, what is paid, and the decisions that are owed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NewObligation:
    """An obligation. `terms` is a serialised registry.v1.ObligationTerms; sealed."""

    obligation_id: UUID
    kind: int
    principal_fen: int | None
    terms: bytes


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case number under which an obligation is enforced."""

    case_number: str
    obligation_id: UUID
    court_code: str
    raw: str
    filed_on: date


@dataclass(frozen=True, slots=True)
class NewDebtor:
    """A subject owes an obligation."""

    obligation_id: UUID
    subject_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewListing:
    """A listing. `text` is a serialised registry.v1.ListingTerms; sealed."""

    listing_id: UUID
    subject_id: UUID
    obligation_id: UUID
    court_code: str
    case_number: str
    case_number_raw: str
    decision_number: str
    decided_on: date
    ground: int
    start_at: datetime
    term_end_at: datetime | None
    text: bytes


@dataclass(frozen=True, slots=True)
class CorrectedListing:
    """A listing's text is replaced, and its decision's number where one is given."""

    listing_id: UUID
    decision_number: str | None
    text: bytes


@dataclass(frozen=True, slots=True)
class EndedListing:
    """A listing ends."""

    listing_id: UUID
    ended_at: datetime
    kind: int
    cause: int


@dataclass(frozen=True, slots=True)
class VoidedListing:
    """A listing that was deleted never should have been; it ended when it ended."""

    listing_id: UUID
    kind: int
    cause: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """A consumption restriction order. `text` is a serialised registry.v1.OrderTerms; sealed."""

    order_id: UUID
    subject_id: UUID
    obligation_id: UUID
    court_code: str
    case_number: str
    listing_id: UUID | None
    order_number: str
    decided_on: date
    items: tuple[int, ...]
    start_at: datetime
    period_end_at: datetime | None
    review_at: datetime | None
    text: bytes


@dataclass(frozen=True, slots=True)
class EndedOrder:
    """An order ends."""

    order_id: UUID
    ended_at: datetime
    kind: int
    cause: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPass:
    """Some items of an order are free for some days; the instants are those of the days."""

    pass_id: UUID
    order_id: UUID
    items: tuple[int, ...]
    first_on: date
    last_on: date
    start_at: datetime
    end_at: datetime
    cause: int
    decision_number: str


@dataclass(frozen=True, slots=True)
class WithdrawnPass:
    """They no longer are."""

    pass_id: UUID


@dataclass(frozen=True, slots=True)
class NewStatement:
    """A payoff statement. The payee is sealed."""

    statement_id: UUID
    obligation_id: UUID
    sum_fen: int
    good_until: date
    payee: str


@dataclass(frozen=True, slots=True)
class NewRepayment:
    """Money that came in."""

    repayment_id: UUID
    obligation_id: UUID
    amount_fen: int
    paid_on: date
    receipt_number: str
    statement_id: UUID | None


@dataclass(frozen=True, slots=True)
class ReversedRepayment:
    """Money that had not come in."""

    repayment_id: UUID


@dataclass(frozen=True, slots=True)
class ChangedObligation:
    """An obligation has a new state; `performed` None leaves that part as it is."""

    obligation_id: UUID
    performed: bool | None = None


@dataclass(frozen=True, slots=True)
class NewTask:
    """A decision that a court owes."""

    task_id: UUID
    kind: int
    court_code: str
    basis_id: UUID | None
    obligation_id: UUID | None


@dataclass(frozen=True, slots=True)
class ClosedTask:
    """The decision was taken."""

    task_id: UUID


@dataclass(frozen=True, slots=True)
class JudgedNames:
    """A judge has looked: the names that came while the task was open raise no doubt any more."""

    task_id: UUID
