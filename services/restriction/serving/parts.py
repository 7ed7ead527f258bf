"""What the engine hands to the servicer of a field."""

from dataclasses import dataclass
from typing import Any, Generic

from chassis.clock import Clock
from courtlist.restriction.v1 import restriction_pb2
from restriction.gate import Question
from restriction.ratings import Ratings
from restriction.serving.answering import Answering
from restriction.serving.deliveries import DeliveryReader
from restriction.serving.partners import PartnerIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(Generic[Question]):
    """One field's engine, as its servicer sees it.

    `context` is always gRPC's of the running call.
    """

    answering: Answering[Question]
    deliveries: DeliveryReader
    identity: PartnerIdentity
    ratings: Ratings
    clock: Clock

    def partner_of(self, context: Any) -> str:
        """The partner that calls; raises ServiceError INVALID_REQUEST when the call does not say."""
        return self.identity.partner_of(tuple(context.invocation_metadata() or ()))

    async def read_page(
        self, page: restriction_pb2.ReadRestrictionsRequest, context: Any
    ) -> restriction_pb2.ReadRestrictionsResponse:
        """Answer a partner who pulls."""
        return await self.deliveries.read(page, tuple(context.invocation_metadata() or ()))
