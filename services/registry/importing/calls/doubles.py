"""Listings of one debtor that may rest on one debt, for the clerk to look at. Pure.

A register can hold one debt under two case numbers, its first case and the one in which it was resumed; nobody but the
case file can say so. Nothing follows from it here: a note in the report, and what is to be done.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from registry.importing.batch.refusals import Refusal
from registry.law.numbers import plain_number

_REASON: Final = "LIKELY_DOUBLE"
_NEXT: Final = (
    "Look into both case files: where they are one debt, have a judge revoke one of the two, and enter it again "
    "with EnterListing and the obligation's id."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What a listing is for.

    Attributes:
        listing_id: the listing, standing or ended.
        subject_id: its debtor.
        obligation_id: the obligation that it rests on.
        decided_on: day of the decision to list.
        principal_fen: the sum that the obligation began with; None for an act.
        basis_number: number of the judgment, award or notarised debt.
    """

    listing_id: UUID
    subject_id: UUID
    obligation_id: UUID
    decided_on: date
    principal_fen: int | None
    basis_number: str = field(repr=False)


def likely_doubles(debts: Iterable[Debt]) -> Mapping[UUID, Refusal]:
    """The note on each listing whose debtor has another for what may be the same debt.

    That is one with the same basis number, or of the same sum and decided on the same day.
    """
    by_basis: dict[object, dict[UUID, Debt]] = defaultdict(dict)
    by_sum: dict[object, dict[UUID, Debt]] = defaultdict(dict)
    debts = list(debts)
    for one in debts:
        # One of each obligation is enough to name.
        by_basis[_basis(one)].setdefault(one.obligation_id, one)
        by_sum[_sum(one)].setdefault(one.obligation_id, one)
    notes = {}
    for one in debts:
        for group, field_, same in (
            (by_basis[_basis(one)], "gistId", "for the same judgment"),
            (
                by_sum[_sum(one)] if one.principal_fen else {},
                "owedAmount",
                "of the same sum and day",
            ),
        ):
            other = next(
                (it for it in group.values() if it.obligation_id != one.obligation_id), None
            )
            if other is not None:
                text = (
                    f"The court has listed the same debtor {same} under another case number: "
                    f"listing {other.listing_id}. {_NEXT}"
                )
                notes[one.listing_id] = Refusal(field_, _REASON, text)
                break
    return notes


def _basis(debt: Debt) -> object:
    return debt.subject_id, plain_number(debt.basis_number).casefold()


def _sum(debt: Debt) -> object:
    return debt.subject_id, debt.principal_fen, debt.decided_on
