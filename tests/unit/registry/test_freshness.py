"""How fresh an answer must be."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2, position_pb2
from courtlist.registry.v1 import registry_service_pb2 as pb
from registry.reading.freshness import (
    FULLY_CONSISTENT,
    MINIMIZE_LATENCY,
    Freshness,
    Place,
    freshness_of,
    includes,
)

FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))


def opening(previous: UUID, restored_head: int) -> bytes:
    body = change_pb2.ChangeBody(position=restored_head + 1)
    body.effects.add().court_enrolled.SetInParent()
    body.effects.add().incarnation_opened.MergeFrom(
        change_pb2.IncarnationOpened(
            previous_incarnation=str(previous), restored_head=restored_head
        )
    )
    return body.SerializeToString()


def consistency_at(incarnation: str, position: int) -> pb.Consistency:
    return pb.Consistency(
        at_least=position_pb2.Position(incarnation=incarnation, position=position)
    )


def test_a_request_that_asks_for_nothing_may_be_answered_from_the_cache() -> None:
    assert freshness_of(pb.Consistency()) == MINIMIZE_LATENCY
    assert freshness_of(pb.Consistency(minimize_latency=True)) == MINIMIZE_LATENCY
    assert not MINIMIZE_LATENCY.from_primary


def test_a_fully_consistent_request_is_answered_by_the_primary() -> None:
    assert freshness_of(pb.Consistency(fully_consistent=True)) == FULLY_CONSISTENT
    assert FULLY_CONSISTENT.from_primary


def test_a_place_is_read_as_an_answer_gave_it() -> None:
    assert freshness_of(consistency_at(str(FIRST), 7)) == Freshness(at_least=Place(FIRST, 7))


def test_the_place_before_the_first_change_is_in_every_answer() -> None:
    assert freshness_of(consistency_at("", 0)) == MINIMIZE_LATENCY


@pytest.mark.parametrize(
    "consistency",
    [pb.Consistency(minimize_latency=False), pb.Consistency(fully_consistent=False)],
    ids=["minimize_latency", "fully_consistent"],
)
def test_a_choice_set_to_false_is_no_choice(consistency: pb.Consistency) -> None:
    with pytest.raises(ServiceError) as refused:
        freshness_of(consistency)
    assert refused.value.reason == reasons.ERROR_REASON_INVALID_REQUEST
    choice = consistency.WhichOneof("requirement")
    assert [one.field for one in refused.value.violations] == [f"consistency.{choice}"]


@pytest.mark.parametrize(("incarnation", "position"), [("", 5), ("not-an-id", 5), (str(FIRST), -1)])
def test_a_position_that_no_answer_gave_is_refused(incarnation: str, position: int) -> None:
    with pytest.raises(ServiceError) as refused:
        freshness_of(consistency_at(incarnation, position))
    assert refused.value.reason == reasons.ERROR_REASON_POSITION_INVALID
    assert [one.field for one in refused.value.violations] == ["consistency.at_least"]


@pytest.mark.parametrize(
    ("head", "wanted", "openings", "expected"),
    [
        pytest.param(Place(FIRST, 10), Place(FIRST, 10), [], True, id="the head itself"),
        pytest.param(Place(FIRST, 10), Place(FIRST, 11), [], False, id="beyond the head"),
        pytest.param(
            Place(SECOND, 11), Place(FIRST, 10), [opening(FIRST, 10)], True, id="kept by a restore"
        ),
        pytest.param(
            Place(SECOND, 50), Place(FIRST, 11), [opening(FIRST, 10)], False, id="lost by a restore"
        ),
        pytest.param(
            Place(THIRD, 40),
            Place(FIRST, 10),
            [opening(FIRST, 10), opening(SECOND, 30)],
            True,
            id="kept by two restores",
        ),
        pytest.param(
            Place(THIRD, 40),
            Place(SECOND, 31),
            [opening(FIRST, 10), opening(SECOND, 30)],
            False,
            id="lost by the second restore",
        ),
        pytest.param(
            Place(THIRD, 40), Place(SECOND, 1), [opening(FIRST, 10)], False, id="life unknown here"
        ),
        pytest.param(
            Place(SECOND, 11), Place(SECOND, 12), [opening(SECOND, 90)], False, id="own life first"
        ),
    ],
)
def test_an_answer_includes_a_place_that_the_ledger_still_holds(
    head: Place, wanted: Place, openings: Sequence[bytes], *, expected: bool
) -> None:
    assert includes(head, wanted, openings) is expected
