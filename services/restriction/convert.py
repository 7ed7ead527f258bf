"""Between the wire and the model, both ways, and nowhere else."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from google.protobuf.timestamp_pb2 import Timestamp

from courtlist.ledger.v1 import change_pb2, ledger_service_pb2, position_pb2
from courtlist.restriction.v1 import restriction_pb2
from restriction.effects import (
    BasisEnded,
    BasisStarted,
    BasisUnsettled,
    Change,
    CourtNamed,
    DigestKnown,
    DocumentBound,
    Reference,
)
from restriction.ledger import Confirmation, Page
from restriction.model import Bar, Basis, Decision, Item, Measure, Position, Standing
from restriction.store import Delivery, DeliveryEvent, EndingSeen

_ITEMS = {item.value: item for item in Item}


# ------------------------------------------------------------------------------------ from the wire


def page_from(reply: ledger_service_pb2.ReadChangesResponse) -> Page:
    """A reply of ReadChanges."""
    return Page(
        changes=[change_from(change) for change in reply.changes],
        head=position_from(reply.head),
        head_hash=reply.head_hash,
        as_of_at=instant_from(reply.as_of_time),
    )


def change_from(change: ledger_service_pb2.Change) -> Change:
    """A change with the effects this engine knows; the bytes are kept as they were hashed."""
    body = change_pb2.ChangeBody.FromString(change.body)
    effects = _Effects(body)
    for effect in body.effects:
        effects.take(effect)
    number = body.position
    return Change(
        position=Position(body.incarnation, number),
        previous_hash=change.previous_hash,
        hash=change.hash,
        body=change.body,
        courts=effects.courts,
        bindings=effects.bindings,
        starts=effects.starts,
        endings=effects.endings,
        unsettled=effects.unsettled,
        references=[
            Reference(
                position=number,
                basis_id=one.basis_id,
                case_number=one.case_number,
                reference=one.reference,
            )
            for one in change.references
        ],
        digests=[
            DigestKnown(document_id=one.document_id, epoch=one.epoch, digest=one.digest)
            for one in change.digests
        ],
    )


class _Effects:
    """Sorts a body's effects by what the engine does with them."""

    def __init__(self, body: change_pb2.ChangeBody) -> None:
        self._position = body.position
        self.courts: list[CourtNamed] = []
        self.bindings: list[DocumentBound] = []
        self.starts: list[BasisStarted] = []
        self.endings: list[BasisEnded] = []
        self.unsettled: list[BasisUnsettled] = []

    def take(self, effect: change_pb2.Effect) -> None:
        """Keep one effect; a kind that is unknown, or means nothing here, is passed over."""
        takers: dict[str | None, Callable[[change_pb2.Effect], None]] = {
            "court_enrolled": self._court,
            "document_bound": lambda one: self._binding(one.document_bound, bound=True),
            "document_unbound": lambda one: self._binding(one.document_unbound, bound=False),
            "listing_entered": self._listing,
            "listing_ended": lambda one: self._ending(
                one.listing_ended.listing_id, Measure.LISTING, one.listing_ended
            ),
            "order_issued": self._order,
            "order_lifted": lambda one: self._ending(
                one.order_lifted.order_id, Measure.ORDER, one.order_lifted
            ),
            "ending_unsettled": lambda one: self._unsettle(one.ending_unsettled, unsettled=True),
            "ending_settled": self._settle,
        }
        taker = takers.get(effect.WhichOneof("effect"))
        if taker is not None:
            taker(effect)

    def _court(self, effect: change_pb2.Effect) -> None:
        one = effect.court_enrolled
        self.courts.append(
            CourtNamed(
                position=self._position,
                court_code=one.court_code,
                name=one.name,
                contact=one.contact,
            )
        )

    def _binding(
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

    def _listing(self, effect: change_pb2.Effect) -> None:
        one = effect.listing_entered
        self.starts.append(
            BasisStarted(
                position=self._position,
                basis_id=one.listing_id,
                measure=Measure.LISTING,
                subject_id=one.subject_id,
                court_code=one.court_code,
                items=frozenset(),
                ground=one.ground,
                start_at=instant_from(one.start_time),
                end_at=_optional(one.HasField("term_end_time"), one.term_end_time),
            )
        )

    def _order(self, effect: change_pb2.Effect) -> None:
        one = effect.order_issued
        self.starts.append(
            BasisStarted(
                position=self._position,
                basis_id=one.order_id,
                measure=Measure.ORDER,
                subject_id=one.subject_id,
                court_code=one.court_code,
                items=_items_from(one.items),
                ground=None,
                start_at=instant_from(one.start_time),
                end_at=_optional(one.HasField("end_time"), one.end_time),
            )
        )

    def _ending(
        self,
        basis_id: str,
        measure: Measure,
        one: change_pb2.ListingEnded | change_pb2.OrderLifted | change_pb2.EndingSettled,
    ) -> None:
        self.endings.append(
            BasisEnded(
                position=self._position,
                basis_id=basis_id,
                measure=measure,
                subject_id=one.subject_id,
                end_at=instant_from(one.end_time),
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

    def _settle(self, effect: change_pb2.Effect) -> None:
        one = effect.ending_settled
        if one.upheld:
            self._ending(one.basis_id, Measure(one.measure), one)
        self._unsettle(one, unsettled=False)


def standing_from(
    standing: ledger_service_pb2.Standing, *, as_of: Position, as_of_at: datetime
) -> Standing:
    """One inquiry's bases as the primary holds them."""
    return Standing(
        bases=tuple(_basis_from(basis) for basis in standing.bases), as_of=as_of, as_of_at=as_of_at
    )


def confirmation_from(reply: ledger_service_pb2.ConfirmStandingResponse) -> Confirmation:
    """A reply of ConfirmStanding."""
    as_of, as_of_at = position_from(reply.as_of), instant_from(reply.as_of_time)
    return Confirmation(
        standings=[
            standing_from(standing, as_of=as_of, as_of_at=as_of_at) for standing in reply.standings
        ],
        withheld=reply.withheld,
    )


def position_from(position: position_pb2.Position) -> Position:
    """A position."""
    return Position(position.incarnation, position.position)


def instant_from(timestamp: Timestamp) -> datetime:
    """An aware instant in UTC, to the microsecond."""
    return timestamp.ToDatetime(tzinfo=UTC)


def _basis_from(basis: ledger_service_pb2.Basis) -> Basis:
    return Basis(
        basis_id=basis.basis_id,
        measure=Measure(basis.measure),
        subject_id=basis.subject_id,
        start_at=instant_from(basis.start_time),
        end_at=_optional(basis.HasField("end_time"), basis.end_time),
        items=_items_from(basis.items),
        ground=basis.ground or None,
        court_code=basis.court_code,
        court_name=basis.court_name,
        court_contact=basis.court_contact,
        case_number=basis.case_number,
        reference=basis.reference,
        unsettled=basis.unsettled,
    )


def _items_from(numbers: Iterable[int]) -> frozenset[Item]:
    """Items; one that a later release added bars nothing that this release knows."""
    return frozenset(_ITEMS[number] for number in numbers if number in _ITEMS)


def _optional(present: bool, timestamp: Timestamp) -> datetime | None:  # noqa: FBT001 - HasField's own result
    return instant_from(timestamp) if present else None


# -------------------------------------------------------------------------------------- to the wire


def decision_to(decision: Decision) -> restriction_pb2.Decision:
    """The answer to one check."""
    verdict = decision.verdict
    return restriction_pb2.Decision(
        answer=restriction_pb2.Answer.ValueType(verdict.answer),
        reason=restriction_pb2.Reason.ValueType(verdict.reason),
        decided_by=restriction_pb2.DecidedBy.ValueType(decision.decided_by),
        bars=map(_bar_to, verdict.bars),
        allowed=verdict.allowed,
        as_of=position_to(decision.as_of),
        as_of_time=None if decision.as_of_at is None else _timestamp(decision.as_of_at),
        stale=decision.stale,
        decision_id=decision.decision_id,
    )


def entry_to(
    delivery: Delivery, digest_for_partner: Callable[[bytes], bytes]
) -> restriction_pb2.RestrictionEntry:
    """One step of a restriction's life, its digests keyed for the reader."""
    message = restriction_pb2.RestrictionEntry(
        number=delivery.number,
        restriction_id=delivery.restriction_id,
        event=restriction_pb2.RestrictionEvent.ValueType(delivery.event.value),
        position=delivery.position,
    )
    if delivery.event is DeliveryEvent.LIFTED:
        return message
    message.digests.extend(digest_for_partner(digest) for digest in delivery.digests)
    message.items.extend(change_pb2.Item.ValueType(item.value) for item in sorted(delivery.items))
    message.case_number = delivery.case_number
    message.order_number = delivery.order_number
    message.court_name = delivery.court_name
    message.court_contact = delivery.court_contact
    if delivery.start_at is not None:
        message.start_time.FromDatetime(delivery.start_at)
    if delivery.end_at is not None:
        message.end_time.FromDatetime(delivery.end_at)
    return message


def endings_to(endings: Sequence[EndingSeen]) -> list[ledger_service_pb2.SeenEnding]:
    """Endings and unbindings as they were witnessed."""
    return [
        ledger_service_pb2.SeenEnding(
            position=one.position,
            hash=one.hash,
            basis_id=one.basis_id,
            measure=change_pb2.Measure.ValueType(one.measure or change_pb2.MEASURE_UNSPECIFIED),
            subject_id=one.subject_id,
            incarnation=one.incarnation,
            document_id=one.document_id,
        )
        for one in endings
    ]


# Thousands of answers a second rest on the same position: its messages are made once and copied.
@lru_cache(maxsize=64)
def position_to(position: Position) -> position_pb2.Position:
    """A position; to be copied, not changed."""
    return position_pb2.Position(incarnation=position.incarnation, position=position.number)


@lru_cache(maxsize=64)
def _timestamp(instant: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp


def _bar_to(bar: Bar) -> restriction_pb2.Bar:
    return restriction_pb2.Bar(
        restriction_id=bar.basis.basis_id,
        article=bar.article,
        case_number=bar.basis.case_number,
        order_number=bar.basis.reference,
        court_name=bar.basis.court_name,
        court_contact=bar.basis.court_contact,
    )
