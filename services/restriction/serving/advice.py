"""What every field that advises on the List has in common: an answer is a fact, never a ban. Pure.

LP Art 8 hands the List to those who grant credit, buy or let, to be used under the law that binds
them: it bars nothing by itself.
"""

from collections.abc import Sequence
from typing import Final

from restriction.model import CLEAR, Answer, Bar, Basis, Reason, Verdict

_HINTS: Final = {
    Answer.RESTRICTED: (
        "名单信息仅供参考，须由工作人员结合全部情况判断。"
        " Advice only: a person weighs it with everything else; the List decides nothing by itself."
    ),
    Answer.CLEAR: (
        "名单上没有现行记录；已结束的记录不得当作现行记录使用。"
        " No listing stands; one that has ended counts no longer."
    ),
    Answer.UNDETERMINED: (
        "现在无法确定，请按未曾查询办理。 It cannot be said now: go on as if nobody had asked."
    ),
}
# What asking again later cannot change.
_LASTING: Final = {
    Reason.OUT_OF_REACH: (
        "名单与此事项无关，请按未曾查询办理。"
        " The List has no say in this: go on as if nobody had asked."
    ),
    Reason.DOCUMENT_INVALID: (
        "证件种类或号码有误，请重新核对证件；未核实前按未曾查询办理。"
        " No document of this kind has this number: read it again, else go on as if nobody had asked."
    ),
}


def listed(bases: Sequence[Basis]) -> Verdict:
    """LISTED (the answer that needs confirmation and a record) with every listing in force."""
    if not bases:
        return CLEAR
    newest_first = sorted(bases, key=lambda one: (one.start_at, one.basis_id), reverse=True)
    return Verdict(
        answer=Answer.RESTRICTED,
        bars=tuple(Bar(basis, legal_basis(basis)) for basis in newest_first),
    )


def legal_basis(basis: Basis) -> str:
    """By which articles of the List Provisions it was entered, and is told."""
    return "LP Art 8" if basis.ground is None else f"LP Art 1({basis.ground}), Art 8"


def hint(verdict: Verdict) -> str:
    """One sentence for the reader, in Chinese and in English."""
    return _LASTING.get(verdict.reason, _HINTS[verdict.answer])
