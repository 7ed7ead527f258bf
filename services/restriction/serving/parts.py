"""What the engine hands to the servicer of a field."""

from dataclasses import dataclass
from typing import Generic

from authority.caller import caller
from chassis.clock import Clock
from courtlist.restriction.v1 import restriction_pb2
from restriction.gate import Question
from restriction.ratings import Ratings
from restriction.serving.answering import Answering
from restriction.serving.deliveries import DeliveryReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(Generic[Question]):
    """One field's engine, as its servicer sees it."""

    answering: Answering[Question]
    deliveries: DeliveryReader
    ratings: Ratings
    clock: Clock

    def partner_id(self) -> str:
        """The partner whose call runs: the doorkeeper has let nobody else in."""
        return caller().peer.name

    async def read_page(
        self, page: restriction_pb2.ReadRestrictionsRequest
    ) -> restriction_pb2.ReadRestrictionsResponse:
        """Answer a partner who pulls."""
        return await self.deliveries.read(page, self.partner_id())
