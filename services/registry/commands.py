"""What courts ask for, read and typed. Texts that are only kept stay serialised (`*_content`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from google.protobuf.message import Message

from courtlist.registry.v1 import decision_pb2
from document import Document
from registry.law.case_number import CaseNumber
from registry.law.endings import EndingCause
from registry.law.entry import ListingFacts, OrderFacts, SubjectFacts
from registry.law.facts import Decision, Item
from registry.law.passes import PassCause


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPaper:
    """A president's signature, and the whole request that it came with."""

    request: Message
    signature: decision_pb2.Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectPaper:
    """The debtor: `facts` for the rules, `content` (registry.v1.Subject without documents) to keep."""

    facts: SubjectFacts
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationPaper:
    """A new obligation: registry.v1.ObligationTerms as `content`."""

    kind: int
    principal_fen: int | None
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaper:
    """An order: registry.v1.OrderTerms as `content`, items as the proto's numbers."""

    facts: OrderFacts
    items: tuple[int, ...]
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPaper:
    """A listing: registry.v1.ListingTerms as `content`, the ground as the proto's number."""

    facts: ListingFacts
    ground: int
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A debtor to be entered (with `listing`) or restricted alone (without). `signed`: None unsigned."""

    case: CaseNumber
    filed_on: date
    subject: SubjectPaper
    obligation: UUID | ObligationPaper
    order: OrderPaper
    listing: ListingPaper | None
    grace_until: date | None
    signed: SignedPaper | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A further document of a subject, and where the case file proves it.

    `preparation_id` is that of the person who has looked at it before; None while it is prepared.
    """

    subject_id: UUID
    document: Document
    evidence: str
    preparation_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A payoff statement."""

    obligation_id: UUID
    sum_fen: int
    good_until: date
    payee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repayment:
    """Money that came in."""

    obligation_id: UUID
    amount_fen: int
    paid_on: date
    receipt_number: str
    statement_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassPaper:
    """A pass: `items` for the rules, `item_numbers` as the proto has them; `signed`: None unsigned."""

    order_id: UUID
    items: Sequence[Item]
    item_numbers: tuple[int, ...]
    first_on: date
    last_on: date
    cause: PassCause | None
    decision: Decision
    signed: SignedPaper | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSigning:
    """A manifest that the president signs; `signed`: None without her signature."""

    import_id: UUID
    manifest_hash: bytes
    signed: SignedPaper | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """The official stars of one of a partner's sites, from the first day to the last."""

    partner_id: str
    site_code: str
    stars: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A basis to be ended: a listing deleted or revoked, or an order lifted."""

    basis_id: UUID
    cause: EndingCause | None
    etag: str
    reasons: str
    empty_queries: int = 0
    useful_lead_received: bool = False
    creditor_request_reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """New text for a listing; None leaves a part as it is. `fields` names what the request sets."""

    listing_id: UUID
    etag: str
    decision_number: str | None
    conduct: str | None
    performed_part: str | None
    fields: tuple[str, ...]
