"""How the loan service reads an application and what a lender is answered."""

import pytest

from chassis.errors import ServiceError
from courtlist.identity.v1 import document_pb2
from courtlist.loan.v1 import loan_service_pb2 as loan
from courtlist.restriction.v1 import advice_pb2 as advice
from courtlist.restriction.v1 import restriction_pb2 as restriction
from loan.policy import LoanPolicy
from loan.servicer import LoanServicer
from tests.builders import uscc
from tests.fakes.field import digest_of
from tests.fakes.loan import applicant
from tests.fakes.parts import Bench
from tests.fakes.restriction_doubles import listing


def _bench() -> Bench:
    bench = Bench(listing("l1"))
    bench.enter(1)
    return bench


async def _assess(bench: Bench, request: loan.AssessApplicantRequest) -> advice.Advice:
    servicer = LoanServicer(bench.parts(LoanPolicy()))
    return (await servicer.AssessApplicant(request, None)).advice


async def test_a_listed_applicant_is_told_with_entries_and_recorded_before() -> None:
    bench = _bench()
    answer = await _assess(bench, applicant(1, loan.APPLICATION_NEW_GUARANTEE))
    assert answer.answer == advice.ADVICE_ANSWER_LISTED
    assert [entry.listing_id for entry in answer.entries] == ["l1"]
    (record,) = bench.refusals.recorded
    assert record.decision_id == answer.decision_id
    assert record.product == "NEW_GUARANTEE"
    assert record.articles == {"l1": "LP Art 1(1), Art 8"}


async def test_an_answer_that_cannot_be_recorded_is_none() -> None:
    bench = _bench()
    bench.refusals.fault = OSError("gone")
    answer = await _assess(bench, applicant(1))
    assert answer.answer == advice.ADVICE_ANSWER_UNDETERMINED
    assert answer.reason == restriction.REASON_NOT_RECORDED
    assert not answer.entries


@pytest.mark.parametrize(
    "application",
    [
        loan.APPLICATION_EXISTING_CREDIT,
        loan.APPLICATION_ACCOUNT,
        loan.APPLICATION_WAGES_OR_BENEFITS,
        loan.APPLICATION_PAYMENT,
        loan.Application.ValueType(99),
    ],
)
async def test_nobody_is_looked_up_for_what_is_out_of_reach_or_not_known_here(
    application: loan.Application.ValueType,
) -> None:
    bench = _bench()
    answer = await _assess(bench, applicant(1, application))
    assert answer.answer == advice.ADVICE_ANSWER_UNDETERMINED
    assert answer.reason == restriction.REASON_OUT_OF_REACH
    assert answer.decided_by == restriction.DECIDED_BY_RULE
    assert bench.store.reads == 0


async def test_an_organisation_is_answered_by_its_credit_code() -> None:
    bench = _bench()
    bench.index.add(digest_of(uscc(1), "USCC"))
    request = loan.AssessApplicantRequest(
        document=document_pb2.Document(
            kind=document_pb2.DOCUMENT_KIND_USCC, issuing_state="CHN", number=uscc(1)
        ),
        application=loan.APPLICATION_NEW_LOAN,
        purpose=loan.PURPOSE_ASSESSMENT,
    )
    assert (await _assess(bench, request)).answer == advice.ADVICE_ANSWER_LISTED
    request.document.number = uscc(2)
    assert (await _assess(bench, request)).answer == advice.ADVICE_ANSWER_NOT_LISTED


async def test_every_missing_field_is_named_at_once() -> None:
    with pytest.raises(ServiceError) as refused:
        await _assess(_bench(), loan.AssessApplicantRequest())
    assert [one.field for one in refused.value.violations] == [
        "document",
        "application",
        "purpose",
    ]


async def test_several_applicants_are_answered_in_order_each_by_advice_or_status() -> None:
    items = [applicant(2), loan.AssessApplicantRequest(), applicant(1)]
    servicer = LoanServicer(_bench().parts(LoanPolicy()))
    reply = await servicer.AssessApplicants(loan.AssessApplicantsRequest(items=items), None)
    assert [one.WhichOneof("result") for one in reply.results] == ["advice", "status", "advice"]
    assert [one.advice.answer for one in reply.results] == [
        advice.ADVICE_ANSWER_NOT_LISTED,
        advice.ADVICE_ANSWER_UNSPECIFIED,
        advice.ADVICE_ANSWER_LISTED,
    ]
