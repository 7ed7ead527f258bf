"""What a ledger's changes come to: who holds which document, and what rests on whom."""

from collections.abc import Iterable

from google.protobuf.timestamp_pb2 import Timestamp

from courtlist.ledger.v1 import change_pb2
from courtlist.ledger.v1 import ledger_service_pb2 as wire


class Record:
    """Folds changes in order. `subjects` has the subject of each bound document."""

    def __init__(self) -> None:
        self.subjects: dict[str, str] = {}
        self._bases: dict[str, wire.Basis] = {}
        self._obligations: dict[str, str] = {}
        self._performed: dict[str, Timestamp] = {}

    def take(
        self, body: change_pb2.ChangeBody, references: Iterable[wire.BasisReference] = ()
    ) -> None:
        """Apply one change."""
        known = {one.basis_id: one for one in references}
        for effect in body.effects:
            if effect.HasField("subject_erased"):
                self._erase(effect.subject_erased.subject_id)
            else:
                self._take(effect, known, body.recorded_time)

    def bases_of(
        self, subject_ids: set[str], measure: int, *, include_ended: bool = False
    ) -> list[wire.Basis]:
        """What rests on them in one measure."""
        found = [
            one
            for one in self._bases.values()
            if one.subject_id in subject_ids
            and one.measure == measure
            and (include_ended or not one.HasField("ended_time"))
        ]
        for one in found:
            performed = self._performed.get(self._obligations.get(one.basis_id, ""))
            if performed is not None:
                one.performed_time.CopyFrom(performed)
        return found

    def _take(
        self,
        effect: change_pb2.Effect,
        references: dict[str, wire.BasisReference],
        recorded_time: Timestamp,
    ) -> None:
        match effect.WhichOneof("effect"):
            case "document_bound":
                bound = effect.document_bound
                self.subjects[bound.document_id] = bound.subject_id
            case "document_unbound":
                self.subjects.pop(effect.document_unbound.document_id, None)
            case "order_issued":
                self._issue(effect.order_issued, references)
            case "listing_entered":
                self._enter(effect.listing_entered, references)
            case "order_lifted":
                self._end(effect.order_lifted.order_id, effect.order_lifted)
            case "listing_ended":
                self._end(effect.listing_ended.listing_id, effect.listing_ended)
            case "pass_granted":
                self._grant(effect.pass_granted)
            case "pass_withdrawn":
                self._withdraw(effect.pass_withdrawn)
            case "obligation_performed":
                self._performed[effect.obligation_performed.obligation_id] = recorded_time
            case "obligation_reopened":
                self._performed.pop(effect.obligation_reopened.obligation_id, None)
            case "ending_unsettled":
                self._unsettle(effect.ending_unsettled.basis_id)
            case "ending_settled":
                self._settle(effect.ending_settled)

    def _erase(self, subject_id: str) -> None:
        """Neither documents nor bases of the subject are left."""
        self.subjects = {key: one for key, one in self.subjects.items() if one != subject_id}
        left = {key: one for key, one in self._bases.items() if one.subject_id != subject_id}
        self._bases = left

    def _issue(
        self, one: change_pb2.OrderIssued, references: dict[str, wire.BasisReference]
    ) -> None:
        basis = self._start(one.order_id, change_pb2.MEASURE_ORDER, one, references)
        basis.items.extend(one.items)
        if one.HasField("end_time"):
            basis.end_time.CopyFrom(one.end_time)

    def _enter(
        self, one: change_pb2.ListingEntered, references: dict[str, wire.BasisReference]
    ) -> None:
        basis = self._start(one.listing_id, change_pb2.MEASURE_LISTING, one, references)
        basis.ground = one.ground
        if one.HasField("term_end_time"):
            basis.end_time.CopyFrom(one.term_end_time)

    def _start(
        self,
        basis_id: str,
        measure: change_pb2.Measure.ValueType,
        one: change_pb2.OrderIssued | change_pb2.ListingEntered,
        references: dict[str, wire.BasisReference],
    ) -> wire.Basis:
        reference = references.get(basis_id, wire.BasisReference())
        basis = wire.Basis(
            basis_id=basis_id,
            measure=measure,
            subject_id=one.subject_id,
            court_code=one.court_code,
            court_name="某区人民法院",
            court_contact="000-0000000",
            case_number=reference.case_number,
            reference=reference.reference,
            start_time=one.start_time,
        )
        self._bases[basis_id] = basis
        self._obligations[basis_id] = one.obligation_id
        return basis

    def _end(
        self,
        basis_id: str,
        ending: change_pb2.OrderLifted | change_pb2.ListingEnded,
    ) -> None:
        if basis_id in self._bases:
            self._bases[basis_id].ended_time.CopyFrom(ending.end_time)
            self._bases[basis_id].ended_kind = ending.kind

    def _grant(self, one: change_pb2.PassGranted) -> None:
        if one.order_id in self._bases:
            self._bases[one.order_id].passes.add(
                pass_id=one.pass_id,
                items=one.items,
                start_time=one.start_time,
                end_time=one.end_time,
            )

    def _withdraw(self, one: change_pb2.PassWithdrawn) -> None:
        if one.order_id in self._bases:
            passes = self._bases[one.order_id].passes
            left = [held for held in passes if held.pass_id != one.pass_id]
            del passes[:]
            passes.extend(left)

    def _unsettle(self, basis_id: str) -> None:
        if basis_id in self._bases:
            self._bases[basis_id].unsettled = True

    def _settle(self, one: change_pb2.EndingSettled) -> None:
        if one.basis_id in self._bases:
            self._bases[one.basis_id].unsettled = False
            if one.upheld:
                self._bases[one.basis_id].ended_time.CopyFrom(one.end_time)
