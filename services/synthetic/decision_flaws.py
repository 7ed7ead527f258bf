"""Flaws in the decision to list, its ground and term, and in the order."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from synthetic.cases import CONDUCT, add_years
from synthetic.flaw import Bearer, Flaw, given, missing, wrong
from synthetic.plan import Plan
from synthetic.register import Row


def _on_go_live(decided_on: str, served_on: str) -> Callable[[Row, Plan], Row]:
    def mar(row: Row, plan: Plan) -> Row:
        day = plan.go_live_on.isoformat()
        return {**row, decided_on: day, served_on: day}

    return mar


def _served_early(decided_on: str, served_on: str) -> Callable[[Row, Plan], Row]:
    def mar(row: Row, _: Plan) -> Row:
        before = date.fromisoformat(row[decided_on]) - timedelta(days=1)
        return {**row, served_on: before.isoformat()}

    return mar


def _served_tomorrow(row: Row, plan: Plan) -> Row:
    return {**row, "servedOn": add_years(plan.as_of, 9).isoformat()}


def _term_over(row: Row, plan: Plan) -> Row:
    decided_on = add_years(plan.as_of, -3)
    return {
        **row,
        "regDate": f"{decided_on - timedelta(days=30):%Y%m%d}",
        "decidedOn": decided_on.isoformat(),
        "servedOn": decided_on.isoformat(),
        "termEnd": add_years(decided_on, 2).isoformat(),
    }


def _term_of_its_own(row: Row, _: Plan) -> Row:
    longer = date.fromisoformat(row["termEnd"]) + timedelta(days=30)
    return {**row, "termEnd": longer.isoformat()}


def _extended_by_nobody(row: Row, _: Plan) -> Row:
    return {**row, "termEnd": add_years(date.fromisoformat(row["termEnd"]), 1).isoformat()}


def _extended_by_itself(row: Row, plan: Plan) -> Row:
    return {
        **_extended_by_nobody(row, plan),
        "extensionReason": "SEVERAL_ACTS",
        "extensionDecisionNumber": row["decisionNumber"],
        "extensionDecidedOn": row["decidedOn"],
    }


def _extended_for_nothing(row: Row, _: Plan) -> Row:
    return {**row, "extensionReason": "SEVERAL_ACTS"}


def _order_too_long(row: Row, _: Plan) -> Row:
    end_on = add_years(date.fromisoformat(row["orderDecidedOn"]), 6)
    return {**row, "orderEndOn": end_on.isoformat(), "orderReviewOn": ""}


def _review_past(row: Row, plan: Plan) -> Row:
    yesterday = plan.as_of - timedelta(days=1)
    return {**row, "orderEndOn": "", "orderReviewOn": yesterday.isoformat()}


def _rejected(
    name: str,
    field: str,
    reason: str,
    mar: Callable[[Row, Plan], Row],
    bearer: Bearer = Bearer.ANY,
) -> Flaw:
    return Flaw(name=name, outcome="REJECTED", field=field, reason=reason, mar=mar, bearer=bearer)


_DECISION: Final = (
    missing("decisionNumber", "number of the decision"),
    missing("decidedOn", "day of the decision"),
    wrong("no day of the calendar", "decidedOn", "FIELD_INVALID", "2025-02-30"),
    wrong("older than the law", "decidedOn", "NOT_SIGNED", "2010-09-30"),
    _rejected(
        "decided on the go-live day",
        "decidedOn",
        "AFTER_GO_LIVE",
        _on_go_live("decidedOn", "servedOn"),
    ),
    missing("serviceMode", "mode of service"),
    wrong("no lawful mode of service", "serviceMode", "FIELD_INVALID", "PIGEON"),
    missing("servedOn", "day of service"),
    _rejected(
        "served before it was decided",
        "servedOn",
        "NOT_SERVED",
        _served_early("decidedOn", "servedOn"),
    ),
    _rejected("served in the future", "servedOn", "FIELD_INVALID", _served_tomorrow),
    missing("serviceProof", "proof of service"),
)
_GROUND: Final = (
    Flaw(
        name="conduct unknown",
        outcome="INCOMPLETE",
        field="disruptTypeName",
        reason="CONDUCT_UNKNOWN",
        mar=given(disruptTypeName="欠钱不还"),
    ),
    Flaw(
        name="several conducts, no ground",
        outcome="INCOMPLETE",
        field="ground",
        reason="FIELD_REQUIRED",
        mar=given(disruptTypeName=f"{CONDUCT[3]}、{CONDUCT[4]}", ground=""),
        bearer=Bearer.TERMED,
    ),
    _rejected(
        "another ground than the conduct's",
        "ground",
        "GROUND_REFUSED",
        given(ground="6", disruptTypeName=CONDUCT[3]),
        Bearer.TERMED,
    ),
    wrong("no such ground", "ground", "FIELD_INVALID", "7"),
    missing("abilityFinding", "finding of ability", Bearer.ABLE),
    wrong("found unable", "abilityFinding", "GROUND_REFUSED", "UNABLE", Bearer.ABLE),
)
_TERM: Final = (
    missing("termEnd", "term", Bearer.TERMED),
    wrong("a term on ground 1", "termEnd", "TERM_REFUSED", "2099-01-01", Bearer.ABLE),
    _rejected(
        "a term the law does not know", "termEnd", "TERM_REFUSED", _term_of_its_own, Bearer.TERMED
    ),
    _rejected("term over", "termEnd", "TERM_PAST", _term_over, Bearer.TERMED),
    Flaw(
        name="extended by no decision",
        outcome="INCOMPLETE",
        field="extensionDecisionNumber",
        reason="FIELD_REQUIRED",
        mar=_extended_by_nobody,
        bearer=Bearer.TERMED,
    ),
    _rejected(
        "extended by the decision itself",
        "extensionDecisionNumber",
        "TERM_REFUSED",
        _extended_by_itself,
        Bearer.TERMED,
    ),
    _rejected(
        "extended by no year",
        "extensionReason",
        "TERM_REFUSED",
        _extended_for_nothing,
        Bearer.TERMED,
    ),
)
_ORDER: Final = (
    missing("orderNumber", "number of the order"),
    missing("orderDecidedOn", "day of the order"),
    _rejected(
        "ordered on the go-live day",
        "orderDecidedOn",
        "AFTER_GO_LIVE",
        _on_go_live("orderDecidedOn", "orderServedOn"),
    ),
    missing("orderServiceMode", "mode of the order's service"),
    _rejected(
        "order served before it was made",
        "orderServedOn",
        "NOT_SERVED",
        _served_early("orderDecidedOn", "orderServedOn"),
    ),
    missing("orderServiceProof", "proof of the order's service"),
    missing("orderItems", "items"),
    wrong("a tenth item", "orderItems", "FIELD_INVALID", "1,10"),
    wrong("an item twice", "orderItems", "ORDER_REFUSED", "1,9,1"),
    Flaw(
        name="neither end nor review",
        outcome="INCOMPLETE",
        field="orderEndOn",
        reason="FIELD_REQUIRED",
        mar=given(orderEndOn="", orderReviewOn=""),
    ),
    _rejected("order too long", "orderEndOn", "ORDER_REFUSED", _order_too_long),
    _rejected("review past", "orderReviewOn", "ORDER_REFUSED", _review_past),
)

DECISION_FLAWS: Final = (*_DECISION, *_GROUND, *_TERM, *_ORDER)
