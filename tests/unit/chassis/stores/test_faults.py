import ssl

import asyncpg
import pytest

from chassis.stores.faults import disbelief_in, is_store_fault, outcome_unknown, store_unavailable
from courtlist.error.v1 import error_reason_pb2 as reasons


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        OSError("Multiple exceptions: refused, refused"),
        TimeoutError(),
        asyncpg.CannotConnectNowError(),
        asyncpg.AdminShutdownError(),
        asyncpg.CrashShutdownError(),
        asyncpg.TooManyConnectionsError(),
        asyncpg.DiskFullError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.QueryCanceledError(),
        asyncpg.LockNotAvailableError(),
        asyncpg.ReadOnlySQLTransactionError(),
        asyncpg.InterfaceError("pool is closing"),
        asyncpg.ObjectNotInPrerequisiteStateError("not accepting connections"),
    ],
)
def test_an_outage_is_a_store_fault(error: Exception) -> None:
    assert is_store_fault(error)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.UniqueViolationError(),
        asyncpg.PostgresSyntaxError(),
        asyncpg.InvalidPasswordError(),
        asyncpg.SerializationError(),
        ValueError(),
    ],
)
def test_a_fault_of_ours_is_no_store_fault(error: Exception) -> None:
    assert not is_store_fault(error)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.InvalidPasswordError(),
        asyncpg.InvalidAuthorizationSpecificationError(),
        ssl.SSLCertVerificationError(),
        ssl.SSLError(),
    ],
)
def test_who_is_not_believed_is_told_from_a_server_that_is_away(error: Exception) -> None:
    assert disbelief_in(error) is error
    lost = asyncpg.ConnectionDoesNotExistError()
    lost.__cause__ = error
    assert disbelief_in(lost) is error
    assert disbelief_in(ConnectionRefusedError()) is None
    assert disbelief_in(asyncpg.CannotConnectNowError()) is None


def test_both_answers_say_when_to_repeat() -> None:
    assert store_unavailable().retry_after_s == outcome_unknown().retry_after_s == 1.0
    assert store_unavailable().reason == reasons.ERROR_REASON_STORE_UNAVAILABLE
    assert outcome_unknown().reason == reasons.ERROR_REASON_OUTCOME_UNKNOWN
