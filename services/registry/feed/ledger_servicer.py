"""LedgerService: what followers and gates ask of the registry."""

from typing import Any, Final

import structlog
from structlog.typing import FilteringBoundLogger

from authority.caller import Actor
from chassis.clock import Clock
from chassis.telemetry.call_log import call_log
from chassis.work.errands import Errands
from courtlist.ledger.v1 import change_pb2, ledger_service_pb2_grpc
from courtlist.ledger.v1 import ledger_service_pb2 as pb
from registry.acts.restoring import NothingToKeepError, Restoring, UnprovenError
from registry.desk import Desk
from registry.epochs.reading import EpochReads
from registry.errors import endings_unproven
from registry.feed.change_wait import ChangeWait
from registry.feed.confirmation import Confirmation
from registry.feed.ending_seals import EndingSeals
from registry.feed.feed_requests import check_report, confirm_claim, read_order
from registry.feed.followers import Followers
from registry.feed.ledger_reader import LedgerReader
from registry.feed.misfit_notes import MisfitNotes
from registry.feed.restores import Restores
from registry.plan import Plan
from registry.registrar import Act, Registrar
from registry.rows import NewUnsettledEnding

# Of a page of what nobody proved, the log names the first.
_UNPROVEN_SHOWN: Final = 10


class LedgerServicer(ledger_service_pb2_grpc.LedgerServiceServicer):
    """Answers from the primary only."""

    def __init__(
        self,
        *,
        reader: LedgerReader,
        confirmation: Confirmation,
        followers: Followers,
        restores: Restores,
        restoring: Restoring,
        registrar: Registrar,
        misfits: MisfitNotes,
        seals: EndingSeals,
        epochs: EpochReads,
        changes: ChangeWait,
        errands: Errands,
        clock: Clock,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._reader = reader
        self._confirmation = confirmation
        self._followers = followers
        self._restores = restores
        self._restoring = restoring
        self._registrar = registrar
        self._misfits = misfits
        self._seals = seals
        self._epochs = epochs
        self._changes = changes
        self._clock = clock
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._errands = errands

    async def ReadChanges(
        self,
        request: pb.ReadChangesRequest,
        context: Any,
    ) -> pb.ReadChangesResponse:
        """Changes after a position, waiting for one if there is none."""
        order = read_order(request)
        call_log().routine = True
        give_up_s = self._clock.monotonic() + order.wait_s
        while True:
            heard = self._changes.seen
            mark = self._restores.mark
            look = await self._reader.look(order, known_position=mark.position)
            if await self._restores.notice(mark, look.head, look.known_hash):
                continue
            if not order.claim.is_held(look.seen_hash):
                await self._followers.expect(order)
                raise await self._restores.refuse(
                    order.claim,
                    look.head,
                    by=f"follower:{order.follower}",
                    is_awaited=bool(look.awaited),
                )
            await self._followers.hear(order, look)
            left_s = give_up_s - self._clock.monotonic()
            if look.entries or left_s <= 0 or self._changes.is_over:
                return await self._reader.reply(look, self._seals)
            await self._changes.wait(heard, timeout_s=left_s)

    async def ConfirmStanding(
        self,
        request: pb.ConfirmStandingRequest,
        context: Any,
    ) -> pb.ConfirmStandingResponse:
        """What stands at this moment; `withheld` while a restore may have lost an ending."""
        claim = confirm_claim(request)
        call_log().routine = True
        mark = self._restores.mark
        found = await self._confirmation.ask(request, claim, known_position=mark.position)
        is_restored = await self._restores.notice(mark, found.head, found.known_hash)
        if not claim.is_held(found.seen_hash):
            raise await self._restores.refuse(
                claim, found.head, by="gate", is_awaited=is_restored or found.awaited
            )
        is_withheld = (
            is_restored
            or found.awaited
            or not self._followers.have_spoken(found.followers, found.head)
        )
        if not is_withheld:
            self._misfits.note(found.misfits)
        return found.reply(measure=request.measure, withheld=is_withheld)

    async def ReportEndings(
        self,
        request: pb.ReportEndingsRequest,
        context: Any,
    ) -> pb.ReportEndingsResponse:
        """Keep what the ledger lost; the last page, or agreement, ends the wait for the follower."""
        check_report(request)
        # Repeated it is answered as before, and nobody would be told what was kept.
        answer = await self._errands.run(self._keep(request))
        if answer.agreed or request.last:
            await self._followers.release(request.follower, answer.incarnation)
        call_log().fields["kept"] = answer.kept_count
        return answer

    async def ReadDigests(
        self,
        request: pb.ReadDigestsRequest,
        context: Any,
    ) -> pb.ReadDigestsResponse:
        """A page of one epoch's digests."""
        call_log().routine = True
        return await self._epochs.page(request)

    async def _keep(self, request: pb.ReportEndingsRequest) -> pb.ReportEndingsResponse:
        kept: list[NewUnsettledEnding] = []

        async def plan(desk: Desk) -> Plan[pb.ReportEndingsResponse]:
            made = await self._restoring.keep_endings(desk, request)
            kept[:] = [row for row in made.rows if isinstance(row, NewUnsettledEnding)]
            return made

        act = Act(
            kind=change_pb2.ACT_REPORT_ENDINGS,
            actor=Actor(
                person_id=f"follower:{request.follower}",
                role=change_pb2.ROLE_OPERATOR,
                court_code="",
            ),
            request=request,
            # What is kept is known by what it is about, however late it is reported again, and by no id.
            request_id=str(self._clock.uuid()),
            validate_only=False,
            plan=plan,
            answer_type=pb.ReportEndingsResponse,
        )
        try:
            answer = await self._registrar.perform(act)
        except NothingToKeepError as nothing:
            return nothing.answer
        except UnprovenError as unproven:
            self._log.warning(
                "endings_unproven",
                follower=request.follower,
                endings=len(unproven.basis_ids),
                basis_ids=unproven.basis_ids[:_UNPROVEN_SHOWN],
            )
            raise endings_unproven(len(unproven.basis_ids)) from None
        for row in kept:
            self._log.warning(
                "ending_unsettled",
                basis_id=str(row.basis_id),
                court_code=row.court_code,
                follower=row.reported_by,
                lost_position=row.lost_position,
            )
        return answer
