"""AdminService on the wire: partners, and bringing the ledger back after a restore."""

from typing import Any

import grpc

from authority.caller import actor
from chassis.clock import Clock
from chassis.postgres import Postgres
from chassis.telemetry.call_log import call_log
from chassis.wire.pages import PageTokens
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry.acts.going_live import set_go_live
from registry.acts.partners import enrol_partner, record_rating, retire_partner
from registry.acts.restoring import Restoring
from registry.convert.enrolments import read_go_live
from registry.convert.epochs import check_epoch
from registry.convert.partners import check_partner, check_retiring, read_rating
from registry.convert.restoring import check_opening, read_settling
from registry.epochs.acts import EpochActs
from registry.epochs.reading import EpochReads
from registry.errors import not_found
from registry.feed.feed_queries import FeedQueries
from registry.feed.feed_requests import check_follower
from registry.feed.followers import Followers
from registry.feed.ledger_tail import LedgerTail
from registry.reading.officer_list import OfficerList
from registry.reading.partner_list import PartnerList
from registry.reading.search import Page
from registry.reading.unsettled_list import UnsettledList
from registry.registrar import Registrar
from registry.staff_servicer import StaffServicer

Context = grpc.aio.ServicerContext[Any, Any]


class AdminServicer(StaffServicer):
    """See admin_service.proto, where every RPC, field and error is described."""

    def __init__(
        self,
        *,
        registrar: Registrar,
        restoring: Restoring,
        followers: Followers,
        postgres: Postgres,
        queries: FeedQueries,
        page_tokens: PageTokens,
        tail: LedgerTail,
        epochs: EpochReads,
        epoch_acts: EpochActs,
        clock: Clock,
    ) -> None:
        super().__init__(registrar=registrar, officers=OfficerList(postgres=postgres), clock=clock)
        self._restoring = restoring
        self._followers = followers
        self._postgres = postgres
        self._unsettled = UnsettledList(postgres=postgres, queries=queries, page_tokens=page_tokens)
        self._partners = PartnerList(postgres=postgres, page_tokens=page_tokens)
        self._tail = tail
        self._epochs = epochs
        self._epoch_acts = epoch_acts

    async def GetLedger(
        self,
        request: rpc.GetLedgerRequest,
        context: Context,
    ) -> rpc.GetLedgerResponse:
        """Show the head and every reader."""
        async with self._postgres.connection() as connection:
            return await self._followers.show(connection)

    async def OpenIncarnation(
        self, request: rpc.OpenIncarnationRequest, context: Context
    ) -> rpc.OpenIncarnationResponse:
        """Announce a restore."""
        check_opening(request, self._today())
        return await self._act(
            request,
            context,
            kind=ledger.ACT_OPEN_INCARNATION,
            plan=lambda desk: self._restoring.open_incarnation(desk, request),
            answer_type=rpc.OpenIncarnationResponse,
        )

    async def RetireFollower(
        self, request: rpc.RetireFollowerRequest, context: Context
    ) -> rpc.RetireFollowerResponse:
        """Forget a follower that will not come back."""
        check_follower(request.follower)
        call_log().fields["follower"] = request.follower
        if not await self._followers.retire(request.follower):
            raise not_found("follower", "follower")
        return rpc.RetireFollowerResponse()

    async def ListUnsettledEndings(
        self, request: rpc.ListUnsettledEndingsRequest, context: Context
    ) -> rpc.ListUnsettledEndingsResponse:
        """The list for the judge."""
        return await self._unsettled.page(request)

    async def SettleEnding(
        self, request: rpc.SettleEndingRequest, context: Context
    ) -> rpc.SettleEndingResponse:
        """A judge decides on one of them."""
        judge, basis_id = actor(), read_settling(request, self._today())
        return await self._act(
            request,
            context,
            kind=ledger.ACT_SETTLE_ENDING,
            plan=lambda desk: self._restoring.settle_ending(
                desk, judge, basis_id, upheld=request.uphold
            ),
            answer_type=rpc.SettleEndingResponse,
            validate_only=request.validate_only,
        )

    async def EnrolPartner(
        self, request: rpc.EnrolPartnerRequest, context: Context
    ) -> rpc.EnrolPartnerResponse:
        """Make a partner known, or change what is known of it."""
        check_partner(request, self._today())
        return await self._act(
            request,
            context,
            kind=ledger.ACT_ENROL_PARTNER,
            plan=lambda _desk: enrol_partner(request),
            answer_type=rpc.EnrolPartnerResponse,
            validate_only=request.validate_only,
        )

    async def RetirePartner(
        self, request: rpc.RetirePartnerRequest, context: Context
    ) -> rpc.RetirePartnerResponse:
        """Take a partner away."""
        check_retiring(request, self._today())
        return await self._act(
            request,
            context,
            kind=ledger.ACT_RETIRE_PARTNER,
            plan=lambda desk: retire_partner(desk, request),
            answer_type=rpc.RetirePartnerResponse,
            validate_only=request.validate_only,
        )

    async def RecordRating(
        self, request: rpc.RecordRatingRequest, context: Context
    ) -> rpc.RecordRatingResponse:
        """Record the official rating of a partner's site."""
        rating = read_rating(request, self._today())
        return await self._act(
            request,
            context,
            kind=ledger.ACT_RECORD_RATING,
            plan=lambda desk: record_rating(desk, rating),
            answer_type=rpc.RecordRatingResponse,
            validate_only=request.validate_only,
        )

    async def ListPartners(
        self,
        request: rpc.ListPartnersRequest,
        context: Context,
    ) -> rpc.ListPartnersResponse:
        """The partners that are not retired, page by page."""
        return await self._partners.page(Page(request.page_size, request.page_token))

    async def SetGoLive(
        self, request: rpc.SetGoLiveRequest, context: Context
    ) -> rpc.SetGoLiveResponse:
        """Fix the court's go-live day, once."""
        president, go_live_on = actor(), read_go_live(request, self._today())
        return await self._act(
            request,
            context,
            kind=ledger.ACT_SET_GO_LIVE,
            plan=lambda desk: set_go_live(desk, president, go_live_on),
            answer_type=rpc.SetGoLiveResponse,
            validate_only=request.validate_only,
        )

    async def ReadLedger(
        self, request: rpc.ReadLedgerRequest, context: Context
    ) -> rpc.ReadLedgerResponse:
        """The ledger as stored."""
        return await self._tail.read(request)

    async def OpenEpoch(
        self, request: rpc.OpenEpochRequest, context: Context
    ) -> rpc.OpenEpochResponse:
        """Begin to file documents under the newest digest key, too."""
        check_epoch(request, self._today())
        return await self._act(
            request,
            context,
            kind=ledger.ACT_OPEN_EPOCH,
            plan=lambda desk: self._epoch_acts.open(desk, request),
            answer_type=rpc.OpenEpochResponse,
        )

    async def SwitchEpoch(
        self, request: rpc.SwitchEpochRequest, context: Context
    ) -> rpc.SwitchEpochResponse:
        """Put an epoch in force."""
        check_epoch(request, self._today())
        return await self._act(
            request,
            context,
            kind=ledger.ACT_SWITCH_EPOCH,
            plan=lambda desk: self._epoch_acts.switch(desk, request),
            answer_type=rpc.SwitchEpochResponse,
        )

    async def CloseEpoch(
        self, request: rpc.CloseEpochRequest, context: Context
    ) -> rpc.CloseEpochResponse:
        """Drop an older epoch."""
        check_epoch(request, self._today())
        return await self._act(
            request,
            context,
            kind=ledger.ACT_CLOSE_EPOCH,
            plan=lambda desk: self._epoch_acts.close(desk, request),
            answer_type=rpc.CloseEpochResponse,
        )

    async def GetEpochs(
        self,
        request: rpc.GetEpochsRequest,
        context: Context,
    ) -> rpc.GetEpochsResponse:
        """The keys at work."""
        return await self._epochs.show()
