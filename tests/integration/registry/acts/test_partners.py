"""Partners: who asks, where they are pushed to, and how their sites are officially rated."""

from datetime import UTC, date, timedelta
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from registry.law.days import end_of_day, start_of_day
from stack.office import OPERATOR, acting, request_id
from stack.papers import day
from tests.integration.registry.acts.courthouse import FIRST, CourtHouse, next_serial

pytestmark = pytest.mark.asyncio(loop_scope="session")


def partner(**changes: object) -> admin.EnrolPartnerRequest:
    given: dict[str, Any] = {
        "request_id": request_id(),
        "partner_id": f"hotel-{next_serial()}",
        "name": "示例酒店",
        "fields": ["hotel"],
        "push_address": "partner.example:9443",
    }
    return admin.EnrolPartnerRequest(**{**given, **changes})


def rating(partner_id: str, **changes: object) -> admin.RecordRatingRequest:
    given: dict[str, Any] = {
        "site_code": "main",
        "stars": 4,
        "first_day": day(date(2026, 1, 1)),
        "last_day": day(date(2028, 12, 31)),
    }
    return admin.RecordRatingRequest(
        request_id=request_id(),
        partner_id=partner_id,
        rating=admin.Rating(**{**given, **changes}),
        evidence_reference="星级饭店公告 1",
    )


async def listed(house: CourtHouse, *, page_size: int = 200) -> dict[str, admin.Partner]:
    request = admin.ListPartnersRequest(page_size=page_size)
    found: list[admin.Partner] = []
    while True:
        reply = await house.send(request, OPERATOR)
        found += reply.partners
        if not reply.next_page_token:
            break
        assert len(reply.partners) == page_size
        request.page_token = reply.next_page_token
    names = [one.partner_id for one in found]
    assert names == sorted(set(names))
    return {one.partner_id: one for one in found}


async def test_an_enrolled_partner_is_shown_and_told_to_followers(house: CourtHouse) -> None:
    request = partner(fields=["hotel", "travel"])
    reply = await house.do(request)
    shown = (await listed(house))[request.partner_id]
    assert (shown.name, list(shown.fields), shown.push_address) == (
        "示例酒店",
        ["hotel", "travel"],
        "partner.example:9443",
    )
    [effect] = await house.effects(reply.position.position)
    assert effect.partner_enrolled == ledger.PartnerEnrolled(
        partner_id=request.partner_id,
        fields=["hotel", "travel"],
        push_address="partner.example:9443",
    )


async def test_what_a_partner_may_ask_is_told_to_followers(house: CourtHouse) -> None:
    reply = await house.do(partner(checks_per_s=50, checks_per_day=100_000))
    [effect] = await house.effects(reply.position.position)
    assert effect.partner_enrolled.checks_per_s == 50
    assert effect.partner_enrolled.checks_per_day == 100_000


async def test_what_a_partner_may_ask_is_shown_as_it_was_agreed_last(house: CourtHouse) -> None:
    request = partner(checks_per_s=50, checks_per_day=100_000)
    await house.do(request)
    await house.do(rating(request.partner_id))
    shown = (await listed(house))[request.partner_id]
    assert (shown.checks_per_s, shown.checks_per_day) == (50, 100_000)
    await house.do(partner(partner_id=request.partner_id, checks_per_day=7))
    shown = (await listed(house))[request.partner_id]
    assert (shown.checks_per_s, shown.checks_per_day) == (0, 7)


async def test_partners_are_read_page_by_page(house: CourtHouse) -> None:
    for _ in range(5):
        await house.do(partner())
    every = await listed(house)
    assert await listed(house, page_size=2) == every
    assert await listed(house, page_size=len(every)) == every
    first = await house.send(admin.ListPartnersRequest(page_size=2), OPERATOR)
    for refused in (
        admin.ListPartnersRequest(page_token=f"{first.next_page_token}A"),
        admin.ListPartnersRequest(page_size=-1),
    ):
        with pytest.raises(grpc.aio.AioRpcError):
            await house.send(refused, OPERATOR)


async def test_enrolling_again_changes_the_fields_and_the_address(house: CourtHouse) -> None:
    request = partner()
    await house.do(request)
    await house.do(partner(partner_id=request.partner_id))
    await house.do(partner(partner_id=request.partner_id, fields=["loan"], push_address=""))
    shown = (await listed(house))[request.partner_id]
    assert (list(shown.fields), shown.push_address) == (["loan"], "")


async def test_a_retired_partner_is_gone_until_it_is_enrolled_again(house: CourtHouse) -> None:
    request = partner()
    await house.do(request)
    await house.do(rating(request.partner_id))
    retiring = admin.RetirePartnerRequest(request_id=request_id(), partner_id=request.partner_id)
    reply = await house.do(retiring)
    [effect] = await house.effects(reply.position.position)
    assert effect.partner_retired.partner_id == request.partner_id
    assert request.partner_id not in await listed(house)
    again = admin.RetirePartnerRequest(request_id=request_id(), partner_id=request.partner_id)
    for refused in (again, rating(request.partner_id)):
        error = await house.refused(refused)
        assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "partner")
    await house.do(partner(partner_id=request.partner_id))
    assert len((await listed(house))[request.partner_id].ratings) == 1


async def test_ratings_are_kept_and_the_newest_record_comes_first(house: CourtHouse) -> None:
    request = partner()
    await house.do(request)
    await house.do(rating(request.partner_id, stars=4))
    await house.do(rating(request.partner_id, site_code="", stars=0))
    reply = await house.do(rating(request.partner_id, stars=3))
    shown = (await listed(house))[request.partner_id].ratings
    assert [(one.site_code, one.stars) for one in shown] == [("main", 3), ("", 0), ("main", 4)]
    assert (shown[0].first_day, shown[0].last_day) == (
        day(date(2026, 1, 1)),
        day(date(2028, 12, 31)),
    )
    [effect] = await house.effects(reply.position.position)
    recorded = effect.rating_recorded
    assert (recorded.partner_id, recorded.site_code, recorded.stars) == (
        request.partner_id,
        "main",
        3,
    )
    assert recorded.start_time.ToDatetime(UTC) == start_of_day(date(2026, 1, 1))
    assert recorded.end_time.ToDatetime(UTC) == end_of_day(date(2028, 12, 31))


@pytest.mark.parametrize("role", ["clerk", "judge", "president"])
async def test_every_role_of_a_court_sees_the_partners(house: CourtHouse, role: str) -> None:
    request = partner()
    await house.do(request)
    asked = admin.ListPartnersRequest(page_size=200)
    shown = await house.send(asked, acting(getattr(FIRST, role), role, FIRST))
    assert request.partner_id in {one.partner_id for one in shown.partners}


async def test_who_is_not_enrolled_sees_no_partner(house: CourtHouse) -> None:
    with pytest.raises(grpc.aio.AioRpcError):
        await house.send(admin.ListPartnersRequest(), acting("nobody", "clerk", FIRST))


@pytest.mark.parametrize(
    ("request_", "reason", "field"),
    [
        (partner(partner_id=""), "FIELD_REQUIRED", "partner_id"),
        (partner(partner_id="Hotel_1"), "FIELD_INVALID", "partner_id"),
        (partner(partner_id="x" * 64), "FIELD_INVALID", "partner_id"),
        (partner(name=" "), "FIELD_REQUIRED", "name"),
        (partner(name="名" * 201), "FIELD_TOO_LONG", "name"),
        (partner(fields=[]), "FIELD_REQUIRED", "fields"),
        (partner(fields=["hotel", "Travel"]), "FIELD_INVALID", "fields[1]"),
        (partner(fields=["h" * 21]), "FIELD_INVALID", "fields[0]"),
        (partner(fields=["hotel", "hotel"]), "FIELD_INVALID", "fields[1]"),
        (partner(fields=[chr(97 + one) for one in range(11)]), "FIELD_TOO_LONG", "fields"),
        (partner(push_address="partner.example"), "FIELD_INVALID", "push_address"),
        (partner(checks_per_s=-1), "FIELD_INVALID", "checks_per_s"),
        (partner(checks_per_s=1_000_001), "FIELD_INVALID", "checks_per_s"),
        (partner(checks_per_day=10_000_000_001), "FIELD_INVALID", "checks_per_day"),
        (partner(push_address="partner.example:0"), "FIELD_INVALID", "push_address"),
        (partner(push_address="partner.example:65536"), "FIELD_INVALID", "push_address"),
        (partner(push_address="http://partner.example:1"), "FIELD_INVALID", "push_address"),
        (partner(push_address=f"{'h' * 196}:9443"), "FIELD_INVALID", "push_address"),
        (rating("h", stars=6), "FIELD_INVALID", "rating.stars"),
        (rating("h", stars=-1), "FIELD_INVALID", "rating.stars"),
        (rating("h", site_code="s" * 64), "FIELD_INVALID", "rating.site_code"),
        (rating("h", site_code="一号店"), "FIELD_INVALID", "rating.site_code"),
        (rating("h", first_day=None), "FIELD_REQUIRED", "rating.first_day"),
        (rating("h", last_day=None), "FIELD_REQUIRED", "rating.last_day"),
        (rating("h", last_day=day(date(2025, 12, 31))), "FIELD_INVALID", "rating.last_day"),
        (rating("h", last_day=day(date(2036, 1, 2))), "FIELD_INVALID", "rating.last_day"),
        (
            rating("h", first_day=day(date(9999, 12, 1)), last_day=day(date.max)),
            "FIELD_INVALID",
            "rating.first_day",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_cannot_be_recorded_is_told_at_its_field(
    house: CourtHouse, request_: Message, reason: str, field: str
) -> None:
    error = await house.refused(request_)
    assert [(one.reason_name, one.field) for one in error.violations] == [(reason, field)]


async def test_a_rating_needs_its_parts_and_its_evidence(house: CourtHouse) -> None:
    error = await house.refused(
        admin.RecordRatingRequest(request_id=request_id(), partner_id="hotel-1")
    )
    assert {(one.reason_name, one.field) for one in error.violations} == {
        ("FIELD_REQUIRED", "rating"),
        ("FIELD_REQUIRED", "evidence_reference"),
    }


async def test_a_rating_may_run_for_ten_years_and_for_one_day(house: CourtHouse) -> None:
    request = partner(push_address="[2001:db8::1]:65535")
    await house.do(request)
    await house.do(rating(request.partner_id, last_day=day(date(2036, 1, 1))))
    await house.do(rating(request.partner_id, last_day=day(date(2026, 1, 1))))


# ------------------------------------------------------------------------------------ go-live


async def fresh_court(house: CourtHouse) -> tuple[str, tuple[tuple[str, str | bytes], ...]]:
    """A court that is not live yet, and its president."""
    code, person_id = f"藏{next_serial():04d}", f"president-{next_serial()}"
    await house.do(
        admin.EnrolCourtRequest(
            request_id=request_id(), court_code=code, name="示例法院", contact="0891-0000 0004"
        )
    )
    await house.do(
        admin.EnrolOfficerRequest(
            request_id=request_id(),
            person_id=person_id,
            name="测试人员",
            role=ledger.ROLE_PRESIDENT,
            court_code=code,
        ),
        who=OPERATOR,
    )
    who = (
        ("courtlist-person", person_id),
        ("courtlist-role", "president"),
        ("courtlist-court-bin", code.encode()),
    )
    return code, who


def go_live(on: date) -> admin.SetGoLiveRequest:
    return admin.SetGoLiveRequest(request_id=request_id(), go_live_on=day(on))


async def test_a_court_goes_live_once(house: CourtHouse) -> None:
    code, president = await fresh_court(house)
    request = go_live(house.today)
    before = await house.record()
    request.validate_only = True
    await house.do(request, who=president)
    assert await house.record() == before
    request.validate_only = False
    reply = await house.do(request, who=president)
    [effect] = await house.effects(reply.position.position)
    assert effect.go_live_set.court_code == code
    assert effect.go_live_set.go_live_time.ToDatetime(UTC) == start_of_day(house.today)
    for on in (house.today, house.today + timedelta(days=1)):
        error = await house.refused(go_live(on), who=president)
        assert (error.reason_name, error.metadata) == (
            "GO_LIVE_SET",
            {"go_live_on": house.today.isoformat()},
        )
    again = await house.do(request, who=president)
    assert again == reply, "the same request gets the first answer"


async def test_a_go_live_day_is_at_most_a_year_ahead(house: CourtHouse) -> None:
    _, president = await fresh_court(house)
    error = await house.refused(go_live(house.today + timedelta(days=367)), who=president)
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("FIELD_INVALID", "go_live_on")
    ]
    missing = await house.refused(admin.SetGoLiveRequest(request_id=request_id()), who=president)
    assert [(one.reason_name, one.field) for one in missing.violations] == [
        ("FIELD_REQUIRED", "go_live_on")
    ]
    await house.do(go_live(house.today + timedelta(days=300)), who=president)


@pytest.mark.parametrize("role", ["clerk", "judge"])
async def test_only_a_president_lets_a_court_go_live(house: CourtHouse, role: str) -> None:
    error = await house.refused(go_live(house.today), role=role)
    assert (error.reason_name, error.metadata["roles"]) == ("ROLE_REFUSED", "PRESIDENT")
