"""A row that holds everything; each test changes the one thing it is about."""

import json
from datetime import date
from typing import Final

from registry.intake.judging import judge
from registry.intake.outcome import Judgement, Outcome, Problem
from registry.intake.reading import Fields, RecordFormat, read
from registry.intake.row import ImportRow
from tests import builders

TODAY: Final = date(2026, 11, 22)
GO_LIVE_ON: Final = date(2026, 6, 1)
COURT_CODE: Final = "京0199"
COURT_NAME: Final = "示例人民法院"
CASE: Final = "（2025）京0199执1234号"

PUBLIC: Final = {
    "caseCode": CASE,
    "regDate": "20250102",
    "courtName": COURT_NAME,
    "areaName": "示例省",
    "partyTypeName": "0",
    "iname": "测试甲",
    "sexy": "男性",
    "age": "45",
    "gistId": "（2024）京0199民初77号",
    "gistUnit": COURT_NAME,
    "duty": "偿还借款本金及利息",
    "performance": "全部未履行",
    "performedPart": "暂无",
    "unperformPart": "暂无",
    "disruptTypeName": "违反财产报告制度",
    "publishDate": "2025年03月09日",
}

WHOLE: Final = {
    **PUBLIC,
    "cardNum": builders.resident_id(),
    "owedAmount": "12345.67",
    "decisionNumber": f"{CASE}之一",
    "decidedOn": "2025-03-01",
    "serviceMode": "POST",
    "servedOn": "2025-03-03",
    "serviceProof": "卷宗第 6 页",
    "termEnd": "2027-03-01",
    "orderNumber": f"{CASE}限消令",
    "orderDecidedOn": "2025-03-01",
    "orderServiceMode": "POST",
    "orderServedOn": "2025-03-03",
    "orderServiceProof": "卷宗第 7 页",
    "orderItems": "1,2,9",
    "orderReviewOn": "2027-02-28",
}

ORGANISATION: Final = {
    "partyTypeName": "1",
    "cardNum": builders.uscc(),
    "businessEntity": "测试乙",
    "iname": "示例有限公司",
    "sexy": "",
    "age": "0",
}

PASSPORT: Final = {
    "documentKind": "PASSPORT",
    "issuingState": "UTO",
    "cardNum": builders.passport(),
    "birthDate": "1980-01-01",
    "birthDateProof": "卷宗第 5 页",
}


def fields(**changes: str | None) -> dict[str, str]:
    """Return the whole row with some fields changed; None or "" takes one away."""
    changed = {**WHOLE, **changes}
    return {name: value for name, value in changed.items() if value}


def judged(row: Fields, *, today: date = TODAY, go_live_on: date = GO_LIVE_ON) -> Judgement:
    """Judge a row as the sample court's."""
    return judge(
        row, court_code=COURT_CODE, court_name=COURT_NAME, go_live_on=go_live_on, today=today
    )


def sound(**changes: str | None) -> ImportRow:
    """Return the row as understood, which must be sound."""
    found = judged(fields(**changes))
    assert found.outcome is Outcome.SOUND, found.problems
    assert found.row is not None
    return found.row


def told(**changes: str | None) -> tuple[Outcome, list[tuple[str, str]]]:
    """Return the outcome of a changed row with its (field, reason) pairs."""
    found = judged(fields(**changes))
    return found.outcome, [(one.field, str(one.reason)) for one in found.problems]


def read_json(value: object) -> Fields | Problem:
    """Read a value as one line of JSONL."""
    return read(json.dumps(value, ensure_ascii=False).encode(), RecordFormat.JSONL)


def read_text(text: str, encoding: str = "utf-8") -> Fields | Problem:
    """Read a line of JSONL as it stands."""
    return read(text.encode(encoding), RecordFormat.JSONL)
