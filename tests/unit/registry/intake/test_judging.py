"""Every rule that a row must pass, each broken alone."""

from datetime import date

import pytest

from registry.intake.names import OWN_FIELDS, SUPERSET
from registry.intake.outcome import Outcome
from registry.law.facts import Ability, Ground, Item, ServiceMode, SubjectKind
from tests import builders
from tests.unit.registry.intake.whole import (
    CASE,
    COURT_NAME,
    GO_LIVE_ON,
    PASSPORT,
    PUBLIC,
    WHOLE,
    fields,
    judged,
    sound,
    told,
)

NEEDED = (
    "caseCode",
    "regDate",
    "iname",
    "gistId",
    "gistUnit",
    "duty",
    "owedAmount",
    "decisionNumber",
    "decidedOn",
    "serviceMode",
    "servedOn",
    "serviceProof",
    "termEnd",
    "orderNumber",
    "orderDecidedOn",
    "orderServiceMode",
    "orderServedOn",
    "orderServiceProof",
    "orderItems",
)
GROUND_1 = {
    "disruptTypeName": "有履行能力而拒不履行生效法律文书确定义务",
    "abilityFinding": "ABLE",
    "termEnd": None,
}
EXTENDED = {
    "termEnd": "2028-03-01",
    "extensionReason": "SEVERAL_ACTS",
    "extensionDecisionNumber": f"{CASE}之三",
    "extensionDecidedOn": "2026-05-31",
}
FORMER = {"caseCode": "（2015）示执字第01234号", "regDate": "20150102"}


def test_a_whole_row_is_sound_and_understood() -> None:
    row = sound()
    assert row.case.canonical == CASE
    assert row.subject.kind is SubjectKind.PERSON
    assert row.owed.amount_fen == 1_234_567
    assert row.listing.ground is Ground.BREAKS_REPORTING_DUTY
    assert row.listing.ability is Ability.UNKNOWN
    assert row.listing.service.mode is ServiceMode.POST
    assert row.listing.term_last_day == date(2027, 3, 1)
    assert row.order.items == (Item.TRANSPORT, Item.LODGING, Item.FAST_TRAINS)
    assert row.order.review_on == date(2027, 2, 28)


@pytest.mark.parametrize("field", NEEDED)
def test_a_row_that_lacks_what_an_entry_needs_is_incomplete(field: str) -> None:
    outcome, problems = told(**{field: None})
    assert outcome is Outcome.INCOMPLETE
    assert problems == [(field, "FIELD_REQUIRED")]


@pytest.mark.parametrize("said", ["无", "暂无。", "——", "/", "0", "同上", "N/A"])
@pytest.mark.parametrize("field", ["serviceProof", "orderServiceProof", "orderNumber", "gistId"])
def test_a_word_for_nothing_is_no_proof_and_no_number(field: str, said: str) -> None:
    assert told(**{field: said}) == (Outcome.INCOMPLETE, [(field, "FIELD_REQUIRED")])


def test_an_act_that_is_said_to_be_none_is_not_owed() -> None:
    assert told(owedAct="无")[0] is Outcome.SOUND
    outcome, problems = told(owedAct="无", owedAmount=None, duty="无")
    assert outcome is Outcome.INCOMPLETE
    assert problems == [("duty", "FIELD_REQUIRED"), ("owedAmount", "FIELD_REQUIRED")]


@pytest.mark.parametrize("field", [name for name in WHOLE if name not in NEEDED])
def test_nothing_else_is_needed(field: str) -> None:
    outcome, _ = told(**{field: None})
    needed = {
        "cardNum": Outcome.UNMATCHED,
        "partyTypeName": Outcome.INCOMPLETE,
        "disruptTypeName": Outcome.INCOMPLETE,
        "orderReviewOn": Outcome.INCOMPLETE,
    }
    assert outcome is needed.get(field, Outcome.SOUND)


def test_a_public_row_says_everything_that_it_lacks() -> None:
    found = judged({**PUBLIC, "cardNum": "0000001980****0005"})
    assert found.outcome is Outcome.UNMATCHED
    lacking = {one.field for one in found.problems}
    assert lacking == (set(NEEDED) - PUBLIC.keys()) | {"cardNum", "orderEndOn"}


def test_problems_stand_in_the_order_of_the_superset() -> None:
    found = judged({})
    places = [SUPERSET.index(one.field) for one in found.problems]
    assert places == sorted(places)


WRONG = [
    ("caseCode", "京0199执77号", "CASE_NUMBER_UNPARSED"),
    ("caseCode", "（2025）京0198执1234号", "CASE_REFUSED"),
    ("caseCode", "（2025）京0199民初1234号", "CASE_REFUSED"),
    ("caseCode", "（2026）京0199执1234号", "CASE_REFUSED"),
    ("regDate", "20250302", "CASE_REFUSED"),
    ("regDate", "20261123", "FIELD_INVALID"),
    ("regDate", "2025", "FIELD_INVALID"),
    ("publishDate", "2026年11月23日", "FIELD_INVALID"),
    ("partyTypeName", "7", "FIELD_INVALID"),
    ("sexy", "甲", "FIELD_INVALID"),
    ("age", "四十", "FIELD_INVALID"),
    ("age", "17岁", "MINOR"),
    ("iname", "甲" * 201, "FIELD_TOO_LONG"),
    ("cardNum", "000000198001010006", "DOCUMENT_INVALID"),
    ("cardNum", builders.uscc(), "DOCUMENT_INVALID"),
    ("documentKind", "LIBRARY_CARD", "FIELD_INVALID"),
    ("owedAmount", "很多", "FIELD_INVALID"),
    ("owedAmount", "0", "AMOUNT_OUT_OF_RANGE"),
    ("owedAmount", "100000000000.01", "AMOUNT_OUT_OF_RANGE"),
    ("performance", "全部已履行", "OBLIGATION_PERFORMED"),
    ("decidedOn", "2010-09-30", "NOT_SIGNED"),
    ("serviceMode", "PIGEON", "FIELD_INVALID"),
    ("servedOn", "2025-02-28", "NOT_SERVED"),
    ("servedOn", "2026-11-23", "FIELD_INVALID"),
    ("ground", "7", "FIELD_INVALID"),
    ("ground", "2", "GROUND_REFUSED"),
    ("abilityFinding", "MAYBE", "FIELD_INVALID"),
    ("termEnd", "2027-03-02", "TERM_REFUSED"),
    ("termEnd", "2031-03-01", "TERM_REFUSED"),
    ("orderServedOn", "2025-02-28", "NOT_SERVED"),
    ("orderItems", "1,10", "FIELD_INVALID"),
    ("orderItems", "1,1", "ORDER_REFUSED"),
    ("orderReviewOn", "2027-03-02", "ORDER_REFUSED"),
    ("orderReviewOn", "2026-11-21", "ORDER_REFUSED"),
    ("otherDocuments", "X00000000", "FIELD_INVALID"),
    ("otherDocuments", '[{"kind": "PASSPORT", "number": "X00000000", "x": "1"}]', "FIELD_INVALID"),
    ("otherDocuments", '[{"kind": "PASSPORT", "number": "X00000000"}]', "DOCUMENT_INVALID"),
    ("otherDocuments", '[{"kind": "PASSPORT", "number": "1", "number": "2"}]', "FIELD_INVALID"),
    ("otherDocuments", "[" * 5000, "FIELD_INVALID"),
]


@pytest.mark.parametrize(("field", "value", "reason"), WRONG)
def test_a_row_with_something_wrong_is_rejected(field: str, value: str, reason: str) -> None:
    outcome, problems = told(**{field: value})
    assert outcome is Outcome.REJECTED
    assert (field, reason) in problems


@pytest.mark.parametrize(("field", "value", "_reason"), WRONG)
def test_what_is_told_never_repeats_what_stands_there(field: str, value: str, _reason: str) -> None:
    # Figures of one or two characters stand in the texts of their own accord.
    if len(value) > 3:
        for problem in judged(fields(**{field: value})).problems:
            assert value not in problem.text


@pytest.mark.parametrize("field", ["serviceProof", "orderServiceProof"])
@pytest.mark.parametrize("said", ["未送达", "邮件未能送达，卷宗第 6 页", "送达失败", "无法送达"])
def test_a_proof_that_it_was_not_served_proves_no_service(said: str, field: str) -> None:
    assert told(**{field: said}) == (Outcome.INCOMPLETE, [(field, "NOT_SERVED")])


@pytest.mark.parametrize("said", ["邮件退回，卷宗第 6 页", "拒收后留置，卷宗第 7 页"])
def test_what_was_sent_back_or_refused_may_be_served(said: str) -> None:
    assert sound(serviceProof=said).listing.service.proof_reference == said


def test_what_was_decided_from_the_go_live_day_on_is_entered_by_hand() -> None:
    late = GO_LIVE_ON.isoformat()
    outcome, problems = told(
        decidedOn=late, servedOn=late, termEnd="2028-06-01", orderDecidedOn=late, orderServedOn=late
    )
    assert outcome is Outcome.REJECTED
    assert problems == [("decidedOn", "AFTER_GO_LIVE"), ("orderDecidedOn", "AFTER_GO_LIVE")]
    last_day = sound(orderDecidedOn="2026-05-31", orderServedOn="2026-06-02")
    assert last_day.order.decided_on < GO_LIVE_ON


def test_a_missing_number_hides_no_wrong_day() -> None:
    outcome, problems = told(decisionNumber=None, decidedOn=GO_LIVE_ON.isoformat())
    assert outcome is Outcome.REJECTED
    assert ("decidedOn", "AFTER_GO_LIVE") in problems


# --- terms -----------------------------------------------------------------------------------------


def test_a_term_that_is_over_is_not_entered() -> None:
    assert judged(fields(), today=date(2027, 2, 27)).outcome is Outcome.SOUND
    assert judged(fields(orderReviewOn="2027-03-01"), today=date(2027, 3, 1)).row is not None
    after = judged(fields(), today=date(2027, 3, 2))
    assert ("termEnd", "TERM_PAST") in [(one.field, one.reason) for one in after.problems]


def test_a_term_that_no_extension_could_have_kept_is_over() -> None:
    outcome, problems = told(
        decidedOn="2021-11-20", termEnd=None, regDate="20210101", servedOn="2021-11-21"
    )
    assert outcome is Outcome.REJECTED
    assert ("decidedOn", "TERM_PAST") in problems


def test_ground_1_has_no_term_and_needs_the_finding() -> None:
    row = sound(**GROUND_1)
    assert (row.listing.ability, row.listing.term_last_day) == (Ability.ABLE, None)
    assert told(**{**GROUND_1, "termEnd": "2027-03-01"}) == (
        Outcome.REJECTED,
        [("termEnd", "TERM_REFUSED")],
    )
    assert told(**{**GROUND_1, "abilityFinding": None}) == (
        Outcome.INCOMPLETE,
        [("abilityFinding", "FIELD_REQUIRED")],
    )
    assert told(**{**GROUND_1, "abilityFinding": "UNABLE"}) == (
        Outcome.REJECTED,
        [("abilityFinding", "GROUND_REFUSED")],
    )


def test_an_extension_is_a_decision_of_its_own() -> None:
    extension = sound(**EXTENDED).listing.extension
    assert extension is not None
    assert extension.years == 1
    for field in ("extensionReason", "extensionDecisionNumber", "extensionDecidedOn"):
        assert told(**{**EXTENDED, field: None}) == (
            Outcome.INCOMPLETE,
            [(field, "FIELD_REQUIRED")],
        )
    same = {**EXTENDED, "extensionDecisionNumber": WHOLE["decisionNumber"]}
    assert told(**same) == (Outcome.REJECTED, [("extensionDecisionNumber", "TERM_REFUSED")])
    early = {**EXTENDED, "extensionDecidedOn": "2025-02-28"}
    assert told(**early) == (Outcome.REJECTED, [("extensionDecidedOn", "TERM_REFUSED")])
    late = {**EXTENDED, "extensionDecidedOn": GO_LIVE_ON.isoformat()}
    assert told(**late) == (Outcome.REJECTED, [("extensionDecidedOn", "AFTER_GO_LIVE")])


def test_an_extension_that_extends_nothing_is_refused() -> None:
    assert told(**{**EXTENDED, "termEnd": WHOLE["termEnd"]}) == (
        Outcome.REJECTED,
        [("extensionReason", "TERM_REFUSED")],
    )


# --- ground ----------------------------------------------------------------------------------------


def test_several_conduct_texts_need_the_ground() -> None:
    both = "违反财产报告制度、违反限制消费令"
    assert told(disruptTypeName=both) == (Outcome.INCOMPLETE, [("ground", "FIELD_REQUIRED")])
    listing = sound(disruptTypeName=both, ground="⑤").listing
    assert listing.ground is Ground.BREAKS_CONSUMPTION_ORDER
    assert listing.conduct == both


@pytest.mark.parametrize("ground", [None, "4"])
def test_a_conduct_text_that_the_law_does_not_know_is_incomplete(ground: str | None) -> None:
    assert told(disruptTypeName="欠钱不还", ground=ground) == (
        Outcome.INCOMPLETE,
        [("disruptTypeName", "CONDUCT_UNKNOWN")],
    )


def test_a_ground_without_a_text_has_the_statutory_one() -> None:
    assert sound(disruptTypeName=None, ground="4").listing.conduct == "违反财产报告制度"


# --- what is owed ----------------------------------------------------------------------------------


def test_an_act_is_owed_instead_of_money() -> None:
    owed = sound(owedAmount=None, owedAct="交付示例房屋", duty=None).owed
    assert (owed.amount_fen, owed.duty) == (None, "交付示例房屋")


def test_an_act_stands_beside_what_the_judgment_orders() -> None:
    owed = sound(owedAmount=None, owedAct="交付示例房屋", duty="交付示例房屋两套").owed
    assert owed.duty == "交付示例房屋两套；未履行：交付示例房屋"
    outcome, problems = told(owedAmount=None, owedAct="甲" * 2_000, duty="乙" * 2_000)
    assert (outcome, problems) == (Outcome.REJECTED, [("owedAct", "FIELD_TOO_LONG")])


def test_an_act_beside_a_sum_is_refused() -> None:
    assert told(owedAct="交付示例房屋") == (Outcome.REJECTED, [("owedAct", "FIELD_INVALID")])


def test_what_was_performed_is_kept_in_one_text() -> None:
    row = sound(performance="部分未履行", performedPart="1元", unperformPart="2元")
    assert row.listing.performed_part == "部分未履行；已履行：1元；未履行：2元"


# --- courts and fields -----------------------------------------------------------------------------


def test_a_number_of_before_2016_needs_the_courts_name() -> None:
    assert sound(**FORMER).case.is_former
    assert told(**FORMER, courtName=None) == (
        Outcome.INCOMPLETE,
        [("courtName", "FIELD_REQUIRED")],
    )
    assert told(**FORMER, courtName=f"{COURT_NAME}分院") == (
        Outcome.REJECTED,
        [("courtName", "CASE_REFUSED")],
    )


def test_a_field_that_nobody_knows_keeps_the_row_out() -> None:
    outcome, problems = told(orderEndOnn="2027-01-01")
    assert outcome is Outcome.REJECTED
    assert problems == [("orderEndOn", "FIELD_INVALID")]
    outcome, problems = told(测试甲="000000198001010005")
    assert (outcome, problems) == (Outcome.REJECTED, [("record", "FIELD_INVALID")])
    assert "测试甲" not in judged(fields(测试甲="x")).problems[0].text


def test_an_entry_that_has_left_the_list_is_not_brought_back() -> None:
    assert told(exitDate="2025-09-01") == (Outcome.REJECTED, [("record", "ALREADY_ENDED")])


def test_no_field_of_the_case_file_is_passed_over() -> None:
    # Each is given something that it cannot hold, in a row in which it is read.
    texts = {"decisionNumber", "serviceProof", "orderNumber", "orderServiceProof", "owedAct"}
    rows = {
        "birthDateProof": PASSPORT,
        "extensionDecisionNumber": EXTENDED,
    }
    for field in OWN_FIELDS:
        row = {**rows.get(field, {}), field: "\N{WHITE SMILING FACE}" * 5000}
        outcome, problems = told(**row)
        assert outcome is Outcome.REJECTED, field
        assert field in [name for name, _ in problems]
        reasons = [reason for name, reason in problems if name == field]
        assert ("FIELD_TOO_LONG" in reasons) or field not in texts
