"""How the procurement service reads a tender and what the buyer is answered."""

import pytest

from chassis.errors import ServiceError
from courtlist.identity.v1 import document_pb2
from courtlist.procurement.v1 import procurement_service_pb2 as procurement
from courtlist.restriction.v1 import advice_pb2 as advice
from courtlist.restriction.v1 import restriction_pb2 as restriction
from procurement.policy import ProcurementPolicy
from procurement.servicer import ProcurementServicer
from tests.builders import uscc
from tests.fakes.field import digest_of
from tests.fakes.parts import Bench
from tests.fakes.restriction_doubles import listing


def _bench() -> Bench:
    bench = Bench(listing("l1"))
    bench.enter(1)
    bench.index.add(digest_of(uscc(1), "USCC"))
    return bench


def _tenderer(
    serial: int, stage: procurement.Stage.ValueType = procurement.STAGE_TENDER
) -> procurement.AssessTendererRequest:
    document = document_pb2.Document(
        kind=document_pb2.DOCUMENT_KIND_USCC, issuing_state="CHN", number=uscc(serial)
    )
    return procurement.AssessTendererRequest(
        document=document, stage=stage, purpose=procurement.PURPOSE_ASSESSMENT
    )


async def _assess(bench: Bench, request: procurement.AssessTendererRequest) -> advice.Advice:
    servicer = ProcurementServicer(bench.parts(ProcurementPolicy()))
    return (await servicer.AssessTenderer(request, None)).advice


async def test_a_listed_tenderer_is_told_with_the_legal_basis_and_recorded_before() -> None:
    bench = _bench()
    answer = await _assess(bench, _tenderer(1, procurement.STAGE_AWARD))
    assert answer.answer == advice.ADVICE_ANSWER_LISTED
    assert [entry.legal_basis for entry in answer.entries] == ["LP Art 1(1), Art 8"]
    (record,) = bench.refusals.recorded
    assert record.decision_id == answer.decision_id
    assert record.product == "AWARD"
    other = await _assess(bench, _tenderer(2))
    assert other.answer == advice.ADVICE_ANSWER_NOT_LISTED


@pytest.mark.parametrize(
    "stage",
    [
        procurement.STAGE_PERFORMANCE,
        procurement.STAGE_PAYMENT,
        procurement.Stage.ValueType(99),
    ],
)
async def test_nobody_is_looked_up_for_what_is_out_of_reach_or_not_known_here(
    stage: procurement.Stage.ValueType,
) -> None:
    bench = _bench()
    answer = await _assess(bench, _tenderer(1, stage))
    assert answer.answer == advice.ADVICE_ANSWER_UNDETERMINED
    assert answer.reason == restriction.REASON_OUT_OF_REACH
    assert bench.store.reads == 0


async def test_every_missing_field_is_named_at_once() -> None:
    with pytest.raises(ServiceError) as refused:
        await _assess(_bench(), procurement.AssessTendererRequest())
    assert [one.field for one in refused.value.violations] == [
        "document",
        "stage",
        "purpose",
    ]


async def test_several_tenderers_are_answered_in_order_each_by_advice_or_status() -> None:
    items = [_tenderer(2), procurement.AssessTendererRequest(), _tenderer(1)]
    servicer = ProcurementServicer(_bench().parts(ProcurementPolicy()))
    reply = await servicer.AssessTenderers(procurement.AssessTenderersRequest(items=items), None)
    assert [one.WhichOneof("result") for one in reply.results] == ["advice", "status", "advice"]
    assert reply.results[0].advice.answer == advice.ADVICE_ANSWER_NOT_LISTED
    assert reply.results[2].advice.answer == advice.ADVICE_ANSWER_LISTED
