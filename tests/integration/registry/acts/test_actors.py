"""Who may act: an enrolled person, in a role that may do this, at the court whose case it is."""

import pytest
from google.protobuf.message import Message

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import OPERATOR, Metadata, acting, request_id
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

COURT = ("courtlist-court-bin", FIRST.code.encode())
CLERK = ("courtlist-person", FIRST.clerk)
AS_CLERK = ("courtlist-role", "clerk")

OPERATIONS: list[type[Message]] = [
    admin_service_pb2.EnrolCourtRequest,
    admin_service_pb2.EnrolOfficerRequest,
    admin_service_pb2.EnrolPartnerRequest,
    admin_service_pb2.RetirePartnerRequest,
    admin_service_pb2.RecordRatingRequest,
]
# A president enrols officers, too.
OPERATORS_ALONE = [one for one in OPERATIONS if one is not admin_service_pb2.EnrolOfficerRequest]
WRITES: list[type[Message]] = [
    *OPERATIONS,
    admin_service_pb2.SetGoLiveRequest,
    rpc.EnterListingRequest,
    rpc.IssueOrderRequest,
    rpc.BindDocumentRequest,
    rpc.UnbindDocumentRequest,
    rpc.IssuePayoffStatementRequest,
    rpc.RecordRepaymentRequest,
    rpc.ReverseRepaymentRequest,
    rpc.RecordActPerformedRequest,
    rpc.EndListingRequest,
    rpc.RevokeListingRequest,
    rpc.CorrectListingRequest,
    rpc.LiftOrderRequest,
    rpc.GrantPassRequest,
    rpc.WithdrawPassRequest,
]
DECISIONS = [
    rpc.UnbindDocumentRequest,
    rpc.ReverseRepaymentRequest,
    rpc.RecordActPerformedRequest,
    rpc.EndListingRequest,
    rpc.RevokeListingRequest,
    rpc.CorrectListingRequest,
    rpc.LiftOrderRequest,
    rpc.GrantPassRequest,
    rpc.WithdrawPassRequest,
]


READS: list[type[Message]] = [
    rpc.GetListingRequest,
    rpc.GetOrderRequest,
    rpc.GetObligationRequest,
    rpc.SearchListingsRequest,
    rpc.GetStandingRequest,
    rpc.ListTasksRequest,
]


@pytest.mark.parametrize(
    "who",
    [
        (AS_CLERK, COURT),
        (CLERK, COURT),
        (CLERK, ("courtlist-role", "unspecified"), COURT),
        (CLERK, ("courtlist-role", "emperor"), COURT),
        (("courtlist-person", "Zhang San"), AS_CLERK, COURT),
        (("courtlist-person", "x" * 64), AS_CLERK, COURT),
        # Over a court's connection nobody is an operator.
        (*OPERATOR, COURT),
    ],
    ids=repr,
)
async def test_a_call_that_does_not_say_who_acts_is_refused(
    house: CourtHouse, who: Metadata
) -> None:
    error = await house.refused(house.entry(), who=who)
    assert error.reason_name == "ACTOR_REQUIRED"


@pytest.mark.parametrize(
    "who",
    [(), (CLERK, AS_CLERK), (("courtlist-person", "a b"), ("courtlist-role", "operator"))],
    ids=repr,
)
async def test_a_call_that_does_not_say_who_calls_is_refused(
    house: CourtHouse, who: Metadata
) -> None:
    error = await house.refused(house.entry(), who=who)
    assert error.reason_name == "PEER_UNKNOWN"


@pytest.mark.parametrize(
    "who",
    [
        acting("nobody", "clerk", FIRST),
        acting(FIRST.clerk, "judge", FIRST),
        acting(FIRST.clerk, "clerk", SECOND),
    ],
    ids=["person", "role", "court"],
)
async def test_who_is_not_enrolled_for_this_is_unknown(house: CourtHouse, who: Metadata) -> None:
    error = await house.refused(house.entry(), who=who)
    assert error.reason_name == "ACTOR_UNKNOWN"


@pytest.mark.parametrize("kind", DECISIONS, ids=lambda kind: kind.__name__)
async def test_a_clerk_decides_nothing(house: CourtHouse, kind: type[Message]) -> None:
    error = await house.refused(kind(), role="clerk")
    assert error.reason_name == "ROLE_REFUSED"
    assert "CLERK" not in error.metadata["roles"].split(",")


@pytest.mark.parametrize("kind", WRITES[len(OPERATIONS) :], ids=lambda kind: kind.__name__)
async def test_an_operator_writes_nothing_that_courts_decide(
    house: CourtHouse, kind: type[Message]
) -> None:
    error = await house.refused(kind(), who=OPERATOR)
    assert (error.reason_name, error.metadata["peers"]) == ("PEER_REFUSED", "court")


@pytest.mark.parametrize("kind", READS, ids=lambda kind: kind.__name__)
async def test_an_operator_reads_no_record(house: CourtHouse, kind: type[Message]) -> None:
    error = await house.refused(kind(), who=OPERATOR)
    assert (error.reason_name, error.metadata["peers"]) == ("PEER_REFUSED", "court")


@pytest.mark.parametrize("kind", READS, ids=lambda kind: kind.__name__)
async def test_who_is_not_enrolled_reads_no_record(house: CourtHouse, kind: type[Message]) -> None:
    error = await house.refused(kind(), who=acting("nobody", "judge", FIRST))
    assert error.reason_name == "ACTOR_UNKNOWN"


@pytest.mark.parametrize("role", ["clerk", "judge", "president"])
async def test_every_role_of_a_court_reads_its_records(house: CourtHouse, role: str) -> None:
    entered = (await house.enter()).listing
    shown = await house.do(rpc.GetListingRequest(listing_id=entered.listing_id), role=role)
    assert shown.listing.listing_id == entered.listing_id


@pytest.mark.parametrize("role", ["clerk", "judge", "president"])
@pytest.mark.parametrize("kind", OPERATORS_ALONE, ids=lambda kind: kind.__name__)
async def test_nobody_of_a_court_operates(
    house: CourtHouse, kind: type[Message], role: str
) -> None:
    error = await house.refused(kind(), role=role)
    assert (error.reason_name, error.metadata["peers"]) == ("PEER_REFUSED", "operator")


@pytest.mark.parametrize("kind", WRITES, ids=lambda kind: kind.__name__)
async def test_an_empty_request_is_answered_with_what_it_lacks(
    house: CourtHouse, kind: type[Message]
) -> None:
    error = await house.refused(kind())
    assert error.reason_name == "INVALID_REQUEST"
    assert ("FIELD_REQUIRED", "request_id") in {
        (one.reason_name, one.field) for one in error.violations
    }
    assert len({(one.reason_name, one.field) for one in error.violations}) == len(
        error.violations
    ), "a problem is told once"


async def test_every_change_names_who_made_it(house: CourtHouse) -> None:
    entered = await house.enter(SECOND)
    body = await house.connection.fetchval(
        "SELECT body FROM change WHERE position = $1", entered.position.position
    )
    assert ledger.ChangeBody.FromString(body).actor == ledger.Actor(
        person_id=SECOND.clerk, role=ledger.ROLE_CLERK, court_code=SECOND.code
    )


# ---------------------------------------------------------------------------------- enrolling


def officer(**changes: object) -> admin_service_pb2.EnrolOfficerRequest:
    request = admin_service_pb2.EnrolOfficerRequest(
        request_id=request_id(),
        person_id=f"judge-{request_id()}",
        name="测试人员",
        role=ledger.ROLE_JUDGE,
        court_code=FIRST.code,
    )
    for key, value in changes.items():
        setattr(request, key, value)
    return request


def court(**changes: object) -> admin_service_pb2.EnrolCourtRequest:
    request = admin_service_pb2.EnrolCourtRequest(
        request_id=request_id(), court_code="湘0199", name="示例法院", contact="0731-0000 0000"
    )
    for key, value in changes.items():
        setattr(request, key, value)
    return request


async def test_an_enrolled_officer_acts_at_once(house: CourtHouse) -> None:
    request = officer(role=ledger.ROLE_CLERK)
    await house.refused(house.entry(), who=acting(request.person_id, "clerk", FIRST))
    await house.do(request)
    await house.do(house.entry(), who=acting(request.person_id, "clerk", FIRST))


async def test_nobody_is_enrolled_twice(house: CourtHouse) -> None:
    request = officer()
    await house.do(request)
    again = officer(person_id=request.person_id)
    assert (await house.refused(again)).reason_name == "ALREADY_ENROLLED"
    known = court(court_code=FIRST.code)
    assert (await house.refused(known)).reason_name == "ALREADY_ENROLLED"


async def test_an_officer_needs_a_court_that_is_enrolled(house: CourtHouse) -> None:
    error = await house.refused(officer(court_code="琼0199"))
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "court")


@pytest.mark.parametrize(
    ("request_", "reason", "field"),
    [
        (officer(person_id="测试人员"), "FIELD_INVALID", "person_id"),
        (officer(person_id="x" * 64), "FIELD_INVALID", "person_id"),
        (officer(name=" "), "FIELD_REQUIRED", "name"),
        (officer(name="名" * 201), "FIELD_TOO_LONG", "name"),
        (officer(role=ledger.ROLE_OPERATOR), "FIELD_INVALID", "role"),
        (officer(role=0), "FIELD_REQUIRED", "role"),
        (officer(role=77), "ENUM_UNKNOWN", "role"),
        (officer(court_code=""), "FIELD_REQUIRED", "court_code"),
        (court(court_code="X0199"), "FIELD_INVALID", "court_code"),
        (court(court_code="湘0199 "), "FIELD_INVALID", "court_code"),
        (court(name="名" * 201), "FIELD_TOO_LONG", "name"),
        (court(contact="\x1b[2J"), "FIELD_INVALID", "contact"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_cannot_be_enrolled_is_told_at_its_field(
    house: CourtHouse, request_: Message, reason: str, field: str
) -> None:
    error = await house.refused(request_)
    assert [(one.reason_name, one.field) for one in error.violations] == [(reason, field)]
