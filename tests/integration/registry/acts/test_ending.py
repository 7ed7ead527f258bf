"""Ending by decision: three different acts, each for its own causes, by a judge of the court."""

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse
from tests.integration.registry.acts.endings import Cause, deletion, lapse, lift, revocation

pytestmark = pytest.mark.asyncio(loop_scope="session")

IN_FORCE = listing_pb2.BASIS_STATE_IN_FORCE
DELETED = listing_pb2.BASIS_STATE_DELETED
REVOKED = listing_pb2.BASIS_STATE_REVOKED
LIFTED = listing_pb2.BASIS_STATE_LIFTED
NOBODY = "00000000-0000-7000-8000-000000000000"
TERMED = ledger.GROUND_OBSTRUCTS

# Cause: whether the order goes with the listing on ground 1 (LP Art 10(1); CP Art 9).
DELETES_GROUND_1 = {
    ledger.ENDING_CAUSE_PERFORMED: True,
    ledger.ENDING_CAUSE_SETTLEMENT_PERFORMED: True,
    ledger.ENDING_CAUSE_CREDITOR_REQUEST: False,
    ledger.ENDING_CAUSE_NO_ASSETS_FOUND: False,
    ledger.ENDING_CAUSE_ENFORCEMENT_STAYED: True,
    ledger.ENDING_CAUSE_NOT_ENFORCED: True,
    ledger.ENDING_CAUSE_ENFORCEMENT_ENDED: True,
}
REVOKES = (ledger.ENDING_CAUSE_WRONG_PERSON, ledger.ENDING_CAUSE_WRONGLY_LISTED)
LIFTS = {
    ledger.ENDING_CAUSE_PERFORMED: LIFTED,
    ledger.ENDING_CAUSE_SETTLEMENT_PERFORMED: LIFTED,
    ledger.ENDING_CAUSE_ENFORCEMENT_STAYED: LIFTED,
    ledger.ENDING_CAUSE_NOT_ENFORCED: LIFTED,
    ledger.ENDING_CAUSE_ENFORCEMENT_ENDED: LIFTED,
    ledger.ENDING_CAUSE_SECURITY_GIVEN: LIFTED,
    ledger.ENDING_CAUSE_CREDITOR_CONSENT: LIFTED,
    ledger.ENDING_CAUSE_OFFICER_REPLACED: LIFTED,
    ledger.ENDING_CAUSE_REVIEW: LIFTED,
    ledger.ENDING_CAUSE_WRONG_PERSON: REVOKED,
}
# Causes that follow from another act and are never stated by a judge.
RECORDED_BY_THE_REGISTRY = (ledger.ENDING_CAUSE_REPLACED, ledger.ENDING_CAUSE_IMPORT_UNDONE)
STATED: list[Cause] = [
    number
    for number in ledger.EndingCause.values()
    if number not in (ledger.ENDING_CAUSE_UNSPECIFIED, *RECORDED_BY_THE_REGISTRY)
]
name = ledger.EndingCause.Name


# ----------------------------------------------------------------------------------- deletion


@pytest.mark.parametrize(
    ("cause", "order_goes"), DELETES_GROUND_1.items(), ids=map(str, DELETES_GROUND_1)
)
async def test_the_seven_cases_delete_ground_1_and_some_take_the_order_along(
    house: CourtHouse, cause: Cause, *, order_goes: bool
) -> None:
    entered = await house.enter()
    ended = await house.do(deletion(entered.listing.listing_id, cause))
    assert (ended.listing.state, ended.listing.end_cause) == (DELETED, cause)
    order = await house.order(entered.order.order_id)
    assert order.state == (LIFTED if order_goes else IN_FORCE)
    assert list(ended.lifted_order_ids) == ([order.order_id] if order_goes else [])


@pytest.mark.parametrize("cause", [one for one in STATED if one not in DELETES_GROUND_1], ids=name)
async def test_no_other_cause_deletes_ground_1(house: CourtHouse, cause: Cause) -> None:
    entered = await house.enter()
    error = await house.refused(deletion(entered.listing.listing_id, cause))
    assert "ENDING_REFUSED" in {one.reason_name for one in error.violations}
    assert "cause" in {one.field for one in error.violations}


@pytest.mark.parametrize(
    "cause", [one for one in STATED if one != ledger.ENDING_CAUSE_EARLY_DELETION], ids=name
)
async def test_a_running_term_ends_by_early_deletion_only(house: CourtHouse, cause: Cause) -> None:
    entered = await house.enter(ground=TERMED)
    error = await house.refused(deletion(entered.listing.listing_id, cause))
    assert error.reason_name == "ENDING_REFUSED"


async def test_early_deletion_leaves_the_order_in_force(house: CourtHouse) -> None:
    entered = await house.enter(ground=TERMED)
    request = deletion(entered.listing.listing_id, ledger.ENDING_CAUSE_EARLY_DELETION)
    assert (await house.do(request)).listing.state == DELETED
    assert (await house.order(entered.order.order_id)).state == IN_FORCE


async def test_deciding_on_a_listing_closes_the_task_that_asked_for_it(house: CourtHouse) -> None:
    entered = await house.enter(ground=TERMED)
    obligation_id = entered.listing.obligation_id
    await house.do(house.statement(obligation_id, 1))
    await house.do(house.payment(obligation_id, 1))
    request = deletion(entered.listing.listing_id, ledger.ENDING_CAUSE_EARLY_DELETION)
    assert len((await house.do(request)).listing.open_tasks) == 0


async def test_a_term_that_is_over_ends_at_its_own_instant(house: CourtHouse) -> None:
    entered = await house.enter(ground=TERMED)
    await lapse(house, entered.listing.listing_id)
    request = deletion(entered.listing.listing_id, ledger.ENDING_CAUSE_TERM_ENDED)
    listing = (await house.do(request)).listing
    assert listing.state == DELETED
    assert listing.end_time == listing.term_end_time


@pytest.mark.parametrize(
    ("cause", "field", "spoil"),
    [
        (ledger.ENDING_CAUSE_NO_ASSETS_FOUND, "empty_queries", {"empty_queries": 1}),
        (ledger.ENDING_CAUSE_NO_ASSETS_FOUND, "empty_queries", {"empty_queries": -5}),
        (
            ledger.ENDING_CAUSE_NO_ASSETS_FOUND,
            "useful_lead_received",
            {"useful_lead_received": True},
        ),
        (
            ledger.ENDING_CAUSE_CREDITOR_REQUEST,
            "creditor_request_reference",
            {"creditor_request_reference": " "},
        ),
        (ledger.ENDING_CAUSE_NOT_ENFORCED, "reasons", {"reasons": "\u3000"}),
        (ledger.ENDING_CAUSE_UNSPECIFIED, "cause", {}),
    ],
)
async def test_a_deletion_shows_what_its_cause_rests_on(
    house: CourtHouse, cause: Cause, field: str, spoil: dict[str, object]
) -> None:
    entered = await house.enter()
    request = deletion(entered.listing.listing_id, cause)
    for key, value in spoil.items():
        setattr(request, key, value)
    error = await house.refused(request)
    assert [(one.reason_name, one.field) for one in error.violations] == [("ENDING_REFUSED", field)]


async def test_a_judge_s_finding_of_performance_ends_what_rests_on_the_debt(
    house: CourtHouse,
) -> None:
    case, one, other = house.case(), house.person(), house.person()
    first = await house.enter(subject=one.subject, case_number=case)
    obligation_id = first.listing.obligation_id
    second = await house.enter(subject=other.subject, case_number=case, obligation_id=obligation_id)
    request = deletion(first.listing.listing_id, ledger.ENDING_CAUSE_SETTLEMENT_PERFORMED)
    ended = await house.do(request)
    assert set(ended.lifted_order_ids) == {first.order.order_id, second.order.order_id}
    assert (await house.listing(second.listing.listing_id)).state == DELETED
    assert (await house.obligation(obligation_id)).performed


# --------------------------------------------------------------------------------- revocation


@pytest.mark.parametrize("cause", REVOKES, ids=name)
@pytest.mark.parametrize("ground", [ledger.GROUND_ABLE_BUT_REFUSES, TERMED])
async def test_a_revocation_takes_the_order_along(
    house: CourtHouse, cause: Cause, ground: ledger.Ground.ValueType
) -> None:
    entered = await house.enter(ground=ground)
    revoked = await house.do(revocation(entered.listing.listing_id, cause))
    assert (revoked.listing.state, revoked.listing.end_cause) == (REVOKED, cause)
    assert list(revoked.lifted_order_ids) == [entered.order.order_id]
    assert (await house.order(entered.order.order_id)).state == REVOKED


@pytest.mark.parametrize("cause", [one for one in STATED if one not in REVOKES], ids=name)
async def test_nothing_is_revoked_that_was_rightly_entered(house: CourtHouse, cause: Cause) -> None:
    entered = await house.enter()
    error = await house.refused(revocation(entered.listing.listing_id, cause))
    assert (error.reason_name, error.violations[0].field) == ("ENDING_REFUSED", "cause")


@pytest.mark.parametrize(
    ("ground", "cause", "order_stands"),
    [
        (ledger.GROUND_ABLE_BUT_REFUSES, ledger.ENDING_CAUSE_NOT_ENFORCED, False),
        (TERMED, ledger.ENDING_CAUSE_EARLY_DELETION, True),
    ],
)
async def test_what_was_deleted_is_revoked_when_it_never_should_have_been(
    house: CourtHouse,
    ground: ledger.Ground.ValueType,
    cause: Cause,
    order_stands: bool,  # noqa: FBT001
) -> None:
    entered = await house.enter(ground=ground)
    deleted = (await house.do(deletion(entered.listing.listing_id, cause))).listing
    revoked = await house.do(
        revocation(entered.listing.listing_id, ledger.ENDING_CAUSE_WRONGLY_LISTED)
    )
    shown = revoked.listing
    assert (shown.state, shown.end_cause) == (REVOKED, ledger.ENDING_CAUSE_WRONGLY_LISTED)
    assert shown.end_time == deleted.end_time
    assert list(revoked.lifted_order_ids) == ([entered.order.order_id] if order_stands else [])
    order = await house.order(entered.order.order_id)
    assert order.state == (REVOKED if order_stands else LIFTED)
    first, *rest = await house.effects(revoked.position.position)
    assert first.listing_ended.kind == ledger.ENDING_KIND_REVOKED
    assert first.listing_ended.end_time == deleted.end_time
    assert len(rest) == order_stands
    again = revocation(entered.listing.listing_id, ledger.ENDING_CAUSE_WRONG_PERSON)
    assert (await house.refused(again)).reason_name == "ALREADY_ENDED"
    away = deletion(entered.listing.listing_id, cause)
    assert (await house.refused(away)).reason_name == "ALREADY_ENDED"


async def test_a_revocation_of_one_listing_leaves_other_debts_alone(house: CourtHouse) -> None:
    debtor = house.person()
    wrong = await house.enter(FIRST, subject=debtor.subject)
    right = await house.enter(SECOND, subject=debtor.subject)
    await house.do(revocation(wrong.listing.listing_id, ledger.ENDING_CAUSE_WRONGLY_LISTED))
    standing = await house.standing(debtor.resident_id)
    assert [one.listing_id for one in standing.listings] == [right.listing.listing_id]
    assert [one.order_id for one in standing.orders] == [right.order.order_id]


# ---------------------------------------------------------------------------------- lifting


@pytest.mark.parametrize(("cause", "state"), LIFTS.items(), ids=map(str, LIFTS))
async def test_an_order_is_lifted_for_its_causes(
    house: CourtHouse, cause: Cause, state: listing_pb2.BasisState.ValueType
) -> None:
    order = (await house.do(house.restriction())).order
    lifted = (await house.do(lift(order.order_id, cause))).order
    assert (lifted.state, lifted.end_cause) == (state, cause)


@pytest.mark.parametrize("cause", [one for one in STATED if one not in LIFTS], ids=name)
async def test_no_other_cause_lifts_an_order(house: CourtHouse, cause: Cause) -> None:
    order = (await house.do(house.restriction())).order
    error = await house.refused(lift(order.order_id, cause))
    assert (error.reason_name, error.violations[0].field) == ("ENDING_REFUSED", "cause")


async def test_lifting_an_order_leaves_its_listing_in_force(house: CourtHouse) -> None:
    entered = await house.enter()
    await house.do(lift(entered.order.order_id, ledger.ENDING_CAUSE_SECURITY_GIVEN))
    assert (await house.listing(entered.listing.listing_id)).state == IN_FORCE


# -------------------------------------------------------------------------------- for all ends


@pytest.mark.parametrize("cause", [*RECORDED_BY_THE_REGISTRY, 99], ids=str)
async def test_a_cause_that_nobody_may_state_is_refused_at_its_field(
    house: CourtHouse, cause: Cause
) -> None:
    entered = await house.enter()
    requests = (
        deletion(entered.listing.listing_id, cause),
        revocation(entered.listing.listing_id, cause),
        lift(entered.order.order_id, cause),
    )
    expected = "FIELD_INVALID" if cause in RECORDED_BY_THE_REGISTRY else "ENUM_UNKNOWN"
    for request in requests:
        error = await house.refused(request)
        assert [(one.reason_name, one.field) for one in error.violations] == [(expected, "cause")]


async def test_what_has_ended_does_not_end_again(house: CourtHouse) -> None:
    entered = await house.enter()
    listing_id, order_id = entered.listing.listing_id, entered.order.order_id
    await house.do(revocation(listing_id, ledger.ENDING_CAUSE_WRONG_PERSON))
    for request in (
        revocation(listing_id, ledger.ENDING_CAUSE_WRONG_PERSON),
        deletion(listing_id, ledger.ENDING_CAUSE_NOT_ENFORCED),
        lift(order_id, ledger.ENDING_CAUSE_REVIEW),
    ):
        assert (await house.refused(request)).reason_name == "ALREADY_ENDED"


async def test_another_court_ends_nothing(house: CourtHouse) -> None:
    entered = await house.enter(FIRST)
    for request in (
        revocation(entered.listing.listing_id, ledger.ENDING_CAUSE_WRONG_PERSON),
        deletion(entered.listing.listing_id, ledger.ENDING_CAUSE_NOT_ENFORCED),
        lift(entered.order.order_id, ledger.ENDING_CAUSE_REVIEW),
    ):
        error = await house.refused(request, court=SECOND)
        assert error.reason_name == "COURT_REFUSED"


async def test_what_is_not_recorded_does_not_end(house: CourtHouse) -> None:
    for request, kind in (
        (revocation(NOBODY, ledger.ENDING_CAUSE_WRONG_PERSON), "listing"),
        (deletion(NOBODY, ledger.ENDING_CAUSE_NOT_ENFORCED), "listing"),
        (lift(NOBODY, ledger.ENDING_CAUSE_REVIEW), "order"),
    ):
        error = await house.refused(request)
        assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", kind)


async def test_an_ending_on_a_stale_etag_tells_the_present_state(house: CourtHouse) -> None:
    entered = await house.enter()
    listing_id, order_id = entered.listing.listing_id, entered.order.order_id
    for request in (
        revocation(listing_id, ledger.ENDING_CAUSE_WRONG_PERSON, etag="1"),
        deletion(listing_id, ledger.ENDING_CAUSE_NOT_ENFORCED, etag="1"),
    ):
        error = await house.refused(request)
        assert error.reason_name == "STATE_CHANGED"
        assert isinstance(error.current, listing_pb2.Listing)
        assert error.current.etag == entered.listing.etag
    error = await house.refused(lift(order_id, ledger.ENDING_CAUSE_REVIEW, etag="1"))
    assert error.reason_name == "STATE_CHANGED"
    lifted = await house.do(lift(order_id, ledger.ENDING_CAUSE_REVIEW, etag=entered.order.etag))
    assert lifted.order.state == LIFTED
