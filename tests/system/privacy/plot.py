"""Everything that people are named in: entered, bound, imported, asked for, sent about, erred on, read."""

from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any, Final

import grpc

from authority.peer import Peer, PeerKind
from courtlist.hotel.v1 import hotel_service_pb2 as hotel
from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.loan.v1 import loan_service_pb2 as loan
from courtlist.procurement.v1 import procurement_service_pb2 as procurement
from courtlist.procurement.v1.procurement_service_pb2_grpc import ProcurementServiceStub
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.registry.v1 import subject_pb2
from courtlist.restriction.v1 import query_service_pb2 as queries
from courtlist.restriction.v1 import query_service_pb2_grpc, restriction_pb2
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.connections import RAIL_PEER
from stack.desks import FrontDesk, Lender
from stack.office import OPERATOR, Registry, TicketOffice, acting, flight, request_id
from stack.papers import Court, Papers, Person, day
from stack.supervisor import Stack
from stack.telling import tell
from tests.builders import uscc
from tests.eventually import eventually
from tests.patience import PATIENT_CALLS
from tests.system.attacks.poison import poisoned
from tests.system.attacks.surface import Rpc, surface
from tests.system.courthouse import Courthouse, gate_has_read, gate_knows, gate_refuses
from tests.system.privacy.receiver import PEER as PUSHED
from tests.system.privacy.receiver import Receiver
from tests.system.register import have_entered, have_judged

COURT: Final = Court("晋0197", "示例市第七人民法院", "035-0000 0007")
FIELDS: Final = ("travel", "hotel", "loan", "procurement")
DEBTOR, GUEST, _ERRED = Person(7_700_001), Person(7_700_002), Person(7_700_003)
_PUBLIC: Final = tuple(Person(7_700_010 + number) for number in range(3))
_MISFIT: Final = "绝密路人甲乙"
_NAMED: Final = ("阿卜杜·试买买提", "Ceshi O'Brien-Zhāng")
# With an id of its own each could be lawful, whatever its texts, and is no act about anybody.
_NEVER_LAWFUL: Final = {
    "OpenIncarnation",
    "OpenEpoch",
    "SwitchEpoch",
    "CloseEpoch",
    "RetireFollower",
}


def _full_subject() -> subject_pb2.Subject:
    """Somebody of whom everything is said."""
    return subject_pb2.Subject(
        kind=subject_pb2.SUBJECT_KIND_PERSON,
        name=_NAMED[0],
        sex=subject_pb2.SEX_FEMALE,
        documents=[DEBTOR.resident_id],
    )


_COMPANY: Final = subject_pb2.Subject(
    kind=subject_pb2.SUBJECT_KIND_ORGANISATION,
    name="示例密名有限公司",
    documents=[
        document_pb2.Document(
            kind=document_pb2.DOCUMENT_KIND_USCC, issuing_state="CHN", number=uscc(7_700)
        )
    ],
    legal_representative="试法定代表",
)


class Plot:
    """The whole of it, over channels that are heard."""

    def __init__(
        self, *, stack: Stack, court: Courthouse, office: TicketOffice, over: dict[str, Any]
    ) -> None:
        self._stack = stack
        self._court = court
        self._office = office
        self._over = over
        self._desk = FrontDesk.over(over["hotel"], RAIL_PEER.name, office.travel_date)
        self._lender = Lender.over(over["loan"], RAIL_PEER.name)

    @classmethod
    async def play(cls, stack: Stack, receiver: Receiver) -> None:
        """The demo's story, and then what that leaves out."""
        story = await tell(stack.connections)
        assert story.script.is_right
        async with AsyncExitStack() as channels:
            over = {
                name: await channels.enter_async_context(
                    stack.connections.to(name, PATIENT_CALLS, own=RAIL_PEER)
                )
                for name in FIELDS
            }
            over["registry"] = await channels.enter_async_context(
                stack.connections.to("registry", PATIENT_CALLS)
            )
            court = await Courthouse(registry=Registry.over(over["registry"]), court=COURT).open()
            office = TicketOffice.over(over["travel"], court.today + timedelta(days=1))
            plot = cls(stack=stack, court=court, office=office, over=over)
            await plot._enrol(receiver)
            entered = await plot._enter()
            await plot._check()
            await plot._import()
            await plot._err()
            await plot._read(entered.listing)
            paid = await plot._court.pay_off(entered.listing.obligation_id)
            await gate_has_read(office, paid.position)
            await eventually(lambda: receiver.lifts > 0)

    async def _enrol(self, receiver: Receiver) -> None:
        registry = self._court.registry
        await registry.enrol_partner(RAIL_PEER.name, *FIELDS)
        await registry.enrol_partner(PUSHED.name, *FIELDS, push_address=receiver.address)
        stranger = _PUBLIC[0].passport
        await gate_knows(lambda: self._office.check(stranger, flight()))
        await gate_knows(lambda: self._desk.check(stranger, ""))
        await gate_knows(lambda: self._lender.assess(stranger))
        await gate_knows(lambda: self._assess(_COMPANY.documents[0], ""))

    async def _enter(self) -> rpc.EnterListingResponse:
        """Entered, corrected, bound, unbound, granted a pass."""
        court = self._court
        await court.enter(_COMPANY)
        entered = await court.enter(_full_subject())
        await court.issue(
            subject_pb2.Subject(
                name=_NAMED[1], kind=subject_pb2.SUBJECT_KIND_PERSON, documents=[GUEST.resident_id]
            )
        )
        bound = await court.bind(entered.listing.subject_id, DEBTOR.passport)
        await gate_refuses(self._office, DEBTOR.passport)
        await court.unbind(bound.document.document_id)
        listing = (await self._listing(entered.listing.listing_id)).listing
        await court.registry.courts.CorrectListing(
            rpc.CorrectListingRequest(
                request_id=request_id(),
                listing_id=listing.listing_id,
                etag=listing.etag,
                conduct="隐匿财产",
                reasons="录入有误",
            ),
            metadata=court.judge,
        )
        await court.registry.courts.GrantPass(
            Papers.of(court.court, today=court.today).journey_pass(
                request_id=request_id(),
                order_id=entered.order.order_id,
                first_day=court.today + timedelta(days=30),
                last_day=court.today + timedelta(days=30),
            ),
            metadata=court.judge,
        )
        return entered

    async def _check(self) -> None:
        """Every field, with names that fit and one that does not; a whole manifest."""
        document = DEBTOR.resident_id
        await gate_refuses(self._office, document)
        for name in (_NAMED[0], "買買提 阿卜杜", "ABUDU", _MISFIT):
            await self._office.check(document, flight(), name=name)
            await self._over_hotel(document, name)
            await self._over_loan(document, name)
            await self._assess(document, name)
        item = travel.CheckPassengerRequest(
            product=flight(), travel_date=day(self._court.today), purpose=travel.PURPOSE_ORDER
        )
        manifest = travel.CheckPassengersRequest(items=[item, item, item])
        for one, person in zip(manifest.items, (DEBTOR, GUEST, _ERRED), strict=True):
            one.document.CopyFrom(person.resident_id)
            one.name = person.name
        manifest.items[2].document.number = manifest.items[2].document.number[:-1] + "?"
        await self._office.gate.CheckPassengers(manifest)

        async def is_owed() -> bool:
            return bool(await self._court.looks_owed())

        await eventually(is_owed)

    async def _import(self) -> None:
        judged = await have_judged(self._over["registry"], self._court, _PUBLIC)
        assert judged.record_count == len(_PUBLIC)
        done = await have_entered(self._over["registry"], self._court, rows=4)
        assert done.done_count == 4

    async def _err(self) -> None:
        """Every RPC with a number, then with a name, wherever a text goes."""
        for text in (_ERRED.resident_id.number, f"试错{_ERRED.serial}"):
            for one in await surface(self._stack):
                if one.name not in _NEVER_LAWFUL:
                    await self._err_on(one, text)

    async def _err_on(self, one: Rpc, text: str) -> None:
        async with self._stack.connections.to(one.server) as channel:
            reply = one.descriptor.output_type
            call: Any = channel.unary_unary(
                one.method,
                type(one.empty()).SerializeToString,
                lambda content: (reply.full_name, content),
            )
            request = poisoned(one.empty(), text)
            with suppress(grpc.aio.AioRpcError):
                # A careless client names its calls after people.
                call_id = (("x-request-id", text),) if text.isascii() else ()
                await call(request, metadata=(*_maker(one), *call_id))

    async def _read(self, listing: Any) -> None:
        """A court, an auditor, an operator and a partner look."""
        court, courts = self._court, self._court.registry.courts
        await self._listing(listing.listing_id)
        await courts.GetObligation(
            rpc.GetObligationRequest(obligation_id=listing.obligation_id), metadata=court.clerk
        )
        for document in (DEBTOR.resident_id, GUEST.resident_id, *_COMPANY.documents):
            search = rpc.SearchListingsRequest(document=document)
            await courts.SearchListings(search, metadata=court.clerk)
            standing = rpc.GetStandingRequest(document=document)
            await courts.GetStanding(standing, metadata=court.judge)
        operators = court.registry.operators
        auditor = acting(COURT.auditor, "auditor", COURT)
        await operators.ReadLedger(admin.ReadLedgerRequest(limit=1000), metadata=auditor)
        await operators.ListOfficers(
            admin.ListOfficersRequest(court_code=COURT.code), metadata=OPERATOR
        )
        for name in FIELDS:
            stub = query_service_pb2_grpc.QueryServiceStub(self._over[name])
            asked = queries.ListQueriesRequest(
                document=DEBTOR.resident_id, request_reference="（2026）京0199信访1号"
            )
            await stub.ListQueries(asked, metadata=court.clerk)
            await stub.ReadQueries(queries.ReadQueriesRequest(), metadata=auditor)
        page = restriction_pb2.ReadRestrictionsRequest(limit=1000)
        pulled = travel.ReadRestrictionsRequest(page=page)
        assert (await self._office.gate.ReadRestrictions(pulled)).page.entries

    async def _listing(self, listing_id: str) -> rpc.GetListingResponse:
        request = rpc.GetListingRequest(listing_id=listing_id)
        reply: rpc.GetListingResponse = await self._court.registry.courts.GetListing(
            request, metadata=self._court.clerk
        )
        return reply

    async def _over_hotel(self, document: document_pb2.Document, name: str) -> None:
        await self._desk.gate.CheckGuest(
            hotel.CheckGuestRequest(
                document=document,
                name=name,
                arrival_date=day(self._court.today),
                departure_date=day(self._court.today + timedelta(days=1)),
                purpose=hotel.PURPOSE_CHECK_IN,
            )
        )

    async def _over_loan(self, document: document_pb2.Document, name: str) -> None:
        await self._lender.service.AssessApplicant(
            loan.AssessApplicantRequest(
                document=document,
                name=name,
                application=loan.APPLICATION_NEW_LOAN,
                purpose=loan.PURPOSE_ASSESSMENT,
            )
        )

    async def _assess(self, document: document_pb2.Document, name: str) -> None:
        await ProcurementServiceStub(self._over["procurement"]).AssessTenderer(
            procurement.AssessTendererRequest(
                document=document,
                name=name,
                stage=procurement.STAGE_TENDER,
                purpose=procurement.PURPOSE_ASSESSMENT,
            )
        )


def _maker(one: Rpc) -> Sequence[tuple[str, str | bytes]]:
    """Whom the door opens for."""
    row = one.row
    assert row is not None, one.method
    if PeerKind.PARTNER in row.peers:
        return (("courtlist-partner", RAIL_PEER.name),)
    if PeerKind.SERVICE in row.peers:
        return (("courtlist-service", Peer(PeerKind.SERVICE, "travel").name),)
    if ledger.ROLE_OPERATOR in row.roles or not row.roles:
        return OPERATOR
    role = ledger.Role.Name(min(row.roles)).removeprefix("ROLE_").lower()
    return acting(getattr(COURT, role), role, COURT)
