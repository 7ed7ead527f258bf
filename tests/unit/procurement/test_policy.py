"""The procurement policy: before the award only, and listings only."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from courtlist.procurement.v1 import procurement_service_pb2 as procurement
from document import Document, DocumentKind
from procurement.policy import BEFORE_AWARD, ProcurementPolicy, Stage
from restriction.model import Answer, Basis, Measure, Reason, undetermined
from restriction.policy import rule
from tests.fakes.restriction_doubles import listing

POLICY = ProcurementPolicy()
TODAY = date(2026, 6, 1)
DOCUMENT = Document(DocumentKind.USCC, "CHN", "0" * 18, None)


def test_every_stage_has_the_name_and_number_of_the_wire() -> None:
    wire: Any = procurement.Stage
    numbers = {name.removeprefix("STAGE_"): number for name, number in wire.items()}
    assert {one.name: one.value for one in Stage} == numbers


@pytest.mark.parametrize("stage", Stage)
def test_nobody_is_looked_up_once_the_award_is_made(stage: Stage) -> None:
    before = POLICY.before_lookup(stage, DOCUMENT, TODAY)
    if stage in {Stage.TENDER, Stage.AWARD}:
        assert before is None
    else:
        assert before == undetermined(Reason.OUT_OF_REACH)


def test_listings_and_not_orders_are_told_and_no_ended_ones() -> None:
    assert POLICY.measure is Measure.LISTING
    assert not POLICY.recalls_ended


@pytest.mark.parametrize("stage", sorted(BEFORE_AWARD))
@pytest.mark.parametrize(
    ("bases", "listed"),
    [
        ([], []),
        ([listing("l1")], ["l1"]),
        ([listing("l1"), listing("l2", ground=3)], ["l2", "l1"]),
        ([listing("l1", unsettled=True), listing("l2")], ["l2"]),
    ],
)
def test_every_settled_listing_in_force_is_told(
    stage: Stage, bases: Sequence[Basis], listed: list[str]
) -> None:
    verdict = rule(POLICY, stage, bases)
    assert [bar.basis.basis_id for bar in verdict.bars] == listed
    assert verdict.answer is (Answer.RESTRICTED if listed else Answer.CLEAR)


def test_the_record_says_where_the_procurement_stood() -> None:
    assert POLICY.label(Stage.AWARD) == "AWARD"
