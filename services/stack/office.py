"""Clients of the public services, as a court's clerk, a judge, an operator or a ticket office has them."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

import grpc
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import (
    admin_service_pb2_grpc,
    registry_service_pb2,
    registry_service_pb2_grpc,
)
from courtlist.restriction.v1 import restriction_pb2
from courtlist.travel.v1 import travel_service_pb2 as travel
from courtlist.travel.v1 import travel_service_pb2_grpc
from stack.keys import assert_key, assert_key_id, sign_key, sign_key_id
from stack.papers import Court, day
from stack.signing import Sign, signature, signing

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
    def over(cls, channel: grpc.aio.Channel, sign_it: Sign = signature) -> "Registry":
        """Stubs over an open channel; the court's president signs what goes over it unsigned."""
        return cls(
            registry_service_pb2_grpc.RegistryServiceStub(signing(channel, sign_it)),
            admin_service_pb2_grpc.AdminServiceStub(channel),
        )

    async def enrol(self, court: Court, *, higher: Court | None = None) -> None:
        """A court with its people and their keys; `higher` reviews its decisions."""
        await self.operators.EnrolCourt(
            admin.EnrolCourtRequest(
                request_id=request_id(),
                court_code=court.code,
                name=court.name,
                contact=court.contact,
                higher_court_code="" if higher is None else higher.code,
            ),
            metadata=OPERATOR,
        )
        for person_id, role in (
            (court.clerk, ledger.ROLE_CLERK),
            (court.judge, ledger.ROLE_JUDGE),
            (court.reviewer, ledger.ROLE_REVIEWER),
            (court.auditor, ledger.ROLE_AUDITOR),
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
        # The president's key to act with comes last: from then on the court's people are hers to enrol.
        for key in court_keys(court):
            await self.operators.EnrolKey(key, metadata=OPERATOR)

    async def bind(
        self, court: Court, subject_id: str, document: document_pb2.Document
    ) -> registry_service_pb2.BindDocumentResponse:
        """A further document of a debtor: the clerk prepares it, the judge binds it."""
        prepared = binding(subject_id, document)
        preparation: registry_service_pb2.PrepareBindingResponse = await self.courts.PrepareBinding(
            prepared, metadata=acting(court.clerk, "clerk", court)
        )
        reply: registry_service_pb2.BindDocumentResponse = await self.courts.BindDocument(
            second_of(prepared, preparation.preparation_id),
            metadata=acting(court.judge, "judge", court),
        )
        return reply

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


def court_keys(court: Court) -> list[admin.EnrolKeyRequest]:
    """The keys of a court's people, the one with which its president acts last."""
    acts, signs = ledger.KEY_PURPOSE_ASSERT, ledger.KEY_PURPOSE_SIGN
    people = (court.clerk, court.judge, court.reviewer, court.auditor, court.president)
    president = court.president
    return [
        _key(court, president, sign_key_id(president), signs, sign_key(president)),
        *(_key(court, one, assert_key_id(one), acts, assert_key(one)) for one in people),
    ]


def binding(
    subject_id: str, document: document_pb2.Document
) -> registry_service_pb2.PrepareBindingRequest:
    """A further document of a debtor, for the first of two people."""
    return registry_service_pb2.PrepareBindingRequest(
        request_id=request_id(),
        subject_id=subject_id,
        document=document,
        evidence_reference="出入境管理局复函 1",
    )


def second_of(
    prepared: registry_service_pb2.PrepareBindingRequest, preparation_id: str
) -> registry_service_pb2.BindDocumentRequest:
    """The same for the second."""
    return registry_service_pb2.BindDocumentRequest(
        request_id=request_id(),
        subject_id=prepared.subject_id,
        document=prepared.document,
        evidence_reference=prepared.evidence_reference,
        preparation_id=preparation_id,
    )


def _key(
    court: Court,
    person_id: str,
    key_id: str,
    purpose: ledger.KeyPurpose.ValueType,
    key: Ed25519PrivateKey,
) -> admin.EnrolKeyRequest:
    return admin.EnrolKeyRequest(
        request_id=request_id(),
        person_id=person_id,
        court_code=court.code,
        key_id=key_id,
        purpose=purpose,
        algorithm="ed25519",
        public_key=key.public_key().public_bytes_raw(),
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
