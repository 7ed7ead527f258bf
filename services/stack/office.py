"""Clients of the public services, as a court's clerk, a judge, an operator or a ticket office has them."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

import grpc

from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import admin_service_pb2_grpc, registry_service_pb2_grpc
from courtlist.restriction.v1 import restriction_pb2
from courtlist.travel.v1 import travel_service_pb2 as travel
from courtlist.travel.v1 import travel_service_pb2_grpc
from stack.papers import Court, day

Metadata = tuple[tuple[str, str | bytes], ...]


def acting(person_id: str, role: str, court: Court | None = None) -> Metadata:
    """The metadata that says who acts."""
    who: Metadata = (("courtlist-person", person_id), ("courtlist-role", role))
    if court is None:
        return who
    return (*who, ("courtlist-court-bin", court.code.encode()))


def request_id() -> str:
    """A fresh id for one write and its repetitions."""
    return str(uuid.uuid4())


OPERATOR: Metadata = acting("operator-1", "operator")


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry's public services over one channel."""

    courts: registry_service_pb2_grpc.RegistryServiceStub
    operators: admin_service_pb2_grpc.AdminServiceStub

    @classmethod
    def over(cls, channel: grpc.aio.Channel) -> "Registry":
        """Stubs over an open channel."""
        return cls(
            registry_service_pb2_grpc.RegistryServiceStub(channel),
            admin_service_pb2_grpc.AdminServiceStub(channel),
        )

    async def enrol(self, court: Court) -> None:
        """A court with its clerk, judge and president."""
        await self.operators.EnrolCourt(
            admin.EnrolCourtRequest(
                request_id=request_id(),
                court_code=court.code,
                name=court.name,
                contact=court.contact,
            ),
            metadata=OPERATOR,
        )
        for person_id, role in (
            (court.clerk, ledger.ROLE_CLERK),
            (court.judge, ledger.ROLE_JUDGE),
            (court.president, ledger.ROLE_PRESIDENT),
        ):
            await self.operators.EnrolOfficer(
                admin.EnrolOfficerRequest(
                    request_id=request_id(),
                    person_id=person_id,
                    name="测试人员",
                    role=role,
                    court_code=court.code,
                ),
                metadata=OPERATOR,
            )

    async def enrol_partner(self, partner_id: str, *fields: str, push_address: str = "") -> None:
        """A partner that asks, and is pushed to where it has an address."""
        await self.operators.EnrolPartner(
            admin.EnrolPartnerRequest(
                request_id=request_id(),
                partner_id=partner_id,
                name=f"示例单位 {partner_id}",
                fields=fields,
                push_address=push_address,
            ),
            metadata=OPERATOR,
        )

    async def rate(self, partner_id: str, site_code: str, stars: int, *, since: date) -> None:
        """The official rating of one of a partner's sites, for three years."""
        await self.operators.RecordRating(
            admin.RecordRatingRequest(
                request_id=request_id(),
                partner_id=partner_id,
                rating=admin.Rating(
                    site_code=site_code,
                    stars=stars,
                    first_day=day(since),
                    last_day=day(since + timedelta(days=3 * 365)),
                ),
                evidence_reference="星级饭店公告 1",
            ),
            metadata=OPERATOR,
        )


@dataclass(frozen=True, slots=True)
class TicketOffice:
    """A ticket office that asks the travel gate."""

    gate: travel_service_pb2_grpc.TravelServiceStub
    travel_date: date

    @classmethod
    def over(cls, channel: grpc.aio.Channel, travel_date: date) -> "TicketOffice":
        """A stub over an open channel; every check is for `travel_date`."""
        return cls(travel_service_pb2_grpc.TravelServiceStub(channel), travel_date)

    async def check(
        self,
        document: document_pb2.Document,
        product: travel.Product,
        passenger: travel.Passenger.ValueType = travel.PASSENGER_ADULT,
        days_later: int = 0,
        name: str = "",
    ) -> restriction_pb2.Decision:
        """One check at order submission, for a journey `days_later` than the office's day.

        `name` is the one on the document, where the office gives it.
        """
        reply: travel.CheckPassengerResponse = await self.gate.CheckPassenger(
            travel.CheckPassengerRequest(
                document=document,
                product=product,
                travel_date=day(self.travel_date + timedelta(days=days_later)),
                passenger=passenger,
                name=name,
                purpose=travel.PURPOSE_ORDER,
            )
        )
        return reply.decision


def flight() -> travel.Product:
    """Any flight."""
    return travel.Product(air=travel.Air())


def train(
    category: travel.TrainCategory.ValueType, seat: travel.SeatClass.ValueType
) -> travel.Product:
    """A seat or berth."""
    return travel.Product(rail=travel.Rail(category=category, seat=seat))
