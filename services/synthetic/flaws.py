"""The sample of flaws: one row of each kind, spread over a register that is sound otherwise."""

from collections.abc import Mapping
from typing import Final

from synthetic.decision_flaws import DECISION_FLAWS
from synthetic.flaw import Flaw
from synthetic.identity_flaws import IDENTITY_FLAWS
from synthetic.plan import Plan, PlanError
from synthetic.record_flaws import RECORD_FLAWS
from synthetic.register import row_at

FLAWS: Final = (*IDENTITY_FLAWS, *DECISION_FLAWS, *RECORD_FLAWS)
SAMPLE_ROWS: Final = 2_000

__all__ = ["FLAWS", "SAMPLE_ROWS", "Flaw", "spread"]


def spread(plan: Plan, *, jsonl: bool) -> Mapping[int, Flaw]:
    """The flaws by the place of the row, from 0, that each is in: the next that can bear it.

    Raises:
        PlanError: the register has too few rows.
    """
    flaws = [flaw for flaw in FLAWS if jsonl or not (flaw.only_jsonl or flaw.mar_line)]
    places: dict[int, Flaw] = {}
    for number, flaw in enumerate(flaws):
        start = number * plan.rows // len(flaws)
        for place in range(start, plan.rows):
            if place not in places and flaw.bearer.fits(row_at(place, plan)):
                places[place] = flaw
                break
        else:
            raise PlanError(f"Too few rows for every flaw; give --rows {SAMPLE_ROWS} or more.")
    return places
