"""Clients of the hotel and loan services, as a front desk and a lender have them."""

from dataclasses import dataclass
from datetime import date, timedelta

import grpc

from courtlist.hotel.v1 import hotel_service_pb2 as hotel
from courtlist.hotel.v1 import hotel_service_pb2_grpc
from courtlist.identity.v1 import document_pb2
from courtlist.loan.v1 import loan_service_pb2 as loan
from courtlist.loan.v1 import loan_service_pb2_grpc
from courtlist.restriction.v1 import advice_pb2
from stack.papers import day

_NIGHTS = 2


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """The desks of a hotel chain; each asks for the site at which it stands."""

    gate: hotel_service_pb2_grpc.HotelServiceStub
    partner_id: str
    arrival: date

    @classmethod
    def over(cls, channel: grpc.aio.Channel, partner_id: str, arrival: date) -> "FrontDesk":
        """A stub over an open channel; every guest arrives on `arrival` and stays two nights."""
        return cls(hotel_service_pb2_grpc.HotelServiceStub(channel), partner_id, arrival)

    async def check(
        self, document: document_pb2.Document, site_code: str
    ) -> hotel.CheckGuestResponse:
        """One check at check-in."""
        reply: hotel.CheckGuestResponse = await self.gate.CheckGuest(
            hotel.CheckGuestRequest(
                document=document,
                site_code=site_code,
                arrival_date=day(self.arrival),
                departure_date=day(self.arrival + timedelta(days=_NIGHTS)),
                purpose=hotel.PURPOSE_CHECK_IN,
            ),
            metadata=(("courtlist-partner", self.partner_id),),
        )
        return reply


@dataclass(frozen=True, slots=True)
class Lender:
    """A bank that weighs applications for new credit."""

    service: loan_service_pb2_grpc.LoanServiceStub
    partner_id: str

    @classmethod
    def over(cls, channel: grpc.aio.Channel, partner_id: str) -> "Lender":
        """A stub over an open channel."""
        return cls(loan_service_pb2_grpc.LoanServiceStub(channel), partner_id)

    async def assess(self, document: document_pb2.Document) -> advice_pb2.Advice:
        """What the List says of an applicant for a new loan."""
        reply: loan.AssessApplicantResponse = await self.service.AssessApplicant(
            loan.AssessApplicantRequest(
                document=document,
                application=loan.APPLICATION_NEW_LOAN,
                purpose=loan.PURPOSE_ASSESSMENT,
            ),
            metadata=(("courtlist-partner", self.partner_id),),
        )
        return reply.advice
