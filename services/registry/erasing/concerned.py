"""Whom a change concerns: by which records its facts are found when their time is over. Pure."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from courtlist.ledger.v1 import change_pb2 as pb

# A payment concerns the debt and whoever owes it, also where it ends something for one of them.
_OF_THE_DEBT: Final = frozenset(
    {
        "statement_issued",
        "repayment_recorded",
        "repayment_reversed",
        "obligation_performed",
        "obligation_reopened",
    }
)
_RECORDS: Final = ("obligation_id", "listing_id", "order_id", "basis_id", "task_id")


def concerned(body: pb.ChangeBody) -> frozenset[UUID]:
    """The subjects that a change names and the debts that it moves; where there are none, what else
    it is about. Nobody, where it is about nobody's case.
    """
    subjects: set[UUID] = set()
    others: set[UUID] = set()
    for effect in body.effects:
        kind = effect.WhichOneof("effect")
        if kind is None or kind == "subject_erased":
            continue
        one = getattr(effect, kind)
        subjects |= _ids(one, ("subject_id",))
        if kind in _OF_THE_DEBT:
            subjects |= _ids(one, ("obligation_id",))
        others |= _ids(one, _RECORDS)
    return frozenset(subjects or others)


def _ids(one: object, names: Iterable[str]) -> set[UUID]:
    """The ids of these names that an effect has, and has set."""
    return {UUID(value) for name in names if (value := getattr(one, name, ""))}
