"""Requests of followers and gates: every wrong field is named, and nothing right is refused."""

from uuid import UUID

import pytest

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2
from courtlist.ledger.v1 import ledger_service_pb2 as pb
from courtlist.ledger.v1.position_pb2 import Position
from registry.feed.feed_requests import Claim, check_report, confirm_claim, read_order, readers_of

LIFE = str(UUID(int=1))
SEEN = Position(incarnation=LIFE, position=7)
HASH = bytes([7]) * 32


def fields(refused: pytest.ExceptionInfo[ServiceError]) -> dict[str, str]:
    assert refused.value.reason == reasons.ERROR_REASON_INVALID_REQUEST
    return {one.field: one.reason_name for one in refused.value.violations}


def test_a_reading_from_the_start_takes_the_defaults() -> None:
    order = read_order(pb.ReadChangesRequest(follower="travel"))
    assert (order.limit, order.wait_s, order.endings_only) == (500, 0.0, False)
    assert order.claim == Claim(incarnation="", position=0, hash=b"")


@pytest.mark.parametrize("follower", ["a", "travel-2", "a" * 63, "0"])
@pytest.mark.parametrize(("limit", "wait_ms"), [(1, 0), (1000, 30_000)])
def test_what_the_protos_allow_is_taken(follower: str, limit: int, wait_ms: int) -> None:
    request = pb.ReadChangesRequest(
        follower=follower,
        after=SEEN,
        seen_hash=HASH,
        limit=limit,
        wait_ms=wait_ms,
        cursor=pb.CURSOR_ENDINGS,
    )
    order = read_order(request)
    assert (order.follower, order.limit, order.wait_s) == (follower, limit, wait_ms / 1000)
    assert order.endings_only
    assert order.claim == Claim(incarnation=LIFE, position=7, hash=HASH)


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"follower": ""}, "follower", "FIELD_REQUIRED"),
        ({"follower": "Travel"}, "follower", "FIELD_INVALID"),
        ({"follower": "travel/endings"}, "follower", "FIELD_INVALID"),
        ({"follower": "travel\n"}, "follower", "FIELD_INVALID"),
        ({"follower": "a" * 64}, "follower", "FIELD_INVALID"),
        ({"limit": -1}, "limit", "FIELD_INVALID"),
        ({"limit": 1001}, "limit", "FIELD_INVALID"),
        ({"wait_ms": -1}, "wait_ms", "FIELD_INVALID"),
        ({"wait_ms": 30_001}, "wait_ms", "FIELD_INVALID"),
        ({"cursor": 9}, "cursor", "ENUM_UNKNOWN"),
        ({"after": Position(incarnation=LIFE, position=-1)}, "after.position", "FIELD_INVALID"),
        ({"after": Position(position=7)}, "after.incarnation", "FIELD_INVALID"),
        (
            {"after": Position(incarnation="x", position=7)},
            "after.incarnation",
            "FIELD_INVALID",
        ),
        ({"seen_hash": b""}, "seen_hash", "FIELD_INVALID"),
        ({"seen_hash": bytes(31)}, "seen_hash", "FIELD_INVALID"),
    ],
)
def test_a_reading_that_cannot_be_is_refused_by_field(
    change: dict, field: str, reason: str
) -> None:
    whole = {"follower": "travel", "after": SEEN, "seen_hash": HASH}
    with pytest.raises(ServiceError) as refused:
        read_order(pb.ReadChangesRequest(**(whole | change)))
    assert fields(refused) == {field: reason}


def test_every_wrong_field_is_named_at_once() -> None:
    request = pb.ReadChangesRequest(limit=-1, wait_ms=-1)
    with pytest.raises(ServiceError) as refused:
        read_order(request)
    assert set(fields(refused)) == {"follower", "limit", "wait_ms"}


def test_a_claim_is_held_by_its_hash_alone() -> None:
    claim = Claim(incarnation=LIFE, position=7, hash=HASH)
    assert claim.is_held(HASH)
    assert not claim.is_held(bytes(32))
    assert not claim.is_held(None)
    assert Claim(incarnation="", position=0, hash=b"").is_held(None)


def test_the_cursors_of_a_follower_have_names_that_no_follower_can_take() -> None:
    own = read_order(pb.ReadChangesRequest(follower="travel")).reader
    endings = read_order(pb.ReadChangesRequest(follower="travel", cursor=pb.CURSOR_ENDINGS)).reader
    assert (own, endings) == readers_of("travel") == ("travel", "travel/endings")


def test_a_confirmation_without_a_place_claims_nothing() -> None:
    request = pb.ConfirmStandingRequest(
        measure=change_pb2.MEASURE_ORDER, inquiries=[pb.Inquiry(epoch=1, digest=bytes(16))]
    )
    assert confirm_claim(request).position == 0


def test_a_confirmation_of_five_hundred_is_taken_and_of_more_is_not() -> None:
    inquiry = pb.Inquiry(epoch=1, digest=bytes(16))
    request = pb.ConfirmStandingRequest(
        measure=change_pb2.MEASURE_LISTING, inquiries=[inquiry] * 500
    )
    confirm_claim(request)
    request.inquiries.append(inquiry)
    with pytest.raises(ServiceError) as refused:
        confirm_claim(request)
    assert fields(refused) == {"inquiries": "FIELD_TOO_LONG"}


def ending() -> pb.SeenEnding:
    return pb.SeenEnding(
        position=7,
        hash=HASH,
        basis_id=LIFE,
        measure=change_pb2.MEASURE_ORDER,
        subject_id=LIFE,
        incarnation=LIFE,
    )


def test_an_empty_page_of_endings_is_a_report() -> None:
    check_report(pb.ReportEndingsRequest(follower="travel", last=True))
    check_report(pb.ReportEndingsRequest(follower="travel", endings=[ending()] * 500))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("position", 0, "FIELD_INVALID"),
        ("hash", b"short", "FIELD_INVALID"),
        ("basis_id", "x", "FIELD_INVALID"),
        ("subject_id", "", "FIELD_INVALID"),
        ("incarnation", "x", "FIELD_INVALID"),
        ("measure", 0, "ENUM_UNKNOWN"),
        ("measure", 7, "ENUM_UNKNOWN"),
    ],
)
def test_an_ending_that_cannot_be_is_refused_by_field(
    name: str, value: object, reason: str
) -> None:
    wrong = ending()
    setattr(wrong, name, value)
    with pytest.raises(ServiceError) as refused:
        check_report(pb.ReportEndingsRequest(follower="travel", endings=[ending(), wrong]))
    assert fields(refused) == {f"endings[1].{name}": reason}


def unbinding() -> pb.SeenEnding:
    return pb.SeenEnding(position=7, hash=HASH, document_id=LIFE, subject_id=LIFE, incarnation=LIFE)


def test_an_unbinding_names_a_document_and_no_basis() -> None:
    check_report(pb.ReportEndingsRequest(follower="travel", endings=[unbinding()]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("document_id", "x"),
        ("basis_id", LIFE),
        ("measure", change_pb2.MEASURE_ORDER),
        ("subject_id", ""),
    ],
)
def test_an_unbinding_that_cannot_be_is_refused_by_field(name: str, value: object) -> None:
    wrong = unbinding()
    setattr(wrong, name, value)
    with pytest.raises(ServiceError) as refused:
        check_report(pb.ReportEndingsRequest(follower="travel", endings=[wrong]))
    assert fields(refused) == {f"endings[0].{name}": "FIELD_INVALID"}


def test_more_than_a_page_of_endings_is_refused() -> None:
    with pytest.raises(ServiceError) as refused:
        check_report(pb.ReportEndingsRequest(follower="travel", endings=[ending()] * 501))
    assert fields(refused) == {"endings": "FIELD_TOO_LONG"}
