"""Who is let in: peer, person, role and scope, and whatever has no row is refused."""

import contextlib
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from authority.caller import Actor, Caller, actor, caller
from authority.doorkeeper import Doorkeeper, Nobody
from authority.errors import peer_unknown
from authority.peer import Peer, PeerKind
from authority.table import CLERK, JUDGE, OPERATOR, Role
from chassis.errors import ServiceError
from chassis.telemetry.call_log import open_call_log
from courtlist.error.v1 import error_reason_pb2 as reasons

COURT = Peer(PeerKind.COURT, "京0105")
PARTNER = Peer(PeerKind.PARTNER, "rail-1")
SERVICE = Peer(PeerKind.SERVICE, "travel")
OPERATING = Peer(PeerKind.OPERATOR, "op-1")

ENTER = "/courtlist.registry.v1.RegistryService/EnterListing"
ENROL = "/courtlist.registry.v1.AdminService/EnrolCourt"
LEDGER = "/courtlist.registry.v1.AdminService/GetLedger"
FOLLOW = "/courtlist.ledger.v1.LedgerService/ReadChanges"
CONFIRM = "/courtlist.ledger.v1.LedgerService/ConfirmStanding"
CHECK = "/courtlist.travel.v1.TravelService/CheckPassenger"
GUEST = "/courtlist.hotel.v1.HotelService/CheckGuest"
RECEIVE = "/courtlist.restriction.v1.PartnerService/ReceiveRestrictions"


class Known:
    """Everybody is who a test says."""

    def __init__(self, peer: Peer | None) -> None:
        self.peer = peer

    def peer_of(self, _: Any) -> Peer:
        if self.peer is None:
            raise peer_unknown()
        return self.peer

    def peer_named(self, uri: str) -> Peer | None:
        return self.peer if uri == "known" else None


class Staff:
    """One person behind every court's connection."""

    def __init__(self, role: Role = CLERK) -> None:
        self.role = role
        self.asked: list[Peer] = []

    async def actor_of(self, _: Any, court: Peer) -> Actor:
        self.asked.append(court)
        return Actor(person_id="p-1", role=self.role, court_code=court.name)


class Book:
    """Partners and their fields."""

    def __init__(self, fields: Mapping[str, frozenset[str]]) -> None:
        self._fields = fields

    def fields_of(self, partner_id: str) -> frozenset[str] | None:
        return self._fields.get(partner_id)


BOOK = Book({"rail-1": frozenset({"travel"})})


async def let_in(
    peer: Peer | None, method: str, staff: Staff | None = None, book: Book = BOOK, **request: str
) -> Caller:
    keeper = Doorkeeper(identities=Known(peer), people=staff or Staff(), partners=book)
    await keeper.door(method)(SimpleNamespace(**request), None)
    return caller()


async def refusal(peer: Peer | None, method: str, **options: Any) -> ServiceError:
    with pytest.raises(ServiceError) as refused:
        await let_in(peer, method, **options)
    return refused.value


async def test_a_person_acts_over_her_courts_connection() -> None:
    staff = Staff(CLERK)
    known = await let_in(COURT, ENTER, staff)
    assert known == Caller(COURT, Actor(person_id="p-1", role=CLERK, court_code="京0105"))
    assert actor() is known.actor
    assert staff.asked == [COURT]


async def test_a_role_that_is_not_in_the_row_is_refused_and_told_whose_it_is() -> None:
    error = await refusal(
        COURT, "/courtlist.registry.v1.RegistryService/LiftOrder", staff=Staff(CLERK)
    )
    assert error.reason == reasons.ERROR_REASON_ROLE_REFUSED
    assert error.metadata["roles"] == "JUDGE,PRESIDENT,REVIEWER"


@pytest.mark.parametrize("peer", [PARTNER, SERVICE, OPERATING])
async def test_no_other_peer_does_what_is_a_courts(peer: Peer) -> None:
    staff = Staff()
    error = await refusal(peer, ENTER, staff=staff)
    assert error.reason == reasons.ERROR_REASON_PEER_REFUSED
    assert error.metadata["peers"] == "court"
    assert staff.asked == []


async def test_an_operators_certificate_is_the_operator() -> None:
    staff = Staff()
    known = await let_in(OPERATING, ENROL, staff)
    assert known.actor == Actor(person_id="op-1", role=OPERATOR, court_code="")
    assert staff.asked == []


async def test_a_court_does_nothing_of_an_operators() -> None:
    staff = Staff(JUDGE)
    assert (await refusal(COURT, ENROL, staff=staff)).reason == reasons.ERROR_REASON_PEER_REFUSED
    assert staff.asked == []


async def test_nobody_is_an_operator_over_a_courts_connection() -> None:
    error = await refusal(
        COURT, "/courtlist.registry.v1.AdminService/EnrolOfficer", staff=Staff(OPERATOR)
    )
    assert error.reason == reasons.ERROR_REASON_ROLE_REFUSED


async def test_an_rpc_for_both_is_called_by_both() -> None:
    assert (await let_in(OPERATING, LEDGER)).peer is OPERATING
    assert (await let_in(COURT, LEDGER, Staff(JUDGE))).peer is COURT


@pytest.mark.parametrize(
    ("peer", "method", "told"),
    [
        (COURT, ENTER, {"peer": "court/京0105", "person": "p-1"}),
        (COURT, "/courtlist.registry.v1.RegistryService/LiftOrder", {"person": "p-1"}),
        (PARTNER, ENTER, {"peer": "partner/rail-1"}),
        (PARTNER, "/x.Y/Z", {"peer": "partner/rail-1"}),
    ],
    ids=["let in", "role refused", "peer refused", "no row"],
)
async def test_a_calls_line_says_whose_it_is_refused_or_not(
    peer: Peer, method: str, told: Mapping[str, str]
) -> None:
    line = open_call_log()
    with contextlib.suppress(ServiceError):
        await let_in(peer, method, Staff(CLERK))
    assert line.fields.items() >= told.items()


async def test_a_follower_reads_as_itself_and_not_as_another() -> None:
    assert await let_in(SERVICE, FOLLOW, follower="travel") == Caller(SERVICE)
    error = await refusal(SERVICE, FOLLOW, follower="hotel")
    assert error.reason == reasons.ERROR_REASON_PEER_REFUSED
    assert "follower" in error.message


async def test_a_field_hands_over_its_own_restrictions_only() -> None:
    await let_in(SERVICE, RECEIVE, field="travel")
    error = await refusal(SERVICE, RECEIVE, field="hotel")
    assert error.reason == reasons.ERROR_REASON_PEER_REFUSED


@pytest.mark.parametrize("peer", [COURT, PARTNER, OPERATING])
async def test_the_feed_and_confirmations_are_for_services(peer: Peer) -> None:
    for method in (FOLLOW, CONFIRM):
        error = await refusal(peer, method, follower=peer.name)
        assert error.reason == reasons.ERROR_REASON_PEER_REFUSED


async def test_a_partner_asks_in_its_own_field() -> None:
    assert await let_in(PARTNER, CHECK) == Caller(PARTNER)
    error = await refusal(PARTNER, GUEST)
    assert error.reason == reasons.ERROR_REASON_FIELD_REFUSED


async def test_a_partner_that_is_not_enrolled_is_told_so_and_nothing_of_anybody() -> None:
    error = await refusal(PARTNER, CHECK, book=Book({}))
    assert error.reason == reasons.ERROR_REASON_PARTNER_UNKNOWN
    assert "no answer about anybody" in error.message


@pytest.mark.parametrize("peer", [COURT, SERVICE, OPERATING])
async def test_only_partners_check(peer: Peer) -> None:
    error = await refusal(peer, CHECK, book=Book({peer.name: frozenset({"travel"})}))
    assert error.reason == reasons.ERROR_REASON_PEER_REFUSED


@pytest.mark.parametrize("peer", [COURT, PARTNER, SERVICE, OPERATING])
@pytest.mark.parametrize(
    "method", ["/courtlist.registry.v1.RegistryService/ExportAll", "/x.Y/Z", "nonsense", ""]
)
async def test_what_has_no_row_is_refused_to_everybody(peer: Peer, method: str) -> None:
    error = await refusal(peer, method)
    assert error.reason == reasons.ERROR_REASON_PEER_REFUSED


@pytest.mark.parametrize("method", [ENTER, CHECK, FOLLOW, "/x.Y/Z"])
async def test_a_peer_that_is_unknown_is_told_nothing_else(method: str) -> None:
    assert (await refusal(None, method)).reason == reasons.ERROR_REASON_PEER_UNKNOWN


async def test_whoever_is_known_may_ask_for_health() -> None:
    for peer in (COURT, PARTNER, SERVICE, OPERATING):
        assert (await let_in(peer, "/grpc.health.v1.Health/Check")).peer is peer


async def test_a_server_that_knows_no_partners_lets_none_ask() -> None:
    keeper = Doorkeeper(identities=Known(PARTNER))
    with pytest.raises(ServiceError) as refused:
        await keeper.door(CHECK)(None, None)
    assert refused.value.reason == reasons.ERROR_REASON_PARTNER_UNKNOWN
    assert Nobody().fields_of("rail-1") is None


@pytest.mark.parametrize(
    ("peer", "may"), [(OPERATING, True), (SERVICE, True), (PARTNER, False), (COURT, False)]
)
def test_metrics_are_for_operators_and_services(peer: Peer, may: bool) -> None:  # noqa: FBT001
    keeper = Doorkeeper(identities=Known(peer))
    assert keeper.lets_scrape("known") is may
    assert not keeper.lets_scrape("unknown")
