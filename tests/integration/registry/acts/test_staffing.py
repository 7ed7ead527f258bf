"""Who acts at a court: given and taken by acts, by its president once it has one with a key."""

from typing import Any

import pytest
from google.protobuf.message import Message

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from registry.enrolments import BELIEVED_S
from stack.office import OPERATOR, acting, request_id
from tests.integration.registry.acts.courthouse import (
    FIRST,
    SECOND,
    CourtHouse,
)
from tests.integration.registry.acts.staff import (
    keys_of,
    own_court,
    retiring,
    retiring_key,
    shown,
    young_court,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

assert BELIEVED_S > 1, "else what these tests show could be the passing of time"


# ------------------------------------------------------------------------------------ who may give


@pytest.mark.parametrize("role", ["CLERK", "JUDGE", "PRESIDENT", "REVIEWER", "AUDITOR"])
async def test_an_operator_staffs_a_court_whose_president_has_no_key(
    house: CourtHouse, role: str
) -> None:
    court, _, _ = await young_court(house)
    request = house.officer(role=ledger.Role.Value(f"ROLE_{role}"), court_code=court.code)
    await house.do(request, who=OPERATOR)
    assert [one.role for one in (await shown(house, court.code)).officers if not one.end_position]


async def test_a_court_with_a_president_who_has_a_key_staffs_itself(house: CourtHouse) -> None:
    court, president, word = await own_court(house)
    clerk = house.officer(court_code=court.code)
    key = house.key(president, court_code=court.code)
    for request in (clerk, key):
        error = await house.refused(request, who=OPERATOR)
        assert (error.reason_name, error.metadata["roles"]) == ("ROLE_REFUSED", "PRESIDENT")
        await house.do(request, who=word)


async def test_a_president_s_key_that_only_signs_leaves_the_staffing_to_operators(
    house: CourtHouse,
) -> None:
    court, president, _ = await young_court(house)
    key = house.key(president, court_code=court.code, purpose=ledger.KEY_PURPOSE_SIGN)
    await house.do(key, who=OPERATOR)
    await house.do(house.officer(court_code=court.code), who=OPERATOR)


async def test_a_president_staffs_no_other_court(house: CourtHouse) -> None:
    known = house.officer()
    await house.do(known)
    key = house.key(known.person_id)
    await house.do(key)
    requests: list[Message] = [
        house.officer(),
        house.officer(person_id=known.person_id),
        house.key(known.person_id),
        retiring(known.person_id, known.role),
        retiring_key(key.key_id),
        admin.ListOfficersRequest(court_code=FIRST.code),
    ]
    for request in requests:
        error = await house.refused(request, court=SECOND)
        assert error.reason_name == "COURT_REFUSED", type(request).__name__


@pytest.mark.parametrize("role", ["clerk", "judge", "reviewer", "auditor"])
async def test_nobody_but_a_president_changes_who_else_acts(house: CourtHouse, role: str) -> None:
    known = house.officer()
    await house.do(known)
    key = house.key(known.person_id)
    await house.do(key)
    requests: list[Message] = [
        house.officer(),
        house.key(known.person_id),
        retiring(known.person_id, known.role),
        retiring_key(key.key_id),
    ]
    for request in requests:
        error = await house.refused(request, role=role)
        assert error.reason_name == "ROLE_REFUSED", type(request).__name__


async def test_a_person_enrols_a_further_key_of_her_own_and_ends_it(house: CourtHouse) -> None:
    clerk = house.officer()
    await house.do(clerk)
    who = acting(clerk.person_id, "clerk", FIRST)
    key = house.key(clerk.person_id)
    await house.do(key, who=who)
    assert await keys_of(house, clerk.person_id) == {key.key_id}
    await house.do(retiring_key(key.key_id), who=who)
    assert await keys_of(house, clerk.person_id) == set()


async def test_an_id_that_another_court_uses_too_is_another_person(house: CourtHouse) -> None:
    clerk = house.officer()
    await house.do(clerk)
    await house.do(house.officer(person_id=clerk.person_id, court_code=SECOND.code), court=SECOND)
    there = acting(clerk.person_id, "clerk", SECOND)
    error = await house.refused(house.key(clerk.person_id), who=there)
    assert error.reason_name == "ROLE_REFUSED"


# ------------------------------------------------------------------------------------------- keys


async def test_a_signing_key_is_a_president_s(house: CourtHouse) -> None:
    clerk = house.officer()
    await house.do(clerk)
    key = house.key(clerk.person_id, purpose=ledger.KEY_PURPOSE_SIGN)
    error = await house.refused(key)
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "president")


async def test_nobody_has_a_key_at_a_court_where_she_does_not_act(house: CourtHouse) -> None:
    error = await house.refused(house.key("nobody-of-this-court"))
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "officer")
    error = await house.refused(house.key(FIRST.clerk, court_code="琼0199"), who=OPERATOR)
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "court")


@pytest.mark.parametrize("same", ["key_id", "public_key"])
async def test_a_key_is_one_person_s_for_ever(house: CourtHouse, same: str) -> None:
    one, other = house.officer(), house.officer()
    for request in (one, other):
        await house.do(request)
    key = house.key(one.person_id)
    await house.do(key)
    again = house.key(other.person_id, **{same: getattr(key, same)})
    assert (await house.refused(again)).reason_name == "ALREADY_ENROLLED"
    await house.do(retiring_key(key.key_id))
    assert (await house.refused(again)).reason_name == "ALREADY_ENROLLED"


async def test_a_key_is_retired_once(house: CourtHouse) -> None:
    clerk = house.officer()
    await house.do(clerk)
    key = house.key(clerk.person_id)
    await house.do(key)
    await house.do(retiring_key(key.key_id))
    assert (await house.refused(retiring_key(key.key_id))).reason_name == "ALREADY_ENDED"
    error = await house.refused(retiring_key("key-of-nobody"))
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "key")


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"person_id": ""}, "FIELD_REQUIRED", "person_id"),
        ({"key_id": "键"}, "FIELD_INVALID", "key_id"),
        ({"key_id": "k" * 64}, "FIELD_INVALID", "key_id"),
        ({"court_code": ""}, "FIELD_REQUIRED", "court_code"),
        ({"purpose": 0}, "FIELD_REQUIRED", "purpose"),
        ({"purpose": 77}, "ENUM_UNKNOWN", "purpose"),
        ({"algorithm": "ED25519"}, "FIELD_INVALID", "algorithm"),
        ({"algorithm": "rsa"}, "FIELD_INVALID", "algorithm"),
        ({"public_key": b""}, "FIELD_INVALID", "public_key"),
        ({"public_key": b"k" * 31}, "FIELD_INVALID", "public_key"),
        ({"public_key": bytes([1]) + bytes(31)}, "FIELD_INVALID", "public_key"),
    ],
    ids=str,
)
async def test_what_is_no_key_is_told_at_its_field(
    house: CourtHouse, changes: dict[str, Any], reason: str, field: str
) -> None:
    error = await house.refused(house.key(FIRST.clerk, **changes))
    assert [(one.reason_name, one.field) for one in error.violations] == [(reason, field)]


# ------------------------------------------------------------------------------------ those who left


async def test_who_has_left_acts_no_more_at_once_and_may_come_back(house: CourtHouse) -> None:
    clerk = house.officer()
    await house.do(clerk)
    who = acting(clerk.person_id, "clerk", FIRST)
    await house.do(house.entry(), who=who)
    await house.do(retiring(clerk.person_id, clerk.role))
    assert (await house.refused(house.entry(), who=who)).reason_name == "ACTOR_UNKNOWN"
    clerk.request_id = request_id()
    await house.do(clerk)
    await house.do(house.entry(), who=who)


async def test_who_has_left_one_role_keeps_the_other(house: CourtHouse) -> None:
    clerk = house.officer()
    judge = house.officer(person_id=clerk.person_id, role=ledger.ROLE_JUDGE)
    key = house.key(clerk.person_id)
    for request in (clerk, judge, key):
        await house.do(request)
    await house.do(retiring(clerk.person_id, ledger.ROLE_JUDGE))
    await house.do(house.entry(), who=acting(clerk.person_id, "clerk", FIRST))
    assert await keys_of(house, clerk.person_id) == {key.key_id}


async def test_who_leaves_the_court_leaves_no_key_behind(house: CourtHouse) -> None:
    clerk = house.officer()
    key = house.key(clerk.person_id)
    for request in (clerk, key):
        await house.do(request)
    reply = await house.do(retiring(clerk.person_id, clerk.role))
    kinds = [one.WhichOneof("effect") for one in await house.effects(reply.position.position)]
    assert kinds == ["officer_retired", "key_retired"]
    clerk.request_id = request_id()
    await house.do(clerk)
    assert await keys_of(house, clerk.person_id) == set()


async def test_who_is_president_no_more_signs_no_more(house: CourtHouse) -> None:
    president = house.officer(role=ledger.ROLE_PRESIDENT)
    judge = house.officer(person_id=president.person_id, role=ledger.ROLE_JUDGE)
    acts = house.key(president.person_id)
    signs = house.key(president.person_id, purpose=ledger.KEY_PURPOSE_SIGN)
    for request in (president, judge, acts, signs):
        await house.do(request)
    await house.do(retiring(president.person_id, ledger.ROLE_PRESIDENT))
    assert await keys_of(house, president.person_id) == {acts.key_id}


async def test_who_has_left_is_named_in_nothing(house: CourtHouse) -> None:
    president = house.officer(role=ledger.ROLE_PRESIDENT)
    judge = house.officer(role=ledger.ROLE_JUDGE)
    for request in (president, judge):
        await house.do(request)
        await house.do(retiring(request.person_id, request.role))
    unsigned, unanswered = house.entry(), house.entry()
    unsigned.decision.signed_by = unsigned.order.decision.signed_by = president.person_id
    unanswered.listing.article3.answered_by = judge.person_id
    assert (await house.refused(unsigned)).reason_name == "NOT_SIGNED"
    assert (await house.refused(unanswered)).reason_name == "GROUND_BARRED"


async def test_a_role_is_taken_once_and_only_from_who_had_it(house: CourtHouse) -> None:
    clerk = house.officer()
    await house.do(clerk)
    await house.do(retiring(clerk.person_id, clerk.role))
    again = await house.refused(retiring(clerk.person_id, clerk.role))
    assert again.reason_name == "ALREADY_ENDED"
    never = await house.refused(retiring(clerk.person_id, ledger.ROLE_JUDGE))
    assert (never.reason_name, never.metadata["kind"]) == ("NOT_FOUND", "officer")


async def test_an_operator_takes_a_role_and_a_key_away_at_any_court(house: CourtHouse) -> None:
    clerk = house.officer()
    key = house.key(clerk.person_id)
    for request in (clerk, key):
        await house.do(request)
    await house.do(retiring_key(key.key_id), who=OPERATOR)
    await house.do(retiring(clerk.person_id, clerk.role), who=OPERATOR)


# ---------------------------------------------------------------------------------- the last president


async def test_the_last_president_with_a_key_hands_over_before_she_goes(house: CourtHouse) -> None:
    court, president, word = await own_court(house)
    [key_id] = await keys_of(house, president, court.code)
    leaving = retiring(president, ledger.ROLE_PRESIDENT, court.code)
    for request in (leaving, retiring_key(key_id)):
        error = await house.refused(request, who=word)
        assert (error.reason_name, error.metadata["roles"]) == ("ROLE_REFUSED", "OPERATOR")
    successor = house.officer(role=ledger.ROLE_PRESIDENT, court_code=court.code)
    await house.do(successor, who=word)
    assert (await house.refused(leaving, who=word)).reason_name == "ROLE_REFUSED"
    await house.do(house.key(successor.person_id, court_code=court.code), who=word)
    await house.do(leaving, who=word)


async def test_an_operator_takes_even_the_last_president_away_and_then_staffs_the_court(
    house: CourtHouse,
) -> None:
    court, president, word = await own_court(house)
    await house.do(retiring(president, ledger.ROLE_PRESIDENT, court.code), who=OPERATOR)
    error = await house.refused(house.officer(court_code=court.code), who=word)
    assert error.reason_name == "ACTOR_UNKNOWN"
    await house.do(house.officer(court_code=court.code), who=OPERATOR)
