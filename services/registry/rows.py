"""What an act writes, as plain rows. The position is added when the head is held.

Enum fields hold the numbers of the protos' enums, which never change their meaning.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from document.number import Document


@dataclass(frozen=True, slots=True)
class NewCourt:
    """A court joins."""

    court_code: str
    name: str
    contact: str
    higher_court_code: str


@dataclass(frozen=True, slots=True)
class ReturnedCourt:
    """A court that was retired is back, without its people."""

    court: NewCourt


@dataclass(frozen=True, slots=True)
class RetiredCourt:
    """A court acts no more, and neither do its officers and their keys."""

    court_code: str


@dataclass(frozen=True, slots=True)
class NewOfficer:
    """A person gets a role at a court, or gets it back. The name is sealed."""

    person_id: str
    role: int
    court_code: str
    name: str


@dataclass(frozen=True, slots=True)
class RetiredOfficer:
    """A person no longer has a role at a court."""

    person_id: str
    role: int
    court_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A person's public key counts at a court."""

    key_id: str
    person_id: str
    court_code: str
    purpose: int
    algorithm: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class RetiredKey:
    """It no longer does."""

    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPartner:
    """A partner joins, comes back, or asks in other fields or at another address."""

    partner_id: str
    name: str
    fields: tuple[str, ...]
    push_address: str


@dataclass(frozen=True, slots=True)
class RetiredPartner:
    """Nothing more is pushed to a partner."""

    partner_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRating:
    """The official rating of one of a partner's sites, from the first day to the last."""

    partner_id: str
    site_code: str
    stars: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class SetGoLive:
    """From this day on a court's decisions are entered one by one."""

    court_code: str
    go_live_on: date


@dataclass(frozen=True, slots=True)
class NewSubject:
    """A person or organisation. `facts` is a serialised registry.v1.Subject without documents; sealed."""

    subject_id: UUID
    kind: int
    facts: bytes


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document identifies a subject from now on. The number is sealed and digested."""

    document_id: UUID
    subject_id: UUID
    document: Document


@dataclass(frozen=True, slots=True)
class UsedPreparation:
    """A prepared binding is done."""

    preparation_id: UUID


@dataclass(frozen=True, slots=True)
class UnboundDocument:
    """A document identifies nobody any more; its digests go."""

    document_id: UUID


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
    """A listing's text is replaced."""

    listing_id: UUID
    decision_number: str
    text: bytes


@dataclass(frozen=True, slots=True)
class EndedListing:
    """A listing ends."""

    listing_id: UUID
    ended_at: datetime
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnsettledEnding:
    """An ending that a follower saw and a restore lost."""

    basis_id: UUID
    measure: int
    subject_id: UUID
    court_code: str
    case_number: str
    reported_by: str
    lost_incarnation: UUID
    lost_position: int
    task_id: UUID


@dataclass(frozen=True, slots=True)
class SettledEnding:
    """A judge has decided on it."""

    basis_id: UUID


@dataclass(frozen=True, slots=True)
class NewIncarnation:
    """The ledger's life begins anew; every follower is awaited."""

    incarnation: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEpoch:
    """Documents are filed under a further key, too."""

    epoch: int
    algorithm: str
    key_id: str


@dataclass(frozen=True, slots=True)
class SwitchedEpoch:
    """Documents are looked up under this epoch's key."""

    epoch: int


@dataclass(frozen=True, slots=True)
class ClosedEpoch:
    """Its digests go."""

    epoch: int


@dataclass(frozen=True, slots=True)
class SignedImport:
    """A president has signed the manifest: the import is entered from now on."""

    import_id: UUID
    person_id: str


@dataclass(frozen=True, slots=True)
class UndoneImport:
    """A president takes the import back: its listings are revoked from now on."""

    import_id: UUID
    person_id: str


Row: TypeAlias = (
    NewCourt
    | ReturnedCourt
    | RetiredCourt
    | NewOfficer
    | RetiredOfficer
    | NewKey
    | RetiredKey
    | KeptPartner
    | RetiredPartner
    | NewRating
    | SetGoLive
    | NewSubject
    | NewDocument
    | UsedPreparation
    | UnboundDocument
    | NewObligation
    | NewCase
    | NewDebtor
    | NewListing
    | CorrectedListing
    | EndedListing
    | NewOrder
    | EndedOrder
    | NewPass
    | WithdrawnPass
    | SignedImport
    | UndoneImport
    | NewStatement
    | NewRepayment
    | ReversedRepayment
    | ChangedObligation
    | NewTask
    | ClosedTask
    | NewUnsettledEnding
    | SettledEnding
    | NewIncarnation
    | NewEpoch
    | SwitchedEpoch
    | ClosedEpoch
)
