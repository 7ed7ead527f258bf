"""What is still owed (LP Art 6), and whether anything is."""

from typing import Final

from registry.intake.amounts import parse_fen
from registry.intake.examination import Examination
from registry.intake.performance import says_it_is_paid
from registry.intake.row import Owed
from registry.law.money import CURRENCY, amount_is_payable

_DUTY_LENGTH_MAX: Final = 4000
_PART_LENGTH_MAX: Final = 1000
_AMOUNT: Final = {"owedAmount.minor_units": "owedAmount"}


def read_owed(row: Examination) -> Owed:
    """The obligation; a part that is missing is empty, and noted."""
    basis_number = row.needed_text(
        "gistId", 100, "the number of the judgment, award or notarised debt"
    )
    issuing_body = row.needed_text("gistUnit", 200, "the court or body that made it")
    act = row.told_text("owedAct", _DUTY_LENGTH_MAX)
    duty = _duty(row, act)
    amount_fen = _amount(row)
    if row.holds("owedAmount") and act:
        row.wrong(
            "owedAct",
            "Stands beside a sum of money. Give the sum where money is owed, else the act.",
        )
    elif not row.holds("owedAmount") and not act:
        row.lacks(
            "owedAmount",
            "What is still owed is missing. Give the sum in yuan, or the act as owedAct.",
        )
    return Owed(
        amount_fen=amount_fen, basis_number=basis_number, issuing_body=issuing_body, duty=duty
    )


def _duty(row: Examination, act: str) -> str:
    """What the judgment orders, with the act that is still owed of it."""
    ordered = row.told_text("duty", _DUTY_LENGTH_MAX)
    if not ordered and not act:
        row.lacks("duty", "Is missing. Give what the judgment orders.")
    if not ordered or not act or ordered == act:
        return ordered or act
    duty = f"{ordered}；未履行：{act}"
    if len(duty) > _DUTY_LENGTH_MAX:
        row.wrong(
            "owedAct",
            f"Has, with duty, more than {_DUTY_LENGTH_MAX} characters. Shorten them.",
            "FIELD_TOO_LONG",
        )
    return duty


def performed_part(row: Examination) -> str:
    """How far the obligation is performed, in the row's words; a debt that is paid is no entry."""
    parts = (
        row.text("performance", _PART_LENGTH_MAX),
        row.text("performedPart", _PART_LENGTH_MAX),
        row.text("unperformPart", _PART_LENGTH_MAX),
    )
    if says_it_is_paid(*parts):
        row.wrong(
            "performance",
            "The obligation is performed. Do not enter the debtor; take the row out.",
            "OBLIGATION_PERFORMED",
        )
    told = "；".join(
        f"{label}{part}"
        for label, part in zip(("", "已履行：", "未履行："), parts, strict=True)
        if part
    )
    if len(told) > _PART_LENGTH_MAX:
        row.wrong(
            "performedPart",
            f"Has, with performance and unperformPart, more than {_PART_LENGTH_MAX} characters. "
            "Shorten them.",
            "FIELD_TOO_LONG",
        )
    return told


def _amount(row: Examination) -> int | None:
    value = row.text("owedAmount", 40)
    if not value:
        return None
    fen = parse_fen(value)
    if fen is None:
        row.wrong(
            "owedAmount", "Is no sum of yuan. Write it in figures, for example 12345.67, in yuan."
        )
    else:
        row.breaks(amount_is_payable(fen, CURRENCY, field="owedAmount"), _AMOUNT)
    return fen
