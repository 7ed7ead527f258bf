"""Which exceptions of asyncpg mean "the store does not answer", by class and SQLSTATE, never by text.

Classes: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

import ssl
from typing import Final, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from chassis.errors import ServiceError
from chassis.limits import STORE_RETRY_AFTER_S
from chassis.logs import describe_fault
from courtlist.error.v1 import error_reason_pb2 as reasons

# A connection as opened, or as a pool lends it: both answer the same calls.
Connection: TypeAlias = asyncpg.Connection | PoolConnectionProxy

_STORE_FAULTS: Final = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,  # class 08
    asyncpg.InsufficientResourcesError,  # class 53: too many connections, disk full, out of memory
    asyncpg.OperatorInterventionError,  # class 57: shutdown, crash, starting up, statement timeout
    asyncpg.LockNotAvailableError,  # 55P03: lock timeout
    asyncpg.ReadOnlySQLTransactionError,  # 25006: a standby, or a primary being demoted
    asyncpg.InternalClientError,  # the protocol broke off in the middle of a message
)

_WHILE_CONNECTING: Final = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # 55000: closed to connections, as during a restore
)

_DISBELIEF: Final = (
    asyncpg.InvalidAuthorizationSpecificationError,  # class 28: the server does not take our proof
    ssl.SSLError,  # our certificate and key are no pair, or one side has not the CA of the other's
)

# The transaction was rolled back for sure, and the same work may well succeed now.
RETRYABLE: Final = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


def is_store_fault(error: BaseException, connection: Connection | None = None) -> bool:
    """Whether `error` says that the store is unreachable, stopped or overloaded.

    Some mean that only while connecting, where `connection` is None: OSError (no such host, several
    addresses that all refused; elsewhere a file of ours may be missing), asyncpg.InterfaceError
    (elsewhere a programming error, unless the connection is closed), and SQLSTATE 55000 (elsewhere
    an object of ours in a wrong state).
    """
    if isinstance(error, _STORE_FAULTS):
        return True
    if connection is None:
        return isinstance(error, _WHILE_CONNECTING)
    return isinstance(error, asyncpg.InterfaceError) and _is_closed(connection)


def disbelief_in(error: BaseException) -> BaseException | None:
    """What in `error`, raised while connecting, says that one side was there and did not believe the other, if any.

    So it is for a moment while a password or a certificate is changed: it is another here and there, or in one
    file and not yet in its twin. A server that breaks off a handshake is the cause of a lost connection.
    """
    return next((one for one in (error, error.__cause__) if isinstance(one, _DISBELIEF)), None)


def _is_closed(connection: Connection) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        # A pool takes a lost connection back at once; its proxy then refuses even this question.
        return True


def told(error: BaseException) -> dict[str, str]:
    """For the log: what it was and, of certificates, what was wrong with them in OpenSSL's words."""
    proof = getattr(error, "verify_message", "") or getattr(error, "reason", "") or ""
    return {"fault": describe_fault(error)[0], "proof": proof}


def store_unavailable() -> ServiceError:
    """Nothing was written; the caller may repeat."""
    return ServiceError(
        reasons.ERROR_REASON_STORE_UNAVAILABLE,
        "the database does not answer; nothing was stored, repeat the call after the given delay",
        retry_after_s=STORE_RETRY_AFTER_S,
    )


def outcome_unknown() -> ServiceError:
    """The connection was lost while committing: only a repetition can tell."""
    return ServiceError(
        reasons.ERROR_REASON_OUTCOME_UNKNOWN,
        "the connection was lost while committing, the outcome is unknown; repeat the call with the "
        "same request_id: it is done once and answered as the first time",
        retry_after_s=STORE_RETRY_AFTER_S,
    )
