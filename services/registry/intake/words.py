"""The words in which registers say one of a few things."""

import unicodedata
from collections.abc import Mapping
from typing import Final

from document import DocumentKind
from registry.intake.row import Sex
from registry.law.facts import (
    Ability,
    ExtensionReason,
    Ground,
    Item,
    ServiceMode,
    SubjectKind,
)


def folded(text: str) -> str:
    """The text with half-width characters and without spaces: for figures and closed words."""
    if text.isascii() and " " not in text:
        return text
    return "".join(unicodedata.normalize("NFKC", text).split())


# What people write where there is nothing to write. Beside these, a text without letter or figure says nothing.
_NOTHING_SAID: Final = frozenset(
    {
        "无",
        "没有",
        "暂无",
        "不详",
        "未知",
        "不明",
        "未提供",
        "未填",
        "未附",
        "未见",
        "未找到",
        "未编号",
        "无编号",
        "无号",
        "待补",
        "待补充",
        "待查",
        "待核",
        "待核实",
        "待定",
        "后补",
        "缺",
        "缺失",
        "遗失",
        "同上",
        "同前",
        "略",
        "空",
        "空白",
        "NA",
        "NONE",
        "NULL",
        "NIL",
        "UNKNOWN",
        "TBD",
    }
)


def says_nothing(text: str) -> bool:
    """Whether a text stands where there is nothing: 无, 暂无, --, /, 0; and an empty one."""
    plain = "".join(one for one in folded(text).upper() if one.isalnum())
    return not plain or plain in _NOTHING_SAID or not plain.strip("0")


PARTY: Final[Mapping[str, SubjectKind]] = {
    "0": SubjectKind.PERSON,
    "580": SubjectKind.PERSON,
    "自然人": SubjectKind.PERSON,
    "个人": SubjectKind.PERSON,
    "公民": SubjectKind.PERSON,
    "PERSON": SubjectKind.PERSON,
    "1": SubjectKind.ORGANISATION,
    "581": SubjectKind.ORGANISATION,
    "法人": SubjectKind.ORGANISATION,
    "企业": SubjectKind.ORGANISATION,
    "单位": SubjectKind.ORGANISATION,
    "组织": SubjectKind.ORGANISATION,
    "其他组织": SubjectKind.ORGANISATION,
    "法人或其他组织": SubjectKind.ORGANISATION,
    "法人及其他组织": SubjectKind.ORGANISATION,
    "法人或非法人组织": SubjectKind.ORGANISATION,
    "ORGANISATION": SubjectKind.ORGANISATION,
}

SEX: Final[Mapping[str, Sex | None]] = {
    "男": Sex.MALE,
    "男性": Sex.MALE,
    "MALE": Sex.MALE,
    "女": Sex.FEMALE,
    "女性": Sex.FEMALE,
    "FEMALE": Sex.FEMALE,
    # Written where it is not recorded, and in rows of organisations.
    "0": None,
    "未知": None,
    "不详": None,
    "-": None,
}

ABILITY: Final[Mapping[str, Ability]] = {
    "ABLE": Ability.ABLE,
    "有履行能力": Ability.ABLE,
    "UNABLE": Ability.UNABLE,
    "无履行能力": Ability.UNABLE,
}

SERVICE_MODE: Final[Mapping[str, ServiceMode]] = {
    **{mode.value: mode for mode in ServiceMode},
    **{f"SERVICE_MODE_{mode.value}": mode for mode in ServiceMode},
    "直接送达": ServiceMode.DIRECT,
    "留置送达": ServiceMode.LEFT_AT_HOME,
    "电子送达": ServiceMode.ELECTRONIC,
    "委托送达": ServiceMode.ENTRUSTED,
    "邮寄送达": ServiceMode.POST,
    "转交送达": ServiceMode.FORWARDED,
    "公告送达": ServiceMode.PUBLIC_NOTICE,
}

EXTENSION_REASON: Final[Mapping[str, ExtensionReason]] = {
    **{reason.value: reason for reason in ExtensionReason},
    **{f"TERM_EXTENSION_REASON_{reason.value}": reason for reason in ExtensionReason},
}

GROUND: Final[Mapping[str, Ground]] = {
    **{ground.value: ground for ground in Ground},
    **{f"GROUND_{ground.value}": ground for ground in Ground},
    # ① to ⑥ fold to plain figures.
    **dict(zip("123456", Ground, strict=True)),
    **dict(zip("一二三四五六", Ground, strict=True)),
}

ITEM: Final[Mapping[str, Item]] = dict(zip("123456789", Item, strict=True))

DOCUMENT_KIND: Final[Mapping[str, DocumentKind]] = {
    **{kind.value: kind for kind in DocumentKind},
    **{f"DOCUMENT_KIND_{kind.value}": kind for kind in DocumentKind},
    "身份证": DocumentKind.RESIDENT_ID,
    "居民身份证": DocumentKind.RESIDENT_ID,
    "港澳台居民居住证": DocumentKind.HMT_RESIDENCE_PERMIT,
    "护照": DocumentKind.PASSPORT,
    "往来港澳通行证": DocumentKind.EXIT_ENTRY_PERMIT,
    "港澳居民来往内地通行证": DocumentKind.HOME_RETURN_PERMIT,
    "台湾居民来往大陆通行证": DocumentKind.TAIWAN_PERMIT,
    "外国人永久居留身份证": DocumentKind.PERMANENT_RESIDENCE,
    "统一社会信用代码": DocumentKind.USCC,
}
