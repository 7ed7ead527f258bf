"""A change's effects, sorted by what the engine does with them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from courtlist.ledger.v1 import change_pb2
from restriction.convert import instant_from, items_from, optional_from
from restriction.facts.effects import (
    BasisEnded,
    BasisStarted,
    BasisUnsettled,
    CourtNamed,
    CourtRetired,
    DocumentBound,
    EpochMoved,
    EpochStep,
    KeyEnrolled,
    KeyRetired,
    ObligationMoved,
    OfficerMoved,
    PartnerEnrolled,
    PartnerRetired,
    PassGranted,
    PassWithdrawn,
    RatingRecorded,
    SubjectErased,
)
from restriction.model import Measure

_KEY_ALGORITHM: Final = "ed25519"


class Effects:
    """Sorts a body's effects by what the engine does with them."""

    def __init__(self, body: change_pb2.ChangeBody) -> None:
        self._body = body
        self._position = body.position
        self.courts: list[CourtNamed] = []
        self.bindings: list[DocumentBound] = []
        self.starts: list[BasisStarted] = []
        self.endings: list[BasisEnded] = []
        self.unsettled: list[BasisUnsettled] = []
        self.obligations: list[ObligationMoved] = []
        self.granted: list[PassGranted] = []
        self.withdrawn: list[PassWithdrawn] = []
        self.enrolled: list[PartnerEnrolled] = []
        self.retired: list[PartnerRetired] = []
        self.ratings: list[RatingRecorded] = []
        self.epochs: list[EpochMoved] = []
        self.erased: list[SubjectErased] = []
        self.retired_courts: list[CourtRetired] = []
        self.officers: list[OfficerMoved] = []
        self.keys: list[KeyEnrolled] = []
        self.retired_keys: list[KeyRetired] = []

    def take(self, effect: change_pb2.Effect) -> None:
        """Keep one effect; a kind that is unknown, or means nothing here, is passed over."""
        kind = effect.WhichOneof("effect")
        taker = _TAKERS.get(kind) if kind is not None else None
        if kind is not None and taker is not None:
            taker(self, getattr(effect, kind))

    # ------------------------------------------------------------------- courts and documents

    def court_enrolled(self, one: change_pb2.CourtEnrolled) -> None:
        """A court and where the person concerned can turn to."""
        self.courts.append(
            CourtNamed(
                position=self._position,
                court_code=one.court_code,
                name=one.name,
                contact=one.contact,
            )
        )

    def document_bound(self, one: change_pb2.DocumentBound) -> None:
        """A document identifies a subject."""
        self._bind(one, bound=True)

    def document_unbound(self, one: change_pb2.DocumentUnbound) -> None:
        """It no longer does."""
        self._bind(one, bound=False)

    def _bind(
        self, one: change_pb2.DocumentBound | change_pb2.DocumentUnbound, *, bound: bool
    ) -> None:
        self.bindings.append(
            DocumentBound(
                position=self._position,
                document_id=one.document_id,
                subject_id=one.subject_id,
                bound=bound,
            )
        )

    def subject_erased(self, one: change_pb2.SubjectErased) -> None:
        """Nothing personal is kept of a subject any more."""
        self.erased.append(SubjectErased(position=self._position, subject_id=one.subject_id))

    # ------------------------------------------------------------------------------- the bases

    def listing_entered(self, one: change_pb2.ListingEntered) -> None:
        """A listing begins."""
        self.starts.append(
            BasisStarted(
                position=self._position,
                basis_id=one.listing_id,
                measure=Measure.LISTING,
                subject_id=one.subject_id,
                obligation_id=one.obligation_id,
                court_code=one.court_code,
                items=frozenset(),
                ground=one.ground,
                start_at=instant_from(one.start_time),
                end_at=optional_from(one, "term_end_time"),
            )
        )

    def order_issued(self, one: change_pb2.OrderIssued) -> None:
        """An order begins."""
        self.starts.append(
            BasisStarted(
                position=self._position,
                basis_id=one.order_id,
                measure=Measure.ORDER,
                subject_id=one.subject_id,
                obligation_id=one.obligation_id,
                court_code=one.court_code,
                items=items_from(one.items),
                ground=None,
                start_at=instant_from(one.start_time),
                end_at=optional_from(one, "end_time"),
            )
        )

    def listing_ended(self, one: change_pb2.ListingEnded) -> None:
        """A listing is deleted or revoked."""
        self._end(one.listing_id, Measure.LISTING, one, one.kind)

    def order_lifted(self, one: change_pb2.OrderLifted) -> None:
        """An order is lifted, or revoked with its listing."""
        self._end(one.order_id, Measure.ORDER, one, one.kind)

    def ending_unsettled(self, one: change_pb2.EndingUnsettled) -> None:
        """A restore lost this basis's ending."""
        self._unsettle(one, unsettled=True)

    def ending_settled(self, one: change_pb2.EndingSettled) -> None:
        """A judge decided on a lost ending; the registry does not say again of which kind it was."""
        if one.upheld:
            self._end(one.basis_id, Measure(one.measure), one, change_pb2.ENDING_KIND_UNSPECIFIED)
        self._unsettle(one, unsettled=False)

    def _end(
        self,
        basis_id: str,
        measure: Measure,
        one: change_pb2.ListingEnded | change_pb2.OrderLifted | change_pb2.EndingSettled,
        kind: change_pb2.EndingKind.ValueType,
    ) -> None:
        self.endings.append(
            BasisEnded(
                position=self._position,
                basis_id=basis_id,
                measure=measure,
                subject_id=one.subject_id,
                end_at=instant_from(one.end_time),
                void_from_start=kind == change_pb2.ENDING_KIND_REVOKED,
            )
        )

    def _unsettle(
        self, one: change_pb2.EndingUnsettled | change_pb2.EndingSettled, *, unsettled: bool
    ) -> None:
        self.unsettled.append(
            BasisUnsettled(
                position=self._position,
                basis_id=one.basis_id,
                measure=Measure(one.measure),
                subject_id=one.subject_id,
                unsettled=unsettled,
            )
        )

    # -------------------------------------------------------------------- obligations and passes

    def obligation_performed(self, one: change_pb2.ObligationPerformed) -> None:
        """Nothing is owed from the instant of the act on."""
        self._move(one.obligation_id, instant_from(self._body.recorded_time))

    def obligation_reopened(self, one: change_pb2.ObligationReopened) -> None:
        """It is owed again."""
        self._move(one.obligation_id, None)

    def _move(self, obligation_id: str, performed_at: datetime | None) -> None:
        self.obligations.append(
            ObligationMoved(
                position=self._position, obligation_id=obligation_id, performed_at=performed_at
            )
        )

    def pass_granted(self, one: change_pb2.PassGranted) -> None:
        """An order leaves some items free for some days."""
        self.granted.append(
            PassGranted(
                position=self._position,
                pass_id=one.pass_id,
                order_id=one.order_id,
                items=items_from(one.items),
                start_at=instant_from(one.start_time),
                end_at=instant_from(one.end_time),
            )
        )

    def pass_withdrawn(self, one: change_pb2.PassWithdrawn) -> None:
        """It no longer does."""
        self.withdrawn.append(
            PassWithdrawn(position=self._position, pass_id=one.pass_id, order_id=one.order_id)
        )

    # -------------------------------------------------------------- partners, people and ratings

    def partner_enrolled(self, one: change_pb2.PartnerEnrolled) -> None:
        """A partner may ask, and may be pushed to."""
        self.enrolled.append(
            PartnerEnrolled(
                position=self._position,
                partner_id=one.partner_id,
                fields=frozenset(one.fields),
                push_address=one.push_address,
                checks_per_s=one.checks_per_s,
                checks_per_day=one.checks_per_day,
            )
        )

    def partner_retired(self, one: change_pb2.PartnerRetired) -> None:
        """It no longer is one."""
        self.retired.append(PartnerRetired(position=self._position, partner_id=one.partner_id))

    def court_retired(self, one: change_pb2.CourtRetired) -> None:
        """A court acts no more."""
        self.retired_courts.append(CourtRetired(position=self._position, court_code=one.court_code))

    def officer_enrolled(self, one: change_pb2.OfficerEnrolled) -> None:
        """A person has a role at a court."""
        self._move_officer(one, enrolled=True)

    def officer_retired(self, one: change_pb2.OfficerRetired) -> None:
        """She no longer has."""
        self._move_officer(one, enrolled=False)

    def _move_officer(
        self, one: change_pb2.OfficerEnrolled | change_pb2.OfficerRetired, *, enrolled: bool
    ) -> None:
        self.officers.append(
            OfficerMoved(
                position=self._position,
                person_id=one.person_id,
                role=one.role,
                court_code=one.court_code,
                enrolled=enrolled,
            )
        )

    def key_enrolled(self, one: change_pb2.KeyEnrolled) -> None:
        """A key with which somebody says that she acts; those that sign decisions are not used here."""
        if one.purpose == change_pb2.KEY_PURPOSE_ASSERT and one.algorithm == _KEY_ALGORITHM:
            self.keys.append(
                KeyEnrolled(
                    position=self._position,
                    key_id=one.key_id,
                    person_id=one.person_id,
                    court_code=one.court_code,
                    public_key=one.public_key,
                )
            )

    def key_retired(self, one: change_pb2.KeyRetired) -> None:
        """A key no longer counts."""
        self.retired_keys.append(KeyRetired(position=self._position, key_id=one.key_id))

    def rating_recorded(self, one: change_pb2.RatingRecorded) -> None:
        """The official rating of a site for a limited time."""
        self.ratings.append(
            RatingRecorded(
                position=self._position,
                partner_id=one.partner_id,
                site_code=one.site_code,
                stars=one.stars,
                start_at=instant_from(one.start_time),
                end_at=instant_from(one.end_time),
            )
        )

    # -------------------------------------------------------------------------------- digest epochs

    def epoch_opened(self, one: change_pb2.EpochOpened) -> None:
        """Documents have digests under a further key, too."""
        self._epoch(one.epoch, EpochStep.OPENED)

    def epoch_switched(self, one: change_pb2.EpochSwitched) -> None:
        """They are looked up under that key."""
        self._epoch(one.epoch, EpochStep.SWITCHED)

    def epoch_closed(self, one: change_pb2.EpochClosed) -> None:
        """The digests of an older key are gone."""
        self._epoch(one.epoch, EpochStep.CLOSED)

    def _epoch(self, epoch: int, step: EpochStep) -> None:
        self.epochs.append(EpochMoved(position=self._position, epoch=epoch, step=step))


# By the names of the wire. Looked up for every effect of every change: made once.
_TAKERS: Final[Mapping[str, Callable[[Effects, Any], None]]] = {
    taker.__name__: taker
    for taker in (
        Effects.court_enrolled,
        Effects.document_bound,
        Effects.document_unbound,
        Effects.subject_erased,
        Effects.listing_entered,
        Effects.order_issued,
        Effects.listing_ended,
        Effects.order_lifted,
        Effects.ending_unsettled,
        Effects.ending_settled,
        Effects.obligation_performed,
        Effects.obligation_reopened,
        Effects.pass_granted,
        Effects.pass_withdrawn,
        Effects.partner_enrolled,
        Effects.partner_retired,
        Effects.rating_recorded,
        Effects.epoch_opened,
        Effects.epoch_switched,
        Effects.epoch_closed,
        Effects.court_retired,
        Effects.officer_enrolled,
        Effects.officer_retired,
        Effects.key_enrolled,
        Effects.key_retired,
    )
}
