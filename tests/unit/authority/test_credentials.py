"""A client signs anew for every attempt."""

from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

from authority.assertion import AssertKey, check
from authority.caller import Actor
from authority.credentials import AUTHORIZATION_KEY, SCHEME, AssertionCredentials
from chassis.clock import HeldClock
from courtlist.ledger.v1 import change_pb2 as pb
from stack.keys import assert_key

_NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
_CLERK = Actor(person_id="clerk-1", role=pb.ROLE_CLERK, court_code="京0105")
_KEY = AssertKey(
    person_id="clerk-1", court_code="京0105", public_key=assert_key("clerk-1").public_key()
)


def _attempt(credentials: AssertionCredentials) -> str:
    handed = Mock()
    credentials(Mock(), handed)
    [((name, value),), error] = handed.call_args.args
    assert (name, error) == (AUTHORIZATION_KEY, None)
    assert value.startswith(f"{SCHEME} ")
    return str(value).removeprefix(f"{SCHEME} ")


def test_every_attempt_carries_an_assertion_of_its_own_made_at_its_own_time() -> None:
    clock = HeldClock(_NOW)
    credentials = AssertionCredentials(
        actor=_CLERK,
        key_id="k1",
        private_key=assert_key("clerk-1"),
        audience="registry",
        clock=clock,
    )
    first = _attempt(credentials)
    clock.advance(3_600)
    second = _attempt(credentials)
    believed = [
        check(token, key=_KEY, audience="registry", now=now, court_code="京0105")
        for token, now in ((first, _NOW), (second, _NOW + timedelta(hours=1)))
    ]
    assert {claims.actor for claims in believed} == {_CLERK}
    assert believed[0].nonce != believed[1].nonce
