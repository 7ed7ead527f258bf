"""The six statutory texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.conduct import STATUTORY_TEXT, grounds_told
from registry.law.facts import Ground


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("form", ["{}", "{}的", "{}。", " {}；", "\n{}\n"])
def test_each_statutory_text_tells_its_ground(ground: Ground, form: str) -> None:
    assert grounds_told(form.format(STATUTORY_TEXT[ground])) == (ground,)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("其他有履行能力而拒不履行生效法律文书确定义务", Ground.ABLE_BUT_REFUSES),
        ("有履行能力而拒不履行生效法律文书确定的义务", Ground.ABLE_BUT_REFUSES),
        ("伪造证据、暴力、威胁等方法妨碍,抗拒执行", Ground.OBSTRUCTS),
        ("以虚假诉讼、虚假仲裁或者隐匿、转移财产等方法规避执行的", Ground.EVADES),
        ("违反财产申报制度", Ground.BREAKS_REPORTING_DUTY),
        ("违反限制高消费令", Ground.BREAKS_CONSUMPTION_ORDER),
        ("被执行人无正当理由拒不履行执行和解协议", Ground.REFUSES_SETTLEMENT),
    ],
)
def test_known_variants_tell_the_same_ground(text: str, ground: Ground) -> None:
    assert grounds_told(text) == (ground,)


@given(
    st.lists(st.sampled_from(Ground), min_size=1, max_size=6),
    st.sampled_from(["、", ",", ";", "，", "；", "/", "|", "\n", " ", "<br>", "<BR />", "</p><p>"]),
)
def test_several_texts_joined_tell_each_ground_once(grounds: list[Ground], mark: str) -> None:
    joined = mark.join(STATUTORY_TEXT[ground] for ground in grounds)
    assert grounds_told(joined) == tuple(one for one in Ground if one in grounds)


@pytest.mark.parametrize(
    "text",
    [
        "未履行",
        "无履行能力",
        "有能力而不履行生效法律文书确定义务",
        "违反财产报告制度，另有他情",
        "违反",
        "。",
        "违反限制消费令" * 500,
    ],
)
def test_any_other_text_tells_none(text: str) -> None:
    assert grounds_told(text) is None


@given(st.text())
def test_no_text_at_all_fails(text: str) -> None:
    grounds_told(text)
