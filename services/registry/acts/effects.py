"""Effects and their rows, made together so that ledger and record cannot tell different stories."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis.clock import Clock
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.ledger.v1 import position_pb2
from registry import rows
from registry.desk import Desk
from registry.plan import Plan, R, Touched
from registry.records import ListingEnd, ListingRecord, OrderRecord, TaskRecord, UnsettledRecord
from registry.rows import Row


@dataclass(slots=True)
class Draft:
    """An act in the making: every method adds an effect together with its row."""

    clock: Clock
    now: datetime
    effects: list[pb.Effect] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    opened_tasks: list[TaskRecord] = field(default_factory=list)
    lifted_order_ids: list[UUID] = field(default_factory=list)
    deleted_listing_ids: list[UUID] = field(default_factory=list)
    _listing_ids: set[UUID] = field(default_factory=set)
    _order_ids: set[UUID] = field(default_factory=set)
    _subject_ids: set[UUID] = field(default_factory=set)

    def add(self, effect: pb.Effect, *new_rows: Row) -> None:
        """Add one effect and the rows that hold it."""
        self.effects.append(effect)
        self.rows.extend(new_rows)

    def touch(
        self,
        *,
        listing_id: UUID | None = None,
        order_id: UUID | None = None,
        subject_id: UUID | None = None,
    ) -> None:
        """Note records whose cached copies are outdated by this act."""
        if listing_id is not None:
            self._listing_ids.add(listing_id)
        if order_id is not None:
            self._order_ids.add(order_id)
        if subject_id is not None:
            self._subject_ids.add(subject_id)

    def end_listing(
        self,
        listing: ListingRecord,
        *,
        kind: pb.EndingKind.ValueType,
        cause: pb.EndingCause.ValueType,
        at: datetime | None = None,
    ) -> None:
        """End a listing now, or at the past instant `at` at which its term had ended."""
        ended_at = at or self.now
        effect = pb.Effect()
        ended = effect.listing_ended
        ended.listing_id, ended.subject_id = str(listing.listing_id), str(listing.subject_id)
        ended.kind, ended.cause = kind, cause
        ended.end_time.FromDatetime(ended_at)
        self.add(effect, rows.EndedListing(listing.listing_id, ended_at, kind, cause))
        self.deleted_listing_ids.append(listing.listing_id)
        self.touch(listing_id=listing.listing_id, subject_id=listing.subject_id)

    def void_listing(
        self, listing: ListingRecord, end: ListingEnd, *, cause: pb.EndingCause.ValueType
    ) -> None:
        """Make a listing void from the start that was deleted: whoever was told of it is told of this."""
        effect = pb.Effect()
        ended = effect.listing_ended
        ended.listing_id, ended.subject_id = str(listing.listing_id), str(listing.subject_id)
        ended.kind, ended.cause = pb.ENDING_KIND_REVOKED, cause
        ended.end_time.FromDatetime(end.ended_at)
        self.add(effect, rows.VoidedListing(listing.listing_id, pb.ENDING_KIND_REVOKED, cause))
        self.touch(listing_id=listing.listing_id, subject_id=listing.subject_id)

    def end_order(
        self,
        order: OrderRecord,
        *,
        kind: pb.EndingKind.ValueType = pb.ENDING_KIND_LIFTED,
        cause: pb.EndingCause.ValueType,
        at: datetime | None = None,
    ) -> None:
        """End an order now, or at the past instant `at` at which its period had ended."""
        ended_at = at or self.now
        effect = pb.Effect()
        lifted = effect.order_lifted
        lifted.order_id, lifted.subject_id = str(order.order_id), str(order.subject_id)
        lifted.kind, lifted.cause = kind, cause
        lifted.end_time.FromDatetime(ended_at)
        self.add(effect, rows.EndedOrder(order.order_id, ended_at, kind, cause))
        self.lifted_order_ids.append(order.order_id)
        self.touch(
            order_id=order.order_id, listing_id=order.listing_id, subject_id=order.subject_id
        )

    def unbind(self, document_id: UUID, subject_id: UUID) -> None:
        """A document identifies the subject no more."""
        effect = pb.Effect()
        unbound = effect.document_unbound
        unbound.document_id, unbound.subject_id = str(document_id), str(subject_id)
        self.add(effect, rows.UnboundDocument(document_id))
        self.touch(subject_id=subject_id)

    def revokes(self, listing_id: UUID) -> bool:
        """Whether this act makes the listing void from the start."""
        return any(
            effect.listing_ended.listing_id == str(listing_id)
            and effect.listing_ended.kind == pb.ENDING_KIND_REVOKED
            for effect in self.effects
        )

    @property
    def ended_basis_ids(self) -> tuple[UUID, ...]:
        """The listings and orders that this act ends."""
        return (*self.deleted_listing_ids, *self.lifted_order_ids)

    def open_task(
        self,
        kind: pb.TaskKind.ValueType,
        *,
        court_code: str,
        basis_id: UUID | None = None,
        obligation_id: UUID | None = None,
    ) -> None:
        """Put a decision before a court."""
        task = TaskRecord(
            task_id=self.clock.uuid(),
            kind=kind,
            court_code=court_code,
            basis_id=basis_id,
            obligation_id=obligation_id,
        )
        effect = pb.Effect(
            task_opened=pb.TaskOpened(
                task_id=str(task.task_id),
                kind=kind,
                court_code=court_code,
                basis_id=_text(basis_id),
                obligation_id=_text(obligation_id),
            )
        )
        self.add(effect, rows.NewTask(task.task_id, kind, court_code, basis_id, obligation_id))
        self.opened_tasks.append(task)
        self.touch(listing_id=basis_id)

    def close_task(self, task_id: UUID) -> None:
        """The decision was taken."""
        effect = pb.Effect(task_closed=pb.TaskClosed(task_id=str(task_id)))
        self.add(effect, rows.ClosedTask(task_id))

    def settle(self, unsettled: UnsettledRecord, *, upheld: bool) -> None:
        """Decide on an ending that a restore lost."""
        effect = pb.Effect()
        settled = effect.ending_settled
        settled.basis_id, settled.subject_id = str(unsettled.basis_id), str(unsettled.subject_id)
        settled.measure = pb.Measure.ValueType(unsettled.measure)
        settled.upheld = upheld
        if upheld:
            settled.end_time.FromDatetime(self.now)
        self.add(effect, rows.SettledEnding(unsettled.basis_id))
        self.close_task(unsettled.task_id)
        self.touch(
            listing_id=unsettled.basis_id,
            order_id=unsettled.basis_id,
            subject_id=unsettled.subject_id,
        )

    def plan(self, answer: Callable[[Desk, position_pb2.Position], Awaitable[R]]) -> Plan[R]:
        """The act as drafted; `answer` is asked once its rows are written."""
        return Plan(
            effects=self.effects,
            rows=self.rows,
            answer=answer,
            touched=self.touched(),
        )

    def touched(self) -> Touched:
        """The records whose cached copies are outdated by this act."""
        return Touched(
            listing_ids=frozenset(self._listing_ids),
            order_ids=frozenset(self._order_ids),
            subject_ids=frozenset(self._subject_ids),
        )


def ids(values: Sequence[UUID]) -> list[str]:
    """Ids as they travel."""
    return [str(value) for value in values]


def _text(value: UUID | None) -> str:
    return "" if value is None else str(value)
