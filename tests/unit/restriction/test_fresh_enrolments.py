"""A field believes a court's people only while its copy of the ledger is fresh."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authority.assertion import AssertKey, Claims
from authority.caller import Actor
from chassis.clock import HeldClock
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2
from restriction.asking.fresh_enrolments import BELIEVED, FreshEnrolments
from restriction.model import Position
from restriction.progress import Progress

KEY: Final = Ed25519PrivateKey.generate().public_key()
NOW: Final = datetime(2026, 11, 22, 8, tzinfo=UTC)
AUDITOR: Final = Actor(person_id="auditor-1", role=change_pb2.ROLE_AUDITOR, court_code="京0199")


class _Everybody:
    """A copy that holds everybody who asks."""

    async def assert_key(self, key_id: str) -> AssertKey | None:
        return AssertKey(person_id=key_id, court_code="京0199", public_key=KEY)

    async def is_enrolled(self, actor: Actor) -> bool:  # noqa: ARG002
        return True

    async def claim(self, claims: Claims) -> bool:  # noqa: ARG002
        return True


def enrolments(as_of_at: datetime | None, *, is_loaded: bool = True) -> FreshEnrolments:
    progress = Progress(max_staleness_s=10, stale_limit_s=3600)
    if is_loaded:
        progress.load(Position(), as_of_at)
    return FreshEnrolments(enrolments=_Everybody(), progress=progress, clock=HeldClock(NOW))


async def test_a_court_s_people_are_believed_on_a_fresh_copy() -> None:
    fresh = enrolments(NOW - BELIEVED)
    assert await fresh.is_enrolled(AUDITOR)
    assert await fresh.assert_key("key-1") is not None


@pytest.mark.parametrize(
    ("as_of_at", "is_loaded"),
    [(NOW - BELIEVED - timedelta(seconds=1), True), (None, True), (NOW, False)],
    ids=["cut off", "never at the head", "not started"],
)
async def test_nobody_is_believed_on_a_copy_that_may_have_missed_a_retirement(
    as_of_at: datetime | None, *, is_loaded: bool
) -> None:
    old = enrolments(as_of_at, is_loaded=is_loaded)
    for asked in (old.is_enrolled(AUDITOR), old.assert_key("key-1")):
        with pytest.raises(ServiceError) as refused:
            await asked
        assert refused.value.reason == reasons.ERROR_REASON_NOT_READY
