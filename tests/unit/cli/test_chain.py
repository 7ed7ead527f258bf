import hashlib
from typing import Any, cast

import grpc
import pytest

from chassis.errors import RemoteError
from cli.chain import BrokenChainError, Link, follow, verify
from cli.errors import RemoteFailure
from cli.invocation import Invocation
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2, position_pb2
from courtlist.registry.v1 import admin_service_pb2 as admin


def _chain(length: int) -> list[admin.StoredChange]:
    before, changes = bytes(32), []
    for position in range(1, length + 1):
        body = change_pb2.ChangeBody(
            incarnation="i", position=position, algorithm="sha256"
        ).SerializeToString()
        digest = hashlib.sha256(b"courtlist.change.v1\x00" + before + body).digest()
        changes.append(admin.StoredChange(body=body, previous_hash=before, hash=digest))
        before = digest
    return changes


class _Registry:
    """Answers ReadLedger from a list, two changes a page."""

    def __init__(self, changes: list[admin.StoredChange]) -> None:
        self.changes = changes
        self.operators = self
        self.ReadLedger = None
        self.failures: list[RemoteFailure] = []

    def ask(self, _send: Any, request: Any, **_: Any) -> admin.ReadLedgerResponse:
        if self.failures:
            raise self.failures.pop()
        return admin.ReadLedgerResponse(changes=self.changes[request.after : request.after + 2])


def _verify(
    changes: list[admin.StoredChange], *, length: int = 5, wanted: Link | None = None
) -> Link:
    head = position_pb2.Position(incarnation="i", position=length)
    head_hash = _chain(length)[-1].hash if length else bytes(32)
    return verify(
        cast("Invocation", _Registry(changes)), head=head, head_hash=head_hash, wanted=wanted
    )


def test_a_whole_chain_verifies() -> None:
    assert _verify(_chain(5)) == Link(5, _chain(5)[-1].hash, _body(5))
    assert _verify([], length=0).position == 0


def _body(position: int) -> change_pb2.ChangeBody:
    return change_pb2.ChangeBody(incarnation="i", position=position, algorithm="sha256")


def test_a_change_that_was_altered_is_found() -> None:
    changes = _chain(5)
    changed = change_pb2.ChangeBody.FromString(changes[2].body)
    changed.act = change_pb2.ACT_LIFT_ORDER
    changes[2].body = changed.SerializeToString()
    with pytest.raises(BrokenChainError, match="position 3 was altered"):
        _verify(changes)


def test_a_change_that_was_altered_with_its_hash_breaks_the_next_link() -> None:
    changes = _chain(5)
    changed = change_pb2.ChangeBody.FromString(changes[2].body)
    changed.act = change_pb2.ACT_LIFT_ORDER
    changes[2].body = changed.SerializeToString()
    changes[2].hash = hashlib.sha256(
        b"courtlist.change.v1\x00" + changes[2].previous_hash + changes[2].body
    ).digest()
    with pytest.raises(BrokenChainError, match="position 4 does not follow"):
        _verify(changes)


def test_a_change_that_is_missing_is_found_in_the_middle_and_at_the_end() -> None:
    with pytest.raises(BrokenChainError, match="position 3 is missing or misplaced"):
        _verify([*_chain(5)[:2], *_chain(5)[3:]])
    with pytest.raises(BrokenChainError, match="position 5 is missing"):
        _verify(_chain(4))


def test_a_chain_written_anew_is_not_the_one_whose_head_was_told() -> None:
    changes = _chain(4)
    body = change_pb2.ChangeBody(
        incarnation="i", position=5, algorithm="sha256", act=change_pb2.ACT_LIFT_ORDER
    ).SerializeToString()
    digest = hashlib.sha256(b"courtlist.change.v1\x00" + changes[3].hash + body).digest()
    changes.append(admin.StoredChange(body=body, previous_hash=changes[3].hash, hash=digest))
    with pytest.raises(BrokenChainError, match="the head is not the change at position 5"):
        _verify(changes)


def test_a_change_noted_down_must_be_in_it() -> None:
    changes = _chain(5)
    assert _verify(changes, wanted=Link(3, changes[2].hash, None)).position == 5
    with pytest.raises(BrokenChainError, match="position 3 is not the change noted down"):
        _verify(changes, wanted=Link(3, bytes(32), None))
    with pytest.raises(BrokenChainError, match="position 9 is not in it"):
        _verify(changes, wanted=Link(9, bytes(32), None))


def _failure(code: grpc.StatusCode) -> RemoteFailure:
    error = RemoteError(reasons.ERROR_REASON_UNSPECIFIED, "", code=code, reason_name="")
    return RemoteFailure(error, service="registry", address="h:1", request_id="")


def test_whoever_follows_waits_through_an_outage() -> None:
    registry = _Registry(_chain(3))
    registry.failures = [_failure(grpc.StatusCode.UNAVAILABLE) for _ in range(3)]
    links = follow(cast("Invocation", registry), after=1, is_endless=True)
    assert [next(links).position, next(links).position] == [2, 3]
    registry.failures = [_failure(grpc.StatusCode.PERMISSION_DENIED)]
    with pytest.raises(RemoteFailure):
        next(links)


def test_whoever_does_not_follow_is_told_of_an_outage() -> None:
    registry = _Registry(_chain(3))
    registry.failures = [_failure(grpc.StatusCode.UNAVAILABLE)]
    with pytest.raises(RemoteFailure):
        list(follow(cast("Invocation", registry), after=0, is_endless=False))
