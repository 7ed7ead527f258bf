import pytest

from cli import fields
from cli.asking import exit_code, word_of
from cli.errors import UsageError
from cli.exit_codes import ExitCode
from courtlist.hotel.v1 import hotel_service_pb2 as hotel
from courtlist.loan.v1 import loan_service_pb2 as loan
from courtlist.restriction.v1 import advice_pb2, restriction_pb2

_CLEAR = restriction_pb2.Decision(answer=restriction_pb2.ANSWER_CLEAR)
_BARRED = restriction_pb2.Decision(answer=restriction_pb2.ANSWER_RESTRICTED)
_OPEN = restriction_pb2.Decision(answer=restriction_pb2.ANSWER_UNDETERMINED)
_LISTED = advice_pb2.Advice(answer=advice_pb2.ADVICE_ANSWER_LISTED)
_FREE = advice_pb2.Advice(answer=advice_pb2.ADVICE_ANSWER_NOT_LISTED)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([_CLEAR, _FREE], ExitCode.OK),
        ([_CLEAR, _BARRED, _OPEN], ExitCode.RESTRICTED),
        ([_LISTED], ExitCode.RESTRICTED),
        ([_CLEAR, _OPEN], ExitCode.UNDETERMINED),
        ([_CLEAR, None], ExitCode.USAGE),
        ([], ExitCode.OK),
    ],
)
def test_the_exit_code_tells_the_answer(
    verdicts: list[fields.Verdict | None], code: ExitCode
) -> None:
    assert exit_code(verdicts) is code


def test_an_answer_that_this_program_does_not_know_is_never_a_refusal() -> None:
    newer = restriction_pb2.Decision()
    newer.ParseFromString(b"\x08\x63")
    assert word_of(newer) == "UNDETERMINED"
    assert word_of(restriction_pb2.Decision()) == "UNDETERMINED"


def test_the_verdict_is_found_in_every_fields_answer() -> None:
    answer = hotel.CheckGuestResponse(
        decision=_BARRED, notice=hotel.DeskNotice(zh="请", en="please")
    )
    assert fields.verdict_of(answer) == _BARRED
    assert fields.notices_of(answer) == ["请", "please"]
    assert fields.verdict_of(hotel.GuestResult(answer=answer)) == _BARRED
    assert fields.verdict_of(loan.AssessApplicantResponse(advice=_LISTED)) == _LISTED
    assert fields.verdict_of(hotel.CheckGuestResponse()) is None


def test_a_purpose_is_named_and_the_fields_usual_one_is_its_first() -> None:
    assert fields.named("hotel").purpose("") == hotel.PURPOSE_CHECK_IN
    assert fields.named("hotel").purpose("reservation") == hotel.PURPOSE_RESERVATION
    assert fields.named("loan").purpose("") == loan.PURPOSE_ASSESSMENT
    with pytest.raises(UsageError, match="--purpose is not known") as refused:
        fields.named("hotel").purpose("order")
    assert "check-in" in refused.value.problems[0].text


def test_a_field_is_known_by_its_protos_alone() -> None:
    assert {"travel", "hotel", "loan"} <= set(fields.names())
    assert fields.named("hotel").many.name == "CheckGuests"
    for name in ("registry", "restriction", "process", "nothing", "../travel", ""):
        with pytest.raises(UsageError, match="no such field"):
            fields.named(name)
