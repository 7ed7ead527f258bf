"""The registry's LedgerService over gRPC."""

from collections.abc import Awaitable, Sequence
from typing import TypeVar

import grpc
from google.protobuf.message import DecodeError

from chassis.wire.status import parse
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2, ledger_service_pb2, ledger_service_pb2_grpc
from restriction import convert
from restriction.epochs import ReadyEpochs
from restriction.facts import changes
from restriction.facts.store import Cursor, EndingSeen, Place
from restriction.ledger import (
    Confirmation,
    DigestPage,
    EndingsUnprovenError,
    EpochClosedError,
    Inquiry,
    LedgerError,
    LedgerRewoundError,
    Page,
    Report,
)
from restriction.model import Measure, Position, Seen

Reply = TypeVar("Reply")

_CURSORS = {
    Cursor.ALL: ledger_service_pb2.CURSOR_ALL,
    Cursor.ENDINGS: ledger_service_pb2.CURSOR_ENDINGS,
}


class GrpcLedger:
    """A follower's side of LedgerService.

    `include_ended` has confirmations tell of bases that an act has ended, too. `answer_s` is allowed
    on top of any wait asked for. `ready` is told to the registry with each reading.
    """

    def __init__(
        self,
        *,
        channel: grpc.aio.Channel,
        follower: str,
        measure: Measure,
        include_ended: bool = False,
        answer_s: float = 3.0,
        ready: ReadyEpochs | None = None,
    ) -> None:
        self._stub = ledger_service_pb2_grpc.LedgerServiceStub(channel)
        self._follower = follower
        self._include_ended = include_ended
        self._measure = change_pb2.Measure.ValueType(measure.value)
        self._answer_s = answer_s
        self._ready = ready or ReadyEpochs()

    async def read_changes(
        self, *, incarnation: str, after: Place, cursor: Cursor, limit: int, wait_ms: int
    ) -> Page:
        """A page of the feed, whose bytes are not verified yet."""
        request = ledger_service_pb2.ReadChangesRequest(
            follower=self._follower,
            limit=limit,
            wait_ms=wait_ms,
            cursor=_CURSORS[cursor],
            ready_epochs=self._ready.epochs,
            keeps_seals=True,
        )
        if after.number:
            request.after.incarnation = incarnation
            request.after.position = after.number
            request.seen_hash = after.hash
        timeout_s = wait_ms / 1000 + self._answer_s
        reply = await _answer(self._stub.ReadChanges(request, timeout=timeout_s))
        try:
            return await changes.page_from(reply)
        except (DecodeError, ValueError) as error:
            raise LedgerError("a change of the feed cannot be read") from error

    async def confirm(
        self, inquiries: Sequence[Inquiry], *, seen: Seen, timeout_s: float
    ) -> Confirmation:
        """Standings of the primary, one for each inquiry."""
        request = ledger_service_pb2.ConfirmStandingRequest(
            measure=self._measure,
            inquiries=[
                ledger_service_pb2.Inquiry(epoch=one.epoch, digest=one.digest, name=one.name)
                for one in inquiries
            ],
            seen=convert.position_to(seen.position),
            seen_hash=seen.hash,
            include_ended=self._include_ended,
        )
        reply = await _answer(self._stub.ConfirmStanding(request, timeout=timeout_s))
        if len(reply.standings) != len(inquiries):
            raise LedgerError("the confirmation does not answer every inquiry")
        try:
            return convert.confirmation_from(reply)
        except ValueError as error:
            raise LedgerError("the confirmation cannot be read") from error

    async def read_digests(self, epoch: int, *, after: str, limit: int) -> DigestPage:
        """A page of one epoch's digests."""
        request = ledger_service_pb2.ReadDigestsRequest(epoch=epoch, after=after, limit=limit)
        reply = await _answer(self._stub.ReadDigests(request, timeout=self._answer_s))
        return DigestPage(
            digests={one.document_id: one.digest for one in reply.digests},
            is_complete=reply.complete,
        )

    async def report_endings(
        self, endings: Sequence[EndingSeen], *, seen: Position, last: bool
    ) -> Report:
        """One page, newest first."""
        request = ledger_service_pb2.ReportEndingsRequest(
            follower=self._follower,
            seen=convert.position_to(seen),
            endings=convert.endings_to(endings),
            last=last,
        )
        reply = await _answer(self._stub.ReportEndings(request, timeout=self._answer_s))
        return Report(agreed=reply.agreed, kept_count=reply.kept_count)


async def _answer(call: Awaitable[Reply]) -> Reply:
    try:
        return await call
    except grpc.aio.AioRpcError as error:
        remote = parse(error)
        text = f"{remote.code.name} {remote.reason_name}".strip()
        if remote.reason == reasons.ERROR_REASON_LEDGER_REWOUND:
            raise LedgerRewoundError(text) from error
        if remote.reason == reasons.ERROR_REASON_EPOCH_REFUSED:
            raise EpochClosedError(text) from error
        if remote.reason == reasons.ERROR_REASON_ENDING_UNPROVEN:
            raise EndingsUnprovenError(text) from error
        raise LedgerError(text) from error
