"""What the law forbids is refused by its own reason, at its own field, with nothing stored."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from stack.papers import Papers, day
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

Break = Callable[[rpc.EnterListingRequest, CourtHouse], Any]

RULES: dict[str, tuple[str, str, Break]] = {
    "no ground": (
        "GROUND_REFUSED",
        "listing.ground",
        lambda request, _: request.listing.ClearField("ground"),
    ),
    "a ground without evidence": (
        "GROUND_REFUSED",
        "listing.evidence_reference",
        lambda request, _: request.listing.ClearField("evidence_reference"),
    ),
    "an entry that tells no conduct": (
        "GROUND_REFUSED",
        "listing.conduct",
        lambda request, _: setattr(request.listing, "conduct", " \u3000"),
    ),
    "ground 1 of somebody found unable": (
        "GROUND_REFUSED",
        "listing.ability",
        lambda request, _: setattr(request.listing, "ability", listing_pb2.ABILITY_UNABLE),
    ),
    "ground 1 without a finding of ability": (
        "GROUND_REFUSED",
        "listing.ability",
        lambda request, _: request.listing.ClearField("ability"),
    ),
    "ground 1 without the checklist": (
        "GROUND_BARRED",
        "listing.article3",
        lambda request, _: request.listing.ClearField("article3"),
    ),
    "a checklist with a question left open": (
        "GROUND_BARRED",
        "listing.article3.turn_not_come",
        lambda request, _: request.listing.article3.ClearField("turn_not_come"),
    ),
    "security was given": (
        "GROUND_BARRED",
        "listing.article3.security_given",
        lambda request, _: setattr(request.listing.article3, "security_given", True),
    ),
    "assets cover the debt": (
        "GROUND_BARRED",
        "listing.article3.assets_cover_debt",
        lambda request, _: setattr(request.listing.article3, "assets_cover_debt", True),
    ),
    "a checklist that a clerk answered": (
        "GROUND_BARRED",
        "listing.article3.answered_by",
        lambda request, _: setattr(request.listing.article3, "answered_by", FIRST.clerk),
    ),
    "an unsigned decision": (
        "NOT_SIGNED",
        "decision.signed_by",
        lambda request, _: request.decision.ClearField("signed_by"),
    ),
    "a decision signed by a judge": (
        "NOT_SIGNED",
        "decision.signed_by",
        lambda request, _: setattr(request.decision, "signed_by", FIRST.judge),
    ),
    "a decision signed by another court's president": (
        "NOT_SIGNED",
        "decision.signed_by",
        lambda request, _: setattr(request.decision, "signed_by", SECOND.president),
    ),
    "an order signed by nobody": (
        "NOT_SIGNED",
        "order.decision.signed_by",
        lambda request, _: request.order.decision.ClearField("signed_by"),
    ),
    "a decision without reasons": (
        "NOT_SIGNED",
        "decision.reasons",
        lambda request, _: request.decision.ClearField("reasons"),
    ),
    "a decision that is not served": (
        "NOT_SERVED",
        "service",
        lambda request, _: request.ClearField("service"),
    ),
    "an order that is not served": (
        "NOT_SERVED",
        "order.service",
        lambda request, _: request.order.ClearField("service"),
    ),
    "service without proof": (
        "NOT_SERVED",
        "service.proof_reference",
        lambda request, _: request.service.ClearField("proof_reference"),
    ),
    "service by no lawful mode": (
        "NOT_SERVED",
        "service.mode",
        lambda request, _: request.service.ClearField("mode"),
    ),
    "service before the signature": (
        "NOT_SERVED",
        "service.served_on",
        lambda request, house: request.service.served_on.CopyFrom(
            day(house.papers().decided_on - timedelta(days=1))
        ),
    ),
    "service in the future": (
        "NOT_SERVED",
        "service.served_on",
        lambda request, house: request.service.served_on.CopyFrom(
            day(house.today + timedelta(days=1))
        ),
    ),
    "no warning": ("NOT_WARNED", "warning", lambda request, _: request.ClearField("warning")),
    "a warning served on the day of the decision": (
        "NOT_WARNED",
        "warning.served_on",
        lambda request, house: request.warning.served_on.CopyFrom(day(house.papers().decided_on)),
    ),
    "grace of less than a month": (
        "GRACE_REFUSED",
        "grace_until",
        lambda request, house: request.grace_until.CopyFrom(
            day(house.papers().decided_on + timedelta(days=27))
        ),
    ),
    "grace of more than three months": (
        "GRACE_REFUSED",
        "grace_until",
        lambda request, house: request.grace_until.CopyFrom(
            day(house.papers().decided_on + timedelta(days=93))
        ),
    ),
    "an order that bars nothing": (
        "ORDER_REFUSED",
        "order.items",
        lambda request, _: request.order.ClearField("items"),
    ),
    "an order that bars one item twice": (
        "ORDER_REFUSED",
        "order.items",
        lambda request, _: request.order.items.__setitem__(1, request.order.items[0]),
    ),
    "an order without an end or a review": (
        "ORDER_REFUSED",
        "order.end_on",
        lambda request, _: request.order.ClearField("review_on"),
    ),
    "an order for more than five years": (
        "ORDER_REFUSED",
        "order.end_on",
        lambda request, house: request.order.end_on.CopyFrom(
            day(house.today + timedelta(days=5 * 366))
        ),
    ),
    "an order whose last day is past": (
        "ORDER_REFUSED",
        "order.end_on",
        lambda request, house: end_order_on(request, house.today - timedelta(days=1)),
    ),
    "an order that states no consequences": (
        "ORDER_REFUSED",
        "order.consequences_stated",
        lambda request, _: request.order.ClearField("consequences_stated"),
    ),
    "an order without a finding on conduct": (
        "ORDER_REFUSED",
        "order.conduct_finding",
        lambda request, _: request.order.ClearField("conduct_finding"),
    ),
    "an order decided while the notice ran": (
        "ORDER_REFUSED",
        "order.notice_period_ended_on",
        lambda request, house: request.order.notice_period_ended_on.CopyFrom(
            day(house.papers().decided_on)
        ),
    ),
    "a term on ground 1": (
        "TERM_REFUSED",
        "listing.extension",
        lambda request, house: extend(request, house, 1),
    ),
    "an extension of four years": (
        "TERM_REFUSED",
        "listing.extension.years",
        lambda request, house: extend(request, house, 4, ledger.GROUND_EVADES),
    ),
    "an extension of a negative number of years": (
        "TERM_REFUSED",
        "listing.extension.years",
        lambda request, house: extend(request, house, -(2**31), ledger.GROUND_EVADES),
    ),
    "an extension by the decision that lists": (
        "TERM_REFUSED",
        "listing.extension.decision.number",
        lambda request, house: setattr(
            extend(request, house, 1, ledger.GROUND_EVADES).decision,
            "number",
            request.decision.number,
        ),
    ),
    "an extension that nobody signed": (
        "NOT_SIGNED",
        "listing.extension.decision.signed_by",
        lambda request, house: extend(request, house, 1, ledger.GROUND_EVADES).decision.ClearField(
            "signed_by"
        ),
    ),
    "a case that is not one of enforcement": (
        "CASE_REFUSED",
        "case.number",
        lambda request, _: setattr(
            request.case, "number", request.case.number.replace("执", "民初")
        ),
    ),
    "a case of another court": (
        "CASE_REFUSED",
        "case.number",
        lambda request, _: setattr(
            request.case, "number", request.case.number.replace(FIRST.code, SECOND.code)
        ),
    ),
    "a case filed after the decision": (
        "CASE_REFUSED",
        "case.filed_on",
        lambda request, house: request.case.filed_on.CopyFrom(day(house.today)),
    ),
    "nobody's name": (
        "IDENTITY_REFUSED",
        "subject.name",
        lambda request, _: request.subject.ClearField("name"),
    ),
    "a name without a document": (
        "IDENTITY_REFUSED",
        "subject.documents",
        lambda request, _: name_alone(request),
    ),
}


def extend(
    request: rpc.EnterListingRequest,
    house: CourtHouse,
    years: int,
    ground: ledger.Ground.ValueType = ledger.GROUND_ABLE_BUT_REFUSES,
) -> listing_pb2.TermExtension:
    request.listing.ground = ground
    extension = request.listing.extension
    extension.years = years
    extension.reason = listing_pb2.TERM_EXTENSION_REASON_SEVERAL_ACTS
    extension.decision.CopyFrom(house.papers().decision("延长决定"))
    return extension


def name_alone(request: rpc.EnterListingRequest) -> None:
    request.subject.ClearField("documents")
    birth = request.subject.birth_date
    birth.date.CopyFrom(day(date(1980, 1, 1)))
    birth.proof_reference = "卷宗第 99 页"


def end_order_on(request: rpc.EnterListingRequest, last: date) -> None:
    request.order.ClearField("review_on")
    request.order.end_on.CopyFrom(day(last))


def broken(field: str, reason: str, signed_field: str) -> set[tuple[str, str]]:
    """What is refused: a decision that names no president as its signer carries no signature of hers, too."""
    unsigned = {("NOT_SIGNED", "signature")} if field == signed_field else set()
    return {(reason, field), *unsigned}


@pytest.mark.parametrize(("reason", "field", "spoil"), RULES.values(), ids=RULES)
async def test_an_entry_that_breaks_one_rule_is_refused_by_that_rule(
    house: CourtHouse, reason: str, field: str, spoil: Break
) -> None:
    request = house.entry()
    spoil(request, house)
    error = await house.refused(request)
    assert error.reason_name == reason
    assert {(one.reason_name, one.field) for one in error.violations} == broken(
        field, reason, "decision.signed_by"
    )


ON_ORDERS = [name for name, (_, field, _) in RULES.items() if field.startswith(("order", "case"))]


@pytest.mark.parametrize("rule", ON_ORDERS)
async def test_an_order_alone_is_held_to_the_rules_of_orders(house: CourtHouse, rule: str) -> None:
    reason, field, spoil = RULES[rule]
    request = house.restriction()
    spoil(request, house)  # type: ignore[arg-type] # what orders and entries have alike
    error = await house.refused(request)
    assert {(one.reason_name, one.field) for one in error.violations} == broken(
        field, reason, "order.decision.signed_by"
    )


async def test_every_broken_rule_is_told_at_once(house: CourtHouse) -> None:
    request = house.entry()
    request.ClearField("warning")
    request.ClearField("service")
    request.decision.ClearField("signed_by")
    request.listing.ClearField("ground")
    request.order.ClearField("items")
    error = await house.refused(request)
    assert error.reason_name == "UNLAWFUL"
    assert {one.reason_name for one in error.violations} == {
        "NOT_WARNED",
        "NOT_SERVED",
        "NOT_SIGNED",
        "GROUND_REFUSED",
        "ORDER_REFUSED",
    }


@pytest.mark.parametrize("answered_by", [SECOND.judge, "nobody", "京"])
async def test_only_a_judge_of_the_acting_court_answers_the_checklist(
    house: CourtHouse, answered_by: str
) -> None:
    request = house.entry()
    request.listing.article3.answered_by = answered_by
    error = await house.refused(request)
    assert error.reason_name == "GROUND_BARRED"


async def test_a_decision_of_two_years_ago_has_no_term_left(house: CourtHouse) -> None:
    long_ago = Papers(FIRST, house.today - timedelta(days=731))
    request = long_ago.entry(
        request_id=request_id(),
        subject=house.person().subject,
        case_number=house.case(),
        ground=ledger.GROUND_EVADES,
    )
    request.order.review_on.CopyFrom(day(house.today))
    error = await house.refused(request)
    assert ("TERM_REFUSED", "decision.decided_on") in {
        (one.reason_name, one.field) for one in error.violations
    }
