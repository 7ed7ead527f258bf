"""The acts after a restore from a backup: a new incarnation, endings kept, endings settled.

A restore must not un-pay anybody. What a follower saw end is kept until a named judge has decided on
it, and meanwhile nobody is refused on it (design §3.2). Nor must it hand a document back to somebody
whose it is not: while a document whose unbinding was lost is bound, whatever stands against its
subject is kept like a lost ending.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from authority.caller import Actor
from chassis.clock import Clock
from courtlist.ledger.v1 import change_pb2, ledger_service_pb2, position_pb2
from courtlist.registry.v1 import admin_service_pb2
from registry import rows
from registry.acts.effects import Draft
from registry.acts.scope import require_own
from registry.desk import Desk
from registry.errors import already_ended, not_found, state_changed
from registry.feed.ending_seals import EndingSeals
from registry.feed.feed_queries import FeedQueries
from registry.feed.feed_requests import readers_of
from registry.feed.followers import Followers
from registry.feed.ledger_rows import head_of, position_of
from registry.ledger import Head
from registry.plan import Plan
from registry.records import UnsettledRecord


class AnnouncedError(Exception):
    """Somebody else has already begun the new incarnation; `head` is what the ledger is now."""

    def __init__(self, head: position_pb2.Position) -> None:
        super().__init__(head.incarnation)
        self.head = head


class NothingToKeepError(Exception):
    """The ledger need not change for this page of endings; `answer` says why."""

    def __init__(self, answer: ledger_service_pb2.ReportEndingsResponse) -> None:
        super().__init__()
        self.answer = answer


class UnprovenError(Exception):
    """What was reported would free somebody, and is not the registry's own word; `basis_ids` it is about."""

    def __init__(self, basis_ids: Sequence[str]) -> None:
        super().__init__(len(basis_ids))
        self.basis_ids = basis_ids


class Restoring:
    """Plans for the Registrar. They hold subjects, then obligations, then the head, as every act."""

    def __init__(
        self, *, queries: FeedQueries, followers: Followers, seals: EndingSeals, clock: Clock
    ) -> None:
        self._queries = queries
        self._followers = followers
        self._seals = seals
        self._clock = clock

    async def open_incarnation(
        self, desk: Desk, request: admin_service_pb2.OpenIncarnationRequest
    ) -> Plan[admin_service_pb2.OpenIncarnationResponse]:
        """An operator announces a restore.

        Raises ServiceError STATE_CHANGED, with the ledger as it is, unless the head is the expected.
        """
        head = await self._hold_head(desk)
        if position_of(head) != request.expected_head:
            raise state_changed("ledger", await self._followers.show(desk.connection))
        return self._opening(head)

    async def replace_incarnation(
        self, desk: Desk, lost: str
    ) -> Plan[admin_service_pb2.OpenIncarnationResponse]:
        """The registry has noticed a restore in incarnation `lost`.

        Raises AnnouncedError if that is not the ledger's incarnation any more.
        """
        head = await self._hold_head(desk)
        if head.incarnation != lost:
            raise AnnouncedError(position_of(head))
        return self._opening(head)

    async def keep_endings(
        self, desk: Desk, request: ledger_service_pb2.ReportEndingsRequest
    ) -> Plan[ledger_service_pb2.ReportEndingsResponse]:
        """Keep what a follower saw end and the ledger holds as standing.

        A basis that the ledger does not know was entered after the backup, too: it bars nobody. So
        does a document that the ledger does not know or holds as unbound.
        Raises NothingToKeepError when the ledger needs no change, UnprovenError when it would for what
        has no genuine seal.
        """
        holds_unsealed: bool = await desk.connection.fetchval(
            self._queries.holds_unsealed, list(readers_of(request.follower))
        )
        lost, agreed = await self._lost(desk, request.endings)
        bases = await self._hold_bases(desk, lost)
        draft = Draft(clock=self._clock, now=desk.now)
        kept_count = 0
        unproven: list[str] = []
        for basis_id, ending in lost.items():
            basis = bases.get(basis_id)
            if basis is None or _is_of_another_measure(basis, ending):
                continue
            # Of a listing that is deleted it may be lost that it was void.
            if basis["ended"] and not (ending.void_from_start and basis["deleted"]):
                continue
            if _is_kept(basis):
                kept_count += 1
            elif not _is_settled(basis, ending):
                kept_count += 1
                if not (self._seals.is_genuine(ending) or (holds_unsealed and not ending.seal)):
                    unproven.append(str(basis_id))
                _keep(draft, basis, ending, request.follower)
        if unproven:
            raise UnprovenError(unproven)
        if not draft.effects:
            head = head_of(await desk.connection.fetchrow(self._queries.head))
            raise NothingToKeepError(
                _report(agreed=agreed, kept_count=kept_count, incarnation=head.incarnation)
            )

        async def answer(
            _: Desk, position: position_pb2.Position
        ) -> ledger_service_pb2.ReportEndingsResponse:
            return _report(agreed=agreed, kept_count=kept_count, incarnation=position.incarnation)

        return draft.plan(answer)

    async def settle_ending(
        self, desk: Desk, actor: Actor, basis_id: UUID, *, upheld: bool
    ) -> Plan[admin_service_pb2.SettleEndingResponse]:
        """A judge of the basis's court decides whether it stays ended.

        Raises ServiceError NOT_FOUND, COURT_REFUSED; ALREADY_ENDED for a basis that has ended by an
        act since and cannot stand again. Of a listing that is deleted she decides whether it was void.
        """
        unsettled = await self._hold_unsettled(desk, basis_id)
        require_own(actor, unsettled.court_code, "listing or order")
        draft = Draft(clock=self._clock, now=desk.now)
        is_ended = await _end(draft, desk, unsettled, upheld=upheld)
        if is_ended and not upheld and not unsettled.is_lost_revocation:
            raise already_ended("listing or order")
        draft.settle(unsettled, upheld=upheld)

        async def answer(
            _: Desk, position: position_pb2.Position
        ) -> admin_service_pb2.SettleEndingResponse:
            return admin_service_pb2.SettleEndingResponse(
                position=position, document_id=str(unsettled.document_id or "")
            )

        return draft.plan(answer)

    async def _hold_head(self, desk: Desk) -> Head:
        return head_of(await desk.connection.fetchrow(self._queries.hold_head))

    def _opening(self, head: Head) -> Plan[admin_service_pb2.OpenIncarnationResponse]:
        incarnation = self._clock.uuid()
        opened = change_pb2.IncarnationOpened(
            previous_incarnation=head.incarnation, restored_head=head.position
        )

        async def answer(
            _: Desk, position: position_pb2.Position
        ) -> admin_service_pb2.OpenIncarnationResponse:
            return admin_service_pb2.OpenIncarnationResponse(position=position)

        return Plan(
            effects=[change_pb2.Effect(incarnation_opened=opened)],
            rows=[rows.NewIncarnation(incarnation)],
            answer=answer,
            new_incarnation=incarnation,
        )

    async def _lost(
        self, desk: Desk, endings: Iterable[ledger_service_pb2.SeenEnding]
    ) -> tuple[Mapping[UUID, ledger_service_pb2.SeenEnding], bool]:
        """(The latest lost ending of each basis, whether the ledger holds one of the page's.)

        Endings come newest first. What is older than a change that the ledger holds is held, too. An
        unbinding counts as the ending of each basis that the document, bound again, is refused on.
        """
        page = list(endings)
        refused_on = await self._refused_on(desk, page)
        found = await desk.connection.fetch(
            self._queries.hashes_at, [ending.position for ending in page]
        )
        held = {(row["position"], row["hash"]) for row in found}
        lost: dict[UUID, ledger_service_pb2.SeenEnding] = {}
        for ending in page:
            if (ending.position, ending.hash) in held:
                return lost, True
            for basis_id in _concerned(ending, refused_on):
                # That the basis itself had ended says more than that a document was unbound.
                if basis_id not in lost or (lost[basis_id].document_id and ending.basis_id):
                    lost[basis_id] = ending
        return lost, False

    async def _refused_on(
        self, desk: Desk, page: Iterable[ledger_service_pb2.SeenEnding]
    ) -> Mapping[str, Sequence[UUID]]:
        """The bases behind each document of the page that the ledger holds as bound.

        Read before their subjects are held: if the document is unbound again at this moment, a judge
        is asked once too often.
        """
        document_ids = {UUID(ending.document_id) for ending in page if ending.document_id}
        refused_on: dict[str, list[UUID]] = {}
        if document_ids:
            for row in await desk.connection.fetch(
                self._queries.bases_by_document, list(document_ids)
            ):
                refused_on.setdefault(str(row["document_id"]), []).append(row["basis_id"])
        return refused_on

    async def _hold_bases(self, desk: Desk, wanted: Iterable[UUID]) -> Mapping[UUID, Any]:
        """The bases with these ids, none of which can end before this act is done."""
        basis_ids = list(wanted)
        found = await desk.connection.fetch(self._queries.find_bases, basis_ids)
        await desk.connection.fetch(
            self._queries.hold_subjects, list({row["subject_id"] for row in found})
        )
        await desk.connection.fetch(
            self._queries.hold_obligations, list({row["obligation_id"] for row in found})
        )
        held = await desk.connection.fetch(self._queries.find_bases, basis_ids)
        return {row["basis_id"]: row for row in held}

    async def _hold_unsettled(self, desk: Desk, basis_id: UUID) -> UnsettledRecord:
        await self._hold_bases(desk, [basis_id])
        unsettled = await desk.unsettled(basis_id)
        if unsettled is None:
            raise not_found("unsettled ending", "basis_id")
        return unsettled


async def _end(draft: Draft, desk: Desk, unsettled: UnsettledRecord, *, upheld: bool) -> bool:
    """End the basis now, as the court's own review (LP Art 9, CP Art 9), if it is to stay ended.

    Returns whether it had ended before.
    """
    if unsettled.measure == change_pb2.MEASURE_LISTING:
        listing = await desk.listing(unsettled.basis_id)
        assert listing is not None, "no record is ever deleted"
        record, end = listing[0], listing[-1]
        is_ended = end is not None
        if upheld and end is not None and unsettled.is_lost_revocation:
            draft.void_listing(record, end, cause=change_pb2.ENDING_CAUSE_REVIEW)
        elif upheld and not is_ended:
            draft.end_listing(
                record,
                kind=_revoked_or(change_pb2.ENDING_KIND_DELETED, unsettled),
                cause=change_pb2.ENDING_CAUSE_REVIEW,
            )
        return is_ended
    order = await desk.order(unsettled.basis_id)
    assert order is not None, "no record is ever deleted"
    order_record, is_ended = order[0], order[-1]
    if upheld and not is_ended:
        draft.end_order(
            order_record,
            kind=_revoked_or(change_pb2.ENDING_KIND_LIFTED, unsettled),
            cause=change_pb2.ENDING_CAUSE_REVIEW,
        )
    return is_ended


def _revoked_or(
    kind: change_pb2.EndingKind.ValueType, unsettled: UnsettledRecord
) -> change_pb2.EndingKind.ValueType:
    """What was void from the start stays void (LP Art 9); else the ending is of this kind."""
    return change_pb2.ENDING_KIND_REVOKED if unsettled.void_from_start else kind


def _concerned(
    ending: ledger_service_pb2.SeenEnding, refused_on: Mapping[str, Sequence[UUID]]
) -> Sequence[UUID]:
    """The bases that it is about."""
    return (
        refused_on.get(ending.document_id, ()) if ending.document_id else (UUID(ending.basis_id),)
    )


def _is_of_another_measure(basis: Any, ending: ledger_service_pb2.SeenEnding) -> bool:
    """An unbinding is of either."""
    return bool(ending.basis_id) and basis["measure"] != ending.measure


def _keep(draft: Draft, basis: Any, ending: ledger_service_pb2.SeenEnding, follower: str) -> None:
    effect = change_pb2.Effect(
        ending_unsettled=change_pb2.EndingUnsettled(
            basis_id=str(basis["basis_id"]),
            measure=change_pb2.Measure.ValueType(basis["measure"]),
            subject_id=str(basis["subject_id"]),
            document_id=ending.document_id,
        )
    )
    draft.add(effect)
    draft.open_task(
        change_pb2.TASK_KIND_SETTLE_ENDING,
        court_code=basis["court_code"],
        basis_id=basis["basis_id"],
        obligation_id=basis["obligation_id"],
    )
    draft.rows.append(
        rows.NewUnsettledEnding(
            basis_id=basis["basis_id"],
            measure=basis["measure"],
            subject_id=basis["subject_id"],
            court_code=basis["court_code"],
            case_number=basis["case_number"],
            reported_by=follower,
            lost_incarnation=UUID(ending.incarnation),
            lost_position=ending.position,
            task_id=draft.opened_tasks[-1].task_id,
            void_from_start=ending.void_from_start,
            document_id=UUID(ending.document_id) if ending.document_id else None,
        )
    )
    draft.touch(
        listing_id=basis["basis_id"], order_id=basis["basis_id"], subject_id=basis["subject_id"]
    )


def _is_kept(basis: Any) -> bool:
    return basis["lost_position"] is not None and basis["settled_position"] is None


def _is_settled(basis: Any, ending: ledger_service_pb2.SeenEnding) -> bool:
    """Whether a judge has decided on this very ending; one lost by a later restore is another."""
    return (
        basis["settled_position"] is not None
        and basis["lost_position"] == ending.position
        and str(basis["lost_incarnation"]) == ending.incarnation
    )


def _report(
    *, agreed: bool, kept_count: int, incarnation: str
) -> ledger_service_pb2.ReportEndingsResponse:
    return ledger_service_pb2.ReportEndingsResponse(
        agreed=agreed, kept_count=kept_count, incarnation=incarnation
    )
