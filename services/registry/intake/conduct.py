"""The six statutory texts of LP Art 1, as registers write them."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from registry.law.facts import Ground

STATUTORY_TEXT: Final = {
    Ground.ABLE_BUT_REFUSES: "有履行能力而拒不履行生效法律文书确定义务",
    Ground.OBSTRUCTS: "以伪造证据、暴力、威胁等方法妨碍、抗拒执行",
    Ground.EVADES: "以虚假诉讼、虚假仲裁或者以隐匿、转移财产等方法规避执行",
    Ground.BREAKS_REPORTING_DUTY: "违反财产报告制度",
    Ground.BREAKS_CONSUMPTION_ORDER: "违反限制消费令",
    Ground.REFUSES_SETTLEMENT: "无正当理由拒不履行执行和解协议",
}
"""The text of each ground as LP Art 1 (2017) has it."""

# What may differ: small words, the name of 2013 (高消费令, 其他有履行能力…), a closing 的. Marks and
# spaces are taken out before. Everything else is another text, and not guessed at.
_MEANS: Final = "等?(?:方法|方式|手段)"
_VARIANTS: Final = {
    Ground.ABLE_BUT_REFUSES: "(?:其他|其它)?有履行能力而?拒不履行生效法律文书所?确定的?义务",
    Ground.OBSTRUCTS: f"以?伪造证据暴力威胁{_MEANS}妨碍(?:或者?|和)?抗拒执行",
    Ground.EVADES: f"以?虚假诉讼虚假仲裁(?:或者?|和)?以?隐匿转移财产{_MEANS}规避执行",
    Ground.BREAKS_REPORTING_DUTY: "违反财产(?:报告|申报)制度",
    Ground.BREAKS_CONSUMPTION_ORDER: "违反限制高?消费令",
    Ground.REFUSES_SETTLEMENT: "(?:被执行人)?无正当理由拒不履行(?:执行)?和解协议",
}
_ONE: Final = "(?:" + "|".join(f"({text})" for text in _VARIANTS.values()) + ")的?"
_EACH: Final = re.compile(_ONE)
_ALL: Final = re.compile(f"(?:{_ONE})+")
_GROUNDS: Final = tuple(_VARIANTS)
_TEXT_LENGTH_MAX: Final = 1000
# Line ends of the pages from which copies were taken.
_LINE_ENDS: Final = re.compile(r"</?(?:br|p|li)\s*/?>", re.IGNORECASE)


@lru_cache(maxsize=1 << 12)
def grounds_told(text: str) -> tuple[Ground, ...] | None:
    """The grounds whose statutory texts stand in `text`, each once, in the order of the article.

    Several texts may be joined by any marks, spaces or line ends, those of HTML included. The statutory texts hold such marks
    themselves (妨碍、抗拒执行), so marks are taken out and the whole must be made up of known texts.

    Returns:
        None where any part of it is none of the six texts.
    """
    if len(text) > _TEXT_LENGTH_MAX:
        return None
    text = _LINE_ENDS.sub("\n", text)
    plain = "".join(one for one in unicodedata.normalize("NFKC", text) if one.isalnum())
    if _ALL.fullmatch(plain) is None:
        return None
    told = {_GROUNDS[found.lastindex - 1] for found in _EACH.finditer(plain) if found.lastindex}
    return tuple(ground for ground in _GROUNDS if ground in told)
