"""The chain of the ledger as a reader sees it, and how it is checked without trusting the registry.

The form of a change and of its hash is the ledger's own (courtlist/ledger/v1/change.proto and
ledger_service.proto): SHA-256 over a label, the hash before, and the stored bytes.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from google.protobuf.message import DecodeError

from cli.errors import CliError, RemoteFailure
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from courtlist.ledger.v1 import change_pb2, position_pb2
from courtlist.registry.v1 import admin_service_pb2 as admin

_DOMAIN: Final = b"courtlist.change.v1\x00"
_GENESIS: Final = bytes(32)
_ALGORITHM: Final = "sha256"
_PAGE: Final = 1000
_WAIT_MS: Final = 20_000
_WAIT_ROOM_S: Final = 10.0


class BrokenChainError(Exception):
    """A change is not what the chain says it is; the message names its position."""


@dataclass(frozen=True, slots=True)
class Link:
    """One change: its position, its hash, and its content; None where only the hash is known."""

    position: int
    hash: bytes
    body: change_pb2.ChangeBody | None


def follow(invocation: Invocation, *, after: int, is_endless: bool) -> Iterator[Link]:
    """Changes after a position, in order; endless, it waits for more, and through outages."""
    while True:
        try:
            reply = _read(invocation, after, wait_ms=_WAIT_MS if is_endless else 0)
        except RemoteFailure as failure:
            # Whoever follows waits for a registry that restarts; each try has paused already.
            if is_endless and failure.exit_code is ExitCode.UNREACHABLE:
                continue
            raise
        for stored in reply.changes:
            body = _body(stored, after + 1)
            after = body.position
            yield Link(body.position, stored.hash, body)
        if not reply.changes and not is_endless:
            return


def verify(
    invocation: Invocation,
    *,
    head: position_pb2.Position,
    head_hash: bytes,
    wanted: Link | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Link:
    """Follow the chain from its first change to `head`; returns the last link.

    `wanted` is a change that must be in it. Raises BrokenChainError, RemoteFailure.
    """
    at = Link(0, _GENESIS, None)
    is_held = wanted is None or wanted == at
    while at.position < head.position:
        reply = _read(invocation, at.position)
        if not reply.changes:
            raise BrokenChainError(f"position {at.position + 1} is missing")
        for stored in reply.changes:
            at = _next(at, stored)
            if wanted is not None and at.position == wanted.position:
                if at.hash != wanted.hash:
                    raise BrokenChainError(f"position {at.position} is not the change noted down")
                is_held = True
            if at.position == head.position and at.hash != head_hash:
                raise BrokenChainError(f"the head is not the change at position {at.position}")
        progress(at.position)
    if wanted is not None and not is_held:
        raise BrokenChainError(f"position {wanted.position} is not in it: it ends at {at.position}")
    return at


def verify_shown(
    invocation: Invocation,
    ledger: admin.GetLedgerResponse,
    wanted: Link | None,
    *,
    broken: str,
    next_step: str,
) -> Link:
    """Follow the chain to the head of `ledger`, with progress on the terminal; returns the last link.

    Raises:
        CliError: it does not verify: `broken`, why, and what to do next.
        RemoteFailure: the registry does not answer.
    """
    with invocation.output.progress("verifying", ledger.head.position) as advance:
        try:
            return verify(
                invocation,
                head=ledger.head,
                head_hash=ledger.head_hash,
                wanted=wanted,
                progress=advance,
            )
        except BrokenChainError as error:
            raise CliError(
                f"{broken}: {error}",
                exit_code=ExitCode.REFUSED,
                reason="LEDGER_BROKEN",
                next_step=next_step,
            ) from None


def _next(before: Link, stored: admin.StoredChange) -> Link:
    position = before.position + 1
    body = _body(stored, position)
    if body.position != position:
        raise BrokenChainError(f"position {position} is missing or misplaced")
    if body.algorithm != _ALGORITHM:
        raise BrokenChainError(f"position {position}: this program does not know its hash")
    if stored.previous_hash != before.hash:
        raise BrokenChainError(f"position {position} does not follow the one before")
    if hashlib.sha256(_DOMAIN + stored.previous_hash + stored.body).digest() != stored.hash:
        raise BrokenChainError(f"position {position} was altered")
    return Link(position, stored.hash, body)


def _body(stored: admin.StoredChange, position: int) -> change_pb2.ChangeBody:
    try:
        return change_pb2.ChangeBody.FromString(stored.body)
    except DecodeError:
        raise BrokenChainError(f"position {position} cannot be read") from None


def _read(invocation: Invocation, after: int, wait_ms: int = 0) -> admin.ReadLedgerResponse:
    request = admin.ReadLedgerRequest(after=after, limit=_PAGE, wait_ms=wait_ms)
    timeout_s = wait_ms / 1000 + _WAIT_ROOM_S if wait_ms else None
    return invocation.ask(invocation.operators.ReadLedger, request, timeout_s=timeout_s)
