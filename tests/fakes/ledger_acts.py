"""What courts and operators do, as changes of a ledger."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from courtlist.ledger.v1 import change_pb2
from courtlist.ledger.v1 import ledger_service_pb2 as wire
from tests.fakes.ledger_epochs import LedgerEpochs

START = datetime(2026, 1, 1, tzinfo=UTC)
ALL_ITEMS = tuple(change_pb2.Item.values())[1:]
COURT = "京0000"


class LedgerActs(LedgerEpochs):
    """Acts are methods; each appends one change and returns its position."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.now = now
        self._documents: dict[str, bytes] = {}

    @abstractmethod
    def act(
        self,
        effects: Iterable[change_pb2.Effect],
        *,
        digests: Sequence[wire.DocumentDigest] = (),
        references: Sequence[wire.BasisReference] = (),
    ) -> int:
        """Append one change with these effects."""

    def enrol_court(self, code: str = COURT, name: str = "某区人民法院") -> int:
        court = change_pb2.CourtEnrolled(court_code=code, name=name, contact="000-0000000")
        return self.act([change_pb2.Effect(court_enrolled=court)])

    def bind(self, subject_id: str, document_id: str, digest: bytes, *, epoch: int = 1) -> int:
        self._documents[document_id] = digest
        self.file(epoch, document_id, digest)
        bound = change_pb2.DocumentBound(document_id=document_id, subject_id=subject_id)
        return self.act(
            [change_pb2.Effect(document_bound=bound)],
            digests=[wire.DocumentDigest(document_id=document_id, epoch=epoch, digest=digest)],
        )

    def unbind(self, subject_id: str, document_id: str) -> int:
        unbound = change_pb2.DocumentUnbound(document_id=document_id, subject_id=subject_id)
        return self.act([change_pb2.Effect(document_unbound=unbound)])

    def erase(self, *subject_ids: str) -> int:
        """Nothing personal is kept of these subjects any more; their digests are gone."""
        erased = [change_pb2.SubjectErased(subject_id=one) for one in subject_ids]
        return self.act([change_pb2.Effect(subject_erased=one) for one in erased])

    def issue(
        self,
        order_id: str,
        subject_id: str,
        *,
        items: Iterable[change_pb2.Item.ValueType] = ALL_ITEMS,
        start_at: datetime = START,
        end_at: datetime | None = None,
        obligation_id: str = "",
    ) -> int:
        issued = change_pb2.OrderIssued(
            order_id=order_id,
            subject_id=subject_id,
            obligation_id=obligation_id,
            court_code=COURT,
            items=items,
        )
        issued.start_time.FromDatetime(start_at)
        if end_at is not None:
            issued.end_time.FromDatetime(end_at)
        reference = wire.BasisReference(
            basis_id=order_id, case_number="(2026)京0000执1号", reference=f"限{order_id}"
        )
        return self.act([change_pb2.Effect(order_issued=issued)], references=[reference])

    def enter_listing(
        self,
        listing_id: str,
        subject_id: str,
        *,
        ground: change_pb2.Ground.ValueType = change_pb2.GROUND_ABLE_BUT_REFUSES,
        start_at: datetime = START,
        term_end_at: datetime | None = None,
        obligation_id: str = "",
    ) -> int:
        entered = change_pb2.ListingEntered(
            listing_id=listing_id,
            subject_id=subject_id,
            obligation_id=obligation_id,
            court_code=COURT,
            ground=ground,
        )
        entered.start_time.FromDatetime(start_at)
        if term_end_at is not None:
            entered.term_end_time.FromDatetime(term_end_at)
        reference = wire.BasisReference(
            basis_id=listing_id, case_number="(2026)京0000执1号", reference=f"失{listing_id}"
        )
        return self.act([change_pb2.Effect(listing_entered=entered)], references=[reference])

    def end_listing(
        self,
        listing_id: str,
        subject_id: str,
        *,
        kind: change_pb2.EndingKind.ValueType = change_pb2.ENDING_KIND_DELETED,
    ) -> int:
        ended = change_pb2.ListingEnded(
            listing_id=listing_id,
            subject_id=subject_id,
            kind=kind,
            cause=change_pb2.ENDING_CAUSE_PERFORMED,
        )
        ended.end_time.FromDatetime(self.now())
        return self.act([change_pb2.Effect(listing_ended=ended)])

    def perform(self, obligation_id: str) -> int:
        performed = change_pb2.ObligationPerformed(obligation_id=obligation_id)
        return self.act([change_pb2.Effect(obligation_performed=performed)])

    def reopen(self, obligation_id: str) -> int:
        reopened = change_pb2.ObligationReopened(obligation_id=obligation_id)
        return self.act([change_pb2.Effect(obligation_reopened=reopened)])

    def enrol_partner(
        self,
        partner_id: str,
        *,
        fields: Iterable[str] = ("travel",),
        push_address: str = "",
        checks_per_s: int = 0,
        checks_per_day: int = 0,
    ) -> int:
        enrolled = change_pb2.PartnerEnrolled(
            partner_id=partner_id,
            fields=fields,
            push_address=push_address,
            checks_per_s=checks_per_s,
            checks_per_day=checks_per_day,
        )
        return self.act([change_pb2.Effect(partner_enrolled=enrolled)])

    def retire_partner(self, partner_id: str) -> int:
        retired = change_pb2.PartnerRetired(partner_id=partner_id)
        return self.act([change_pb2.Effect(partner_retired=retired)])

    def enrol_officer(
        self, person_id: str, role: change_pb2.Role.ValueType, court_code: str = COURT
    ) -> int:
        enrolled = change_pb2.OfficerEnrolled(person_id=person_id, role=role, court_code=court_code)
        return self.act([change_pb2.Effect(officer_enrolled=enrolled)])

    def retire_officer(
        self, person_id: str, role: change_pb2.Role.ValueType, court_code: str = COURT
    ) -> int:
        retired = change_pb2.OfficerRetired(person_id=person_id, role=role, court_code=court_code)
        return self.act([change_pb2.Effect(officer_retired=retired)])

    def enrol_key(
        self,
        key_id: str,
        person_id: str,
        public_key: bytes,
        *,
        purpose: change_pb2.KeyPurpose.ValueType = change_pb2.KEY_PURPOSE_ASSERT,
    ) -> int:
        enrolled = change_pb2.KeyEnrolled(
            key_id=key_id,
            person_id=person_id,
            court_code=COURT,
            purpose=purpose,
            algorithm="ed25519",
            public_key=public_key,
        )
        return self.act([change_pb2.Effect(key_enrolled=enrolled)])

    def retire_key(self, key_id: str) -> int:
        return self.act([change_pb2.Effect(key_retired=change_pb2.KeyRetired(key_id=key_id))])

    def retire_court(self, court_code: str = COURT) -> int:
        retired = change_pb2.CourtRetired(court_code=court_code)
        return self.act([change_pb2.Effect(court_retired=retired)])

    def grant_pass(
        self,
        pass_id: str,
        order_id: str,
        subject_id: str,
        *,
        start_at: datetime,
        end_at: datetime,
        items: Iterable[change_pb2.Item.ValueType] = ALL_ITEMS,
    ) -> int:
        granted = change_pb2.PassGranted(
            pass_id=pass_id,
            order_id=order_id,
            subject_id=subject_id,
            items=items,
            cause=change_pb2.PASS_CAUSE_NEED,
        )
        granted.start_time.FromDatetime(start_at)
        granted.end_time.FromDatetime(end_at)
        return self.act([change_pb2.Effect(pass_granted=granted)])

    def withdraw_pass(self, pass_id: str, order_id: str, subject_id: str) -> int:
        withdrawn = change_pb2.PassWithdrawn(
            pass_id=pass_id, order_id=order_id, subject_id=subject_id
        )
        return self.act([change_pb2.Effect(pass_withdrawn=withdrawn)])

    def rate(
        self,
        partner_id: str,
        stars: int,
        *,
        site_code: str = "",
        start_at: datetime = START,
        end_at: datetime = START + timedelta(days=3650),
    ) -> int:
        rated = change_pb2.RatingRecorded(partner_id=partner_id, site_code=site_code, stars=stars)
        rated.start_time.FromDatetime(start_at)
        rated.end_time.FromDatetime(end_at)
        return self.act([change_pb2.Effect(rating_recorded=rated)])

    def lift(self, order_id: str, subject_id: str) -> int:
        lifted = change_pb2.OrderLifted(
            order_id=order_id,
            subject_id=subject_id,
            kind=change_pb2.ENDING_KIND_LIFTED,
            cause=change_pb2.ENDING_CAUSE_PERFORMED,
        )
        lifted.end_time.FromDatetime(self.now())
        return self.act([change_pb2.Effect(order_lifted=lifted)])

    def settle(self, order_id: str, subject_id: str, *, upheld: bool) -> int:
        settled = change_pb2.EndingSettled(
            basis_id=order_id,
            measure=change_pb2.MEASURE_ORDER,
            subject_id=subject_id,
            upheld=upheld,
        )
        if upheld:
            settled.end_time.FromDatetime(self.now())
        return self.act([change_pb2.Effect(ending_settled=settled)])
