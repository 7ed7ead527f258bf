"""Who writes to the ledger and who reads it, in tests: a clerk, her debtors, and a follower."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from authority.caller import Actor
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import admin_service_pb2
from document import Document, digest, parse
from registry import rows
from registry.desk import Desk
from registry.plan import Plan
from registry.registrar import Act, Registrar
from registry.sealing import Sealer, SealKey
from tests.builders import digest_key, resident_id

SCHEMA: Final = "registry"
SEAL_KEY: Final = bytes(range(64))
COURT: Final = "京0199"
OTHER_COURT: Final = "沪0199"
KEY: Final = digest_key(1)
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
TODAY: Final = date(2026, 11, 1)
CLERK: Final = Actor(person_id="clerk-1", role=ledger.ROLE_CLERK, court_code=COURT)
JUDGE: Final = Actor(person_id="judge-1", role=ledger.ROLE_JUDGE, court_code=COURT)
OTHER_JUDGE: Final = Actor(person_id="judge-1", role=ledger.ROLE_JUDGE, court_code=OTHER_COURT)
OPERATOR: Final = Actor(person_id="operator-1", role=ledger.ROLE_OPERATOR, court_code="")


def sealer() -> Sealer:
    return Sealer([SealKey("seal-test-1", bytes(range(32)))])


@dataclass(frozen=True)
class Debtor:
    """A person with a document and an obligation of their own."""

    subject_id: UUID
    obligation_id: UUID
    document: Document
    case_number: str

    @property
    def inquiry(self) -> feed.Inquiry:
        return feed.Inquiry(epoch=KEY.epoch, digest=digest(self.document, KEY))


@dataclass
class Clerk:
    """Writes changes through the Registrar with small plans of its own."""

    registrar: Registrar
    _serial: int = 0
    # Nobody is enrolled anywhere before there is a court: an operator acts.
    _actor: Actor = OPERATOR

    async def write(
        self,
        effects: Sequence[ledger.Effect],
        new_rows: Sequence[rows.Row] = (),
        *,
        actor: Actor | None = None,
    ) -> int:
        """Perform an act with these effects and rows; returns its position."""

        async def plan(_: Desk) -> Plan[admin_service_pb2.EnrolCourtResponse]:
            return Plan(effects=effects, rows=new_rows, answer=answer)

        async def answer(
            _: Desk, position: position_pb2.Position
        ) -> admin_service_pb2.EnrolCourtResponse:
            return admin_service_pb2.EnrolCourtResponse(position=position)

        request_id = str(uuid4())
        act = Act(
            kind=ledger.ACT_RECORD_ACT_PERFORMED,
            actor=actor or self._actor,
            request=admin_service_pb2.EnrolCourtRequest(request_id=request_id),
            request_id=request_id,
            validate_only=False,
            plan=plan,
            answer_type=admin_service_pb2.EnrolCourtResponse,
        )
        return (await self.registrar.perform(act)).position.position

    async def court(self, code: str = COURT) -> int:
        effect = ledger.Effect(court_enrolled=ledger.CourtEnrolled(court_code=code))
        officers = [
            rows.NewOfficer(one.person_id, one.role, code, "测试员") for one in (CLERK, JUDGE)
        ]
        position = await self.write(
            [effect],
            [rows.NewCourt(code, "测试法院", "010-00000000", ""), *officers],
            actor=OPERATOR,
        )
        if code == COURT:
            self._actor = CLERK
        return position

    async def nothing(self) -> int:
        """A change that no follower cares for."""
        effect = ledger.Effect(
            obligation_opened=ledger.ObligationOpened(obligation_id=str(uuid4()))
        )
        return await self.write([effect])

    async def debtor(self) -> Debtor:
        """A person with an obligation; the court is enrolled before the first."""
        if not self._serial:
            await self.court()
        self._serial += 1
        debtor = Debtor(
            uuid4(),
            uuid4(),
            parse("RESIDENT_ID", "", resident_id(serial=self._serial), TODAY),
            f"（2026）{COURT}执{self._serial}号",
        )
        document_id = uuid4()
        bound = ledger.DocumentBound(
            document_id=str(document_id), subject_id=str(debtor.subject_id)
        )
        await self.write(
            [ledger.Effect(document_bound=bound)],
            [
                rows.NewSubject(debtor.subject_id, 1, b"facts"),
                rows.NewDocument(document_id, debtor.subject_id, debtor.document),
                rows.NewObligation(debtor.obligation_id, 1, 1000, b"terms"),
                rows.NewCase(debtor.case_number, debtor.obligation_id, COURT, "raw", TODAY),
                rows.NewDebtor(debtor.obligation_id, debtor.subject_id),
            ],
        )
        return debtor

    async def order(self, debtor: Debtor, *, start_at: datetime = START) -> UUID:
        order_id = uuid4()
        issued = ledger.OrderIssued(order_id=str(order_id), subject_id=str(debtor.subject_id))
        row = rows.NewOrder(
            order_id=order_id,
            subject_id=debtor.subject_id,
            obligation_id=debtor.obligation_id,
            court_code=COURT,
            case_number=debtor.case_number,
            listing_id=None,
            order_number="限1号",
            decided_on=TODAY,
            items=(ledger.ITEM_TRANSPORT, ledger.ITEM_FAST_TRAINS),
            start_at=start_at,
            period_end_at=START + timedelta(days=3650),
            review_at=None,
            text=b"text",
        )
        await self.write([ledger.Effect(order_issued=issued)], [row])
        return order_id

    async def listing(self, debtor: Debtor) -> UUID:
        listing_id = uuid4()
        entered = ledger.ListingEntered(
            listing_id=str(listing_id), subject_id=str(debtor.subject_id)
        )
        row = rows.NewListing(
            listing_id=listing_id,
            subject_id=debtor.subject_id,
            obligation_id=debtor.obligation_id,
            court_code=COURT,
            case_number=debtor.case_number,
            case_number_raw=debtor.case_number,
            decision_number="决1号",
            decided_on=TODAY,
            ground=ledger.GROUND_ABLE_BUT_REFUSES,
            start_at=START,
            term_end_at=None,
            text=b"text",
        )
        await self.write([ledger.Effect(listing_entered=entered)], [row])
        return listing_id

    async def lift(self, order_id: UUID) -> int:
        lifted = ledger.OrderLifted(order_id=str(order_id))
        row = rows.EndedOrder(order_id, datetime.now(UTC), ledger.ENDING_KIND_LIFTED, 1)
        return await self.write([ledger.Effect(order_lifted=lifted)], [row])

    async def delete(
        self,
        listing_id: UUID,
        kind: ledger.EndingKind.ValueType = ledger.ENDING_KIND_DELETED,
    ) -> int:
        ended = ledger.ListingEnded(listing_id=str(listing_id), kind=kind)
        row = rows.EndedListing(listing_id, datetime.now(UTC), kind, 1)
        return await self.write([ledger.Effect(listing_ended=ended)], [row])

    async def void(self, listing_id: UUID) -> int:
        """What was deleted never should have been."""
        kind = ledger.ENDING_KIND_REVOKED
        ended = ledger.ListingEnded(listing_id=str(listing_id), kind=kind)
        return await self.write(
            [ledger.Effect(listing_ended=ended)], [rows.VoidedListing(listing_id, kind, 1)]
        )


@dataclass
class Reader:
    """A follower of the feed that remembers where it is, as any follower does."""

    stub: Any
    name: str = "travel"
    cursor: feed.Cursor.ValueType = feed.CURSOR_ALL
    incarnation: str = ""
    position: int = 0
    hash: bytes = b""
    changes: list[feed.Change] = field(default_factory=list)
    keeps_seals: bool = True

    async def read(self, *, wait_ms: int = 0, limit: int = 0) -> feed.ReadChangesResponse:
        """Read on from where it is."""
        request = feed.ReadChangesRequest(
            follower=self.name,
            limit=limit,
            wait_ms=wait_ms,
            cursor=self.cursor,
            keeps_seals=self.keeps_seals,
        )
        if self.position:
            request.after.incarnation, request.after.position = self.incarnation, self.position
            request.seen_hash = self.hash
        reply = await self.stub.ReadChanges(request, timeout=60)
        self.incarnation = reply.head.incarnation
        if reply.changes:
            self.changes += reply.changes
            last = reply.changes[-1]
            self.position, self.hash = body_of(last).position, last.hash
        return reply

    async def catch_up(self) -> "Reader":
        """Read to the head."""
        while (await self.read()).changes:
            pass
        return self

    def forget(self) -> None:
        """Begin again from position 0."""
        self.position, self.hash = 0, b""
        self.changes.clear()

    def seen_endings(self) -> list[feed.SeenEnding]:
        """The endings and unbindings it saw, newest first."""
        seen = [one for change in reversed(self.changes) for one in endings_of(change)]
        for one in seen if not self.keeps_seals else ():
            one.ClearField("seal")
        return seen

    async def report(
        self, endings: Sequence[feed.SeenEnding] | None = None, *, last: bool = True
    ) -> feed.ReportEndingsResponse:
        """Hand in the endings it saw, or these."""
        request = feed.ReportEndingsRequest(
            follower=self.name,
            endings=self.seen_endings() if endings is None else endings,
            last=last,
        )
        request.seen.incarnation, request.seen.position = self.incarnation, self.position
        return await self.stub.ReportEndings(request)


def body_of(change: feed.Change) -> ledger.ChangeBody:
    return ledger.ChangeBody.FromString(change.body)


def endings_of(change: feed.Change) -> list[feed.SeenEnding]:
    body = body_of(change)
    seals = {one.ended_id: one.seal for one in change.ending_seals}
    seen = []
    for effect in body.effects:
        ending = feed.SeenEnding(
            position=body.position,
            hash=change.hash,
            subject_id=str(UUID(int=1)),
            incarnation=body.incarnation,
        )
        match effect.WhichOneof("effect"):
            case "order_lifted":
                ending.basis_id, ending.measure = effect.order_lifted.order_id, ledger.MEASURE_ORDER
            case "listing_ended":
                ending.basis_id = effect.listing_ended.listing_id
                ending.measure = ledger.MEASURE_LISTING
                ending.void_from_start = effect.listing_ended.kind == ledger.ENDING_KIND_REVOKED
            case "document_unbound":
                ending.document_id = effect.document_unbound.document_id
            case _:
                continue
        ending.seal = seals[ending.basis_id or ending.document_id]
        seen.append(ending)
    return seen
