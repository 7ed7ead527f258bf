"""Assessments over loopback gRPC on a real store: what a lender is told of the List."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from courtlist.ledger.v1 import change_pb2
from courtlist.loan.v1 import loan_service_pb2 as loan
from courtlist.loan.v1.loan_service_pb2_grpc import LoanServiceStub
from courtlist.restriction.v1 import advice_pb2, restriction_pb2
from tests.builders import resident_id
from tests.eventually import LIMIT_S, eventually
from tests.fakes.field import Running, digest_of
from tests.fakes.ledger import START, FakeLedger
from tests.fakes.loan import applicant

Service = Running[LoanServiceStub]
LISTED = advice_pb2.ADVICE_ANSWER_LISTED
NOT_LISTED = advice_pb2.ADVICE_ANSWER_NOT_LISTED
UNDETERMINED = advice_pb2.ADVICE_ANSWER_UNDETERMINED
CHINA_TIME = timedelta(hours=8)


async def _assess(
    service: Service, request: loan.AssessApplicantRequest | None = None
) -> advice_pb2.Advice:
    reply = await service.stub.AssessApplicant(request or applicant(), timeout=LIMIT_S)
    advice: advice_pb2.Advice = reply.advice
    return advice


async def _reached(service: Service, position: int) -> None:
    """Wait until answers rest on that position."""

    async def is_there() -> bool:
        advice = await _assess(service, applicant(999))
        return (
            advice.as_of.position >= position and advice.reason != restriction_pb2.REASON_STARTING
        )

    await eventually(is_there)


def _day(message: Any) -> date:
    return date(message.year, message.month, message.day)


def _today() -> date:
    return (datetime.now(UTC) + CHINA_TIME).date()


async def test_every_listing_is_told_with_court_case_ground_and_performance(
    ledger: FakeLedger, loan_service: Service
) -> None:
    ledger.enrol_court()
    ledger.bind("s1", "d1", digest_of(resident_id()))
    ledger.enter_listing("l1", "s1", obligation_id="b1")
    term_end_at = datetime(2098, 12, 31, 16, tzinfo=UTC)
    ledger.enter_listing(
        "l2",
        "s1",
        ground=change_pb2.GROUND_EVADES,
        start_at=START + timedelta(days=1),
        term_end_at=term_end_at,
        obligation_id="b2",
    )
    await _reached(loan_service, ledger.perform("b2"))
    advice = await _assess(loan_service)
    assert advice.answer == LISTED
    assert advice.decided_by == restriction_pb2.DECIDED_BY_REGISTRY
    assert advice.decision_id
    assert "Advice only" in advice.hint
    newer, older = advice.entries
    assert newer.listing_id == "l2"
    assert newer.court_name == "某区人民法院"
    assert newer.case_number == "(2026)京0000执1号"
    assert newer.decision_number == "失l2"
    assert newer.legal_basis == "LP Art 1(3), Art 8"
    assert _day(newer.term_end) == date(2098, 12, 31)
    assert _day(newer.performed_in_full_on) == _today()
    assert older.listing_id == "l1"
    assert older.legal_basis == "LP Art 1(1), Art 8"
    assert not older.HasField("performed_in_full_on")


async def test_an_order_alone_lists_nobody(ledger: FakeLedger, loan_service: Service) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await _reached(loan_service, ledger.issue("o1", "s1"))
    assert (await _assess(loan_service)).answer == NOT_LISTED


async def test_an_ended_listing_is_told_as_ended_by_the_next_answer_and_from_the_store_later(
    ledger: FakeLedger, loan_service: Service
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await _reached(loan_service, ledger.enter_listing("l1", "s1"))
    assert (await _assess(loan_service)).answer == LISTED
    position = ledger.end_listing("l1", "s1")
    # No wait: whether the feed has moved or not, it does not stand any more.
    at_once = await _assess(loan_service)
    await _reached(loan_service, position)
    asked = len(ledger.confirmations)
    later = await _assess(loan_service)
    assert len(ledger.confirmations) == asked
    assert later.decided_by == restriction_pb2.DECIDED_BY_STORE
    for advice in (at_once, later):
        assert advice.answer == NOT_LISTED
        (entry,) = advice.entries
        assert (entry.listing_id, _day(entry.ended_on)) == ("l1", _today())
        assert not entry.void_from_start
        assert entry.case_number == "(2026)京0000执1号"


async def test_a_revoked_listing_is_told_as_void_from_the_start(
    ledger: FakeLedger, loan_service: Service
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    ledger.enter_listing("l1", "s1")
    position = ledger.end_listing("l1", "s1", kind=change_pb2.ENDING_KIND_REVOKED)
    await _reached(loan_service, position)
    advice = await _assess(loan_service)
    assert advice.answer == NOT_LISTED
    (entry,) = advice.entries
    assert entry.void_from_start


async def test_what_stands_is_told_before_what_has_ended(
    ledger: FakeLedger, loan_service: Service
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    ledger.enter_listing("l1", "s1")
    ledger.end_listing("l1", "s1")
    await _reached(loan_service, ledger.enter_listing("l2", "s1"))
    advice = await _assess(loan_service)
    assert advice.answer == LISTED
    assert [one.listing_id for one in advice.entries] == ["l2", "l1"]


async def test_a_term_that_is_over_lists_nobody_and_is_told_with_its_last_day(
    ledger: FakeLedger, loan_service: Service
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    over_at = datetime(2026, 3, 31, 16, tzinfo=UTC)
    await _reached(
        loan_service,
        ledger.enter_listing("l1", "s1", ground=change_pb2.GROUND_OBSTRUCTS, term_end_at=over_at),
    )
    advice = await _assess(loan_service)
    assert advice.answer == NOT_LISTED
    (entry,) = advice.entries
    assert _day(entry.ended_on) == _day(entry.term_end) == date(2026, 3, 31)


async def test_a_listing_in_grace_is_never_shown_not_even_when_it_ends_there(
    ledger: FakeLedger, loan_service: Service
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    start_at = datetime.now(UTC) + timedelta(days=30)
    await _reached(loan_service, ledger.enter_listing("l1", "s1", start_at=start_at))
    in_grace = await _assess(loan_service)
    await _reached(loan_service, ledger.end_listing("l1", "s1"))
    ended = await _assess(loan_service)
    for advice in (in_grace, ended):
        assert advice.answer == NOT_LISTED
        assert advice.decided_by == restriction_pb2.DECIDED_BY_INDEX
        assert not advice.entries


async def test_an_ended_listing_stays_bound_to_the_documents_of_now(
    ledger: FakeLedger, loan_service: Service
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    ledger.enter_listing("l1", "s1")
    await _reached(loan_service, ledger.end_listing("l1", "s1"))
    assert len((await _assess(loan_service)).entries) == 1
    await _reached(loan_service, ledger.unbind("s1", "d1"))
    assert not (await _assess(loan_service)).entries


async def test_nothing_but_new_credit_is_looked_up(
    ledger: FakeLedger, loan_service: Service
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await _reached(loan_service, ledger.enter_listing("l1", "s1"))
    advice = await _assess(loan_service, applicant(0, loan.APPLICATION_ACCOUNT))
    assert (advice.answer, advice.reason) == (
        UNDETERMINED,
        restriction_pb2.REASON_OUT_OF_REACH,
    )
    assert not ledger.confirmations


async def test_without_the_registry_nobody_is_listed(
    ledger: FakeLedger, loan_service: Service
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await _reached(loan_service, ledger.enter_listing("l1", "s1"))
    ledger.withheld = True
    advice = await _assess(loan_service)
    assert (advice.answer, advice.reason) == (
        UNDETERMINED,
        restriction_pb2.REASON_NOT_CONFIRMED,
    )
    assert not advice.entries


async def test_a_lender_that_pulls_reads_the_listings(
    ledger: FakeLedger, loan_service: Service
) -> None:
    ledger.bind("s1", "d1", digest_of(resident_id()))
    await _reached(loan_service, ledger.enter_listing("l1", "s1"))
    reply = await loan_service.stub.ReadRestrictions(
        loan.ReadRestrictionsRequest(), metadata=(("courtlist-partner", "bank"),)
    )
    (entry,) = reply.page.entries
    assert entry.restriction_id == "l1"
