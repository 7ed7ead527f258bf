"""Facts with instants: whether they bind is computed at the moment of asking."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from restriction.model import Basis, Measure

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 2, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
ORDER = Basis(basis_id="o1", measure=Measure.ORDER, subject_id="s1", start_at=START, end_at=END)


@pytest.mark.parametrize(
    ("now", "binds"),
    [(START - TICK, False), (START, True), (END - TICK, True), (END, False)],
)
def test_a_basis_binds_from_its_start_until_before_its_end(now: datetime, binds: bool) -> None:  # noqa: FBT001
    assert ORDER.binds(now) is binds


def test_an_open_basis_binds_until_an_act_ends_it() -> None:
    open_order = replace(ORDER, end_at=None)
    assert open_order.binds(END + timedelta(days=36500))
    assert not replace(open_order, ended=True).binds(START)
