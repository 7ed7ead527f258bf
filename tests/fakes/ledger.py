"""A registry's LedgerService in memory: a real chain, a real feed, and faults on demand.

It speaks over a real loopback socket. What it holds is computed from its changes, so a confirmation
and the feed cannot disagree.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import grpc

from chassis.errors import ServiceError
from chassis.wire.status import to_status, to_trailers
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2, ledger_service_pb2_grpc, position_pb2
from courtlist.ledger.v1 import ledger_service_pb2 as wire
from tests.fakes.ledger_acts import START, LedgerActs
from tests.fakes.ledger_record import Record

__all__ = ["START", "FakeLedger", "Stored"]

_ENDING_EFFECTS = {
    "listing_ended",
    "order_lifted",
    "document_unbound",
    "ending_unsettled",
    "ending_settled",
    "rating_recorded",
}


@dataclass(frozen=True)
class Stored:
    """One change as the ledger keeps it."""

    change: wire.Change
    body: change_pb2.ChangeBody

    @property
    def ends(self) -> bool:
        return any(one.WhichOneof("effect") in _ENDING_EFFECTS for one in self.body.effects)


class FakeLedger(LedgerActs, ledger_service_pb2_grpc.LedgerServiceServicer):
    """Every act appends one change and returns its position."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(now=now)
        self.incarnation = "life-1"
        self.changes: list[Stored] = []
        self.withheld = False
        self.takes_reports = True
        self.confirmations: list[wire.ConfirmStandingRequest] = []
        self.reports: list[wire.ReportEndingsRequest] = []
        self.before_confirm: Callable[[], Awaitable[None]] | None = None
        self.after_confirm: Callable[[], Awaitable[None]] | None = None
        self.held_after: int | None = None
        """While set, the cursor ALL brings nothing after that position: a long queue of entries."""
        self._moved = asyncio.Event()

    # ------------------------------------------------------------------------------------ acts

    def act(
        self,
        effects: Iterable[change_pb2.Effect],
        *,
        digests: Sequence[wire.DocumentDigest] = (),
        references: Sequence[wire.BasisReference] = (),
    ) -> int:
        number = len(self.changes) + 1
        body = change_pb2.ChangeBody(
            incarnation=self.incarnation, position=number, algorithm="sha256", effects=effects
        )
        body.recorded_time.FromDatetime(self.now())
        raw = body.SerializeToString()
        previous = self.head_hash
        stored = wire.Change(
            body=raw,
            previous_hash=previous,
            hash=hashlib.sha256(b"courtlist.change.v1\0" + previous + raw).digest(),
            digests=digests,
            references=references,
        )
        self.changes.append(Stored(stored, body))
        self._wake()
        return number

    def restore(self, head: int) -> None:
        """Go back to an older copy, as a new incarnation."""
        previous = self.incarnation
        del self.changes[head:]
        self.incarnation = f"life-{int(previous.split('-')[1]) + 1}"
        opened = change_pb2.IncarnationOpened(previous_incarnation=previous, restored_head=head)
        self.act([change_pb2.Effect(incarnation_opened=opened)])

    # ----------------------------------------------------------------------------------- reading

    @property
    def head(self) -> position_pb2.Position:
        return position_pb2.Position(incarnation=self.incarnation, position=len(self.changes))

    @property
    def head_hash(self) -> bytes:
        return self.changes[-1].change.hash if self.changes else bytes(32)

    @property
    def documents(self) -> set[str]:
        """Every document ever bound."""
        return set(self._documents)

    def digest_of(self, document_id: str) -> bytes:
        """The digest under which it was bound."""
        return self._documents[document_id]

    def sent(self, stored: Stored) -> wire.Change:
        """A change as it is read now: without digests of documents that are bound to nobody."""
        if not stored.change.digests:
            return stored.change
        bound = self._record().subjects
        sent = wire.Change()
        sent.CopyFrom(stored.change)
        del sent.digests[:]
        for document_id in dict.fromkeys(one.document_id for one in stored.change.digests):
            if document_id in bound:
                sent.digests.extend(self.digests_of(document_id))
        return sent

    def standing(
        self, digest: bytes, measure: int, *, include_ended: bool = False
    ) -> list[wire.Basis]:
        """What stands now for the subject behind a digest."""
        record = self._record()
        subjects = {
            subject
            for document, subject in record.subjects.items()
            if digest in [one.digest for one in self.digests_of(document)]
        }
        return record.bases_of(subjects, measure, include_ended=include_ended)

    def _record(self) -> Record:
        record = Record()
        for stored in self.changes:
            record.take(stored.body, stored.change.references)
        return record

    def _holds(self, number: int, change_hash: bytes) -> bool:
        if number == 0:
            return True
        return number <= len(self.changes) and self.changes[number - 1].change.hash == change_hash

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    # ---------------------------------------------------------------------------------- servicer

    async def ReadChanges(self, request: wire.ReadChangesRequest, context: Any) -> Any:  # noqa: N802
        await self._refuse_rewound(request.after.position, request.seen_hash, context)
        if not self._page(request) and request.wait_ms:
            try:
                async with asyncio.timeout(request.wait_ms / 1000):
                    await self._moved.wait()
            except TimeoutError:
                pass
        changes = self._page(request)
        reply = wire.ReadChangesResponse(changes=changes, head=self.head, head_hash=self.head_hash)
        reply.as_of_time.FromDatetime(self.now())
        return reply

    def _page(self, request: wire.ReadChangesRequest) -> list[wire.Change]:
        endings = request.cursor == wire.CURSOR_ENDINGS
        shown = self.changes if endings else self.changes[: self.held_after]
        found = [one for one in shown[request.after.position :] if one.ends or not endings]
        return [self.sent(one) for one in found[: request.limit or 500]]

    async def ConfirmStanding(self, request: wire.ConfirmStandingRequest, context: Any) -> Any:  # noqa: N802
        self.confirmations.append(request)
        if self.before_confirm is not None:
            await self.before_confirm()
        await self._refuse_rewound(request.seen.position, request.seen_hash, context)
        if not all(self.is_open(one.epoch) for one in request.inquiries):
            await self._refuse_epoch(context)
        reply = wire.ConfirmStandingResponse(
            standings=[
                wire.Standing(
                    bases=self.standing(
                        one.digest, request.measure, include_ended=request.include_ended
                    )
                )
                for one in request.inquiries
            ],
            as_of=self.head,
            withheld=self.withheld,
        )
        reply.as_of_time.FromDatetime(self.now())
        if self.after_confirm is not None:
            await self.after_confirm()
        return reply

    async def ReadDigests(self, request: wire.ReadDigestsRequest, context: Any) -> Any:  # noqa: N802
        if not self.is_open(request.epoch):
            await self._refuse_epoch(context)
        return self.page_of_digests(request, self._record().subjects)

    async def ReportEndings(self, request: wire.ReportEndingsRequest, context: Any) -> Any:  # noqa: N802
        if not self.takes_reports:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "not now")
        self.reports.append(request)
        lost = [one for one in request.endings if not self._holds(one.position, one.hash)]
        unsettled = {
            effect.ending_unsettled.basis_id
            for stored in self.changes
            for effect in stored.body.effects
            if effect.WhichOneof("effect") == "ending_unsettled"
        }
        kept = [
            one
            for ending in lost
            for one in self._unsettled_by(ending)
            if one.basis_id not in unsettled
        ]
        if kept:
            self.act(change_pb2.Effect(ending_unsettled=one) for one in kept)
        return wire.ReportEndingsResponse(
            agreed=len(lost) < len(request.endings),
            kept_count=len(kept),
            incarnation=self.incarnation,
        )

    def _unsettled_by(self, ending: wire.SeenEnding) -> list[change_pb2.EndingUnsettled]:
        bases: Iterable[Any] = [ending]
        if ending.document_id:
            digest = self._documents[ending.document_id]
            bases = [
                one
                for measure in (change_pb2.MEASURE_LISTING, change_pb2.MEASURE_ORDER)
                for one in self.standing(digest, measure)
            ]
        return [
            change_pb2.EndingUnsettled(
                basis_id=one.basis_id, measure=one.measure, subject_id=ending.subject_id
            )
            for one in bases
        ]

    async def _refuse_epoch(self, context: Any) -> None:
        error = ServiceError(
            reasons.ERROR_REASON_EPOCH_REFUSED, "the epoch is not open", metadata={"why": "ORDER"}
        )
        await context.abort(error.code, error.message, to_trailers(to_status(error)))

    async def _refuse_rewound(self, number: int, seen_hash: bytes, context: Any) -> None:
        if not self._holds(number, seen_hash):
            error = ServiceError(
                reasons.ERROR_REASON_LEDGER_REWOUND,
                "the ledger was restored",
                metadata={"incarnation": self.incarnation, "head": str(len(self.changes))},
            )
            await context.abort(error.code, error.message, to_trailers(to_status(error)))
