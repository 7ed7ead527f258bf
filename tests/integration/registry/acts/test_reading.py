"""Reading what acts have written, over the wire: by every consistency, by whom it may be, or why not."""

import pytest
from google.protobuf.message import Message

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import acting
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("asked", ["minimize_latency", "at_least", "fully_consistent", "nothing"])
async def test_who_has_written_reads_it_at_once_by_every_consistency(
    house: CourtHouse, asked: str
) -> None:
    debtor = house.person()
    entered = await house.enter(subject=debtor.subject)
    consistency = {
        "minimize_latency": rpc.Consistency(minimize_latency=True),
        "at_least": rpc.Consistency(at_least=entered.position),
        "fully_consistent": rpc.Consistency(fully_consistent=True),
        "nothing": rpc.Consistency(),
    }[asked]
    for _ in range(2):
        listing = await house.do(
            rpc.GetListingRequest(listing_id=entered.listing.listing_id, consistency=consistency)
        )
        order = await house.do(
            rpc.GetOrderRequest(order_id=entered.order.order_id, consistency=consistency)
        )
        standing = await house.do(
            rpc.GetStandingRequest(document=debtor.resident_id, consistency=consistency)
        )
        assert listing.listing.etag == entered.listing.etag
        assert order.order.etag == entered.order.etag
        assert [one.order_id for one in standing.orders] == [entered.order.order_id]


async def test_a_cached_standing_is_gone_when_its_debt_is_paid(house: CourtHouse) -> None:
    debtor = house.person()
    entered = await house.enter(subject=debtor.subject)
    ask = rpc.GetStandingRequest(document=debtor.resident_id)
    assert len((await house.do(ask)).orders) == 1
    await house.do(house.statement(entered.listing.obligation_id, 1))
    await house.do(house.payment(entered.listing.obligation_id, 1))
    assert len((await house.do(ask)).orders) == 0


async def test_a_position_that_is_not_reached_yet_is_said_to_be_so(house: CourtHouse) -> None:
    entered = await house.enter()
    ahead = position_pb2.Position(
        incarnation=entered.position.incarnation, position=entered.position.position + 1_000_000
    )
    request = rpc.GetListingRequest(
        listing_id=entered.listing.listing_id, consistency=rpc.Consistency(at_least=ahead)
    )
    assert (await house.refused(request)).reason_name == "POSITION_NOT_REACHED"


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (rpc.GetListingRequest(listing_id=NOBODY), "listing"),
        (rpc.GetOrderRequest(order_id=NOBODY), "order"),
        (rpc.GetObligationRequest(obligation_id=NOBODY), "obligation"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_not_recorded_is_not_found(
    house: CourtHouse, request_: Message, kind: str
) -> None:
    error = await house.refused(request_)
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", kind)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (rpc.GetListingRequest(), "listing_id"),
        (rpc.GetOrderRequest(order_id="?"), "order_id"),
        (rpc.GetObligationRequest(obligation_id="1" * 31), "obligation_id"),
        (rpc.SearchListingsRequest(case_number="某案"), "case_number"),
        (rpc.SearchListingsRequest(ground=ledger.Ground.ValueType(9)), "ground"),
        (rpc.SearchListingsRequest(state=listing_pb2.BasisState.ValueType(99)), "state"),
        (rpc.SearchListingsRequest(page_token="x" * 501), "page_token"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_question_that_cannot_be_read_is_told_at_its_field(
    house: CourtHouse, request_: Message, field: str
) -> None:
    error = await house.refused(request_)
    assert [one.field for one in error.violations] == [field]


async def test_nothing_stands_against_somebody_who_is_not_on_record(house: CourtHouse) -> None:
    standing = await house.standing(house.person().resident_id)
    assert (standing.subject_id, len(standing.listings), len(standing.orders)) == ("", 0, 0)
    assert standing.HasField("as_of")


async def test_a_court_searches_its_own_listings(house: CourtHouse) -> None:
    debtor = house.person()
    first = await house.enter(FIRST, subject=debtor.subject)
    second = await house.enter(SECOND, subject=debtor.subject)
    for court, entered in ((FIRST, first), (SECOND, second)):
        found = await house.do(rpc.SearchListingsRequest(document=debtor.resident_id), court=court)
        assert [one.listing_id for one in found.listings] == [entered.listing.listing_id]


async def test_a_page_follows_the_one_before(house: CourtHouse) -> None:
    case, entered = house.case(), []
    first = await house.enter(case_number=case)
    obligation_id = first.listing.obligation_id
    entered = [first.listing.listing_id] + [
        (await house.enter(case_number=case, obligation_id=obligation_id)).listing.listing_id
        for _ in range(2)
    ]
    page = await house.do(rpc.SearchListingsRequest(case_number=case, page_size=2))
    assert [one.listing_id for one in page.listings] == entered[:0:-1]
    request = rpc.SearchListingsRequest(
        case_number=case, page_size=2, page_token=page.next_page_token
    )
    rest = await house.do(request)
    assert [one.listing_id for one in rest.listings] == entered[:1]
    assert rest.next_page_token == ""
    request.ground = ledger.GROUND_EVADES
    assert (await house.refused(request)).reason_name == "PAGE_TOKEN_INVALID"


async def test_who_is_not_enrolled_reads_nothing(house: CourtHouse) -> None:
    entered = await house.enter()
    request = rpc.GetListingRequest(listing_id=entered.listing.listing_id)
    error = await house.refused(request, who=acting("nobody", "clerk", FIRST))
    assert error.reason_name == "ACTOR_UNKNOWN"
    assert (await house.refused(request, who=())).reason_name == "PEER_UNKNOWN"
