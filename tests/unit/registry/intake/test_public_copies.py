"""Rows as the public copies have them, in every detail of their form."""

import json
from datetime import date

import pytest

from registry.intake.outcome import Outcome, Problem
from registry.intake.reading import RecordFormat, read
from tests import builders
from tests.unit.registry.intake.whole import judged

TODAY = date(2099, 11, 22)
G1 = {
    "age": "41",
    "areaName": "示例省",
    "areaNameNew": "示例省",
    "businessEntity": "",
    "cardNum": "0000001985****000X",
    "caseCode": "(2099)京0199执1号",
    "courtName": "示例人民法院",
    "disruptTypeName": "有履行能力而拒不履行生效法律文书确定义务",
    "duty": "偿还借款(示例)",
    "focusNumber": "0",
    "gistId": "(2098)京0199民初1号",
    "gistUnit": "示例人民法院",
    "iname": "测试甲",
    "partyTypeName": "0",
    "performance": "全部未履行",
    "performedPart": "暂无",
    "unperformPart": "暂无",
    "publishDate": "2099年01月31日",
    "publishDateStamp": "4073472000",
    "regDate": "20990102",
    "sexy": "男性",
    "type": "失信被执行人名单",
    "sitelink": "…",
    "loc": "…",
    "lastmod": "2099-02-01T03:00:00",
    "changefreq": "always",
    "priority": "1.0",
    "_update_time": "4073569200",
    "cambrian_appid": "0",
    "SiteId": 0,
    "_version": 1,
    "_select_time": 4073569200,
    "StdStg": 6899,
    "StdStl": 8,
}
G2 = {
    "id": 700000001,
    "iname": "示例有限公司",
    "caseCode": "（2099）京0199执2号",
    "age": 0,
    "sexy": "",
    "cardNum": "91000000000****06",
    "businessEntity": "测试乙",
    "courtName": "示例人民法院",
    "areaName": "示例省",
    "partyTypeName": "581",
    "gistId": "（2098）京0199民初2号",
    "regDate": "2099年01月02日",
    "gistUnit": "示例人民法院",
    "duty": "支付货款",
    "performance": "全部未履行",
    "disruptTypeName": "违反财产报告制度",
    "publishDate": "2099年01月31日",
}
G4 = {
    **{name: value for name, value in G2.items() if name != "id"},
    "cardNum": builders.uscc(),
    "caseCode": "&#40;2099&#41;京0199执2号",
    "disruptTypeName": "违反财产报告制度的,违反限制高消费令的；其他有履行能力而拒不履行生效法律文书确定义务",
    "performedPart": None,
    "regDate": "2099-01-02",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    ("shape", "outcome"),
    [(G1, Outcome.UNMATCHED), (G2, Outcome.UNMATCHED), (G4, Outcome.INCOMPLETE)],
)
def test_a_public_row_is_understood_and_never_sound(
    shape: dict[str, object], outcome: Outcome, encoding: str
) -> None:
    raw = json.dumps(shape, ensure_ascii=False).encode(encoding)
    row = read(raw, RecordFormat.JSONL)
    assert not isinstance(row, Problem)
    found = judged(row, today=TODAY, go_live_on=TODAY)
    assert found.outcome is outcome
    reasons = {str(one.reason) for one in found.problems}
    assert reasons <= {"FIELD_REQUIRED", "DOCUMENT_MASKED"}


def test_several_conducts_of_a_public_row_need_the_ground() -> None:
    row = read(json.dumps(G4).encode(), RecordFormat.JSONL)
    assert not isinstance(row, Problem)
    found = judged(row, today=TODAY, go_live_on=TODAY)
    assert "ground" in {one.field for one in found.problems}
