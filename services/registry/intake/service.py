"""Mode, day and proof of service."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from registry.intake.examination import Examination
from registry.intake.words import SERVICE_MODE, folded
from registry.law.facts import Decision, Service
from registry.law.service import decision_is_served, decision_is_written
from registry.law.violation import Reason

# 退回 and 拒收 are none of these: what was sent back, or refused, may count as served.
_UNSERVED: Final = re.compile(
    "未(?:能|曾|予|经|有效|成功|依法){0,2}送达|(?:无法|不能|没有|没|尚待|待)送达|送达(?:不能|失败|未果|未成|不成)"
)


@dataclass(frozen=True, kw_only=True)
class PaperFields:
    """The names of the fields that tell a decision and its service.

    Attributes:
        number: of the decision's number.
        decided_on: of its day.
        mode: of the mode of service.
        served_on: of the day of service.
        proof: of the proof of service.
        article: the article that demands them.
    """

    number: str
    decided_on: str
    mode: str
    served_on: str
    proof: str
    article: str

    @cached_property
    def in_law(self) -> dict[str, str]:
        """The row's field for each field that the rules of law name."""
        return {
            "decision.number": self.number,
            "decision.decided_on": self.decided_on,
            "service.mode": self.mode,
            "service.served_on": self.served_on,
            "service.proof_reference": self.proof,
        }


def read_decision(
    row: Examination, names: PaperFields, *, go_live_on: date, what: str
) -> Decision | None:
    """The decision, where its day is known: the other rules count from it.

    Its number is empty where it is missing. It has no signer: the president signs the manifest.
    """
    number = row.needed_text(names.number, 100, f"the number of {what}")
    decided_on = row.needed_day(names.decided_on, f"the day of {what}")
    if decided_on is None:
        return None
    decision = Decision(
        number=number, decided_on=decided_on, signed_by="", signed_on=None, reasons=""
    )
    found = decision_is_written(decision, today=row.today, article=names.article)
    # A missing number was noted above; here only the day is looked at.
    row.breaks((one for one in found if one.field == "decision.decided_on"), names.in_law)
    if decided_on >= go_live_on:
        row.wrong(
            names.decided_on,
            "Was decided on or after the court's go-live day. Enter it with EnterListing.",
            "AFTER_GO_LIVE",
        )
    return decision


def read_service(row: Examination, names: PaperFields, decision: Decision | None) -> Service | None:
    """How, when and with what proof the decision was served; None where anything is missing."""
    mode = row.needed_choice(
        names.mode,
        SERVICE_MODE,
        "DIRECT, LEFT_AT_HOME, ELECTRONIC, ENTRUSTED, POST, FORWARDED or PUBLIC_NOTICE",
    )
    served_on = row.needed_day(names.served_on, "the day of service")
    proof = row.needed_text(names.proof, 200, "where the case file proves the service")
    if _UNSERVED.search(folded(proof)):
        row.lacks(
            names.proof,
            "Says that it was not served. Give where the case file proves the service.",
            Reason.NOT_SERVED,
        )
        proof = ""
    service = Service(mode=mode, served_on=served_on, proof_reference=proof)
    if decision is not None and served_on is not None:
        found = decision_is_served(service, decision, today=row.today, article=names.article)
        # What is missing was noted above; here only the day is compared.
        row.breaks((one for one in found if one.field == "service.served_on"), names.in_law)
    whole = mode is not None and served_on is not None and proof
    return service if whole else None
