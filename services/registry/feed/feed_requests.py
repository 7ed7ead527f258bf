"""Requests of followers and gates, read and checked: every wrong field is named at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.errors import FieldViolation, invalid_request, name_of
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2, ledger_service_pb2, position_pb2
from courtlist.registry.v1 import admin_service_pb2
from document.name import NAME_LENGTH_MAX

HASH_BYTES: Final = 32
_DIGEST_BYTES: Final = 16
_EPOCH_MAX: Final = 2**31 - 1

LIMIT_MAX: Final = 1000
LIMIT_DEFAULT: Final = 500
# Below every proxy's idle limit, and short enough for a drain that cannot cut a wait.
WAIT_MS_MAX: Final = 30_000
# A train's manifest is confirmed in a few pages; one statement stays below the gate's deadline.
INQUIRIES_MAX: Final = 500
# A page of kept endings is one act: it holds the ledger's head while it is written.
ENDINGS_MAX: Final = 500
# Two are at work at most; the others are of keys that a reader has not dropped yet.
EPOCHS_MAX: Final = 16

_FOLLOWER: Final = re.compile(r"[a-z0-9-]{1,63}")
_MEASURES: Final = (change_pb2.MEASURE_LISTING, change_pb2.MEASURE_ORDER)
_CURSORS: Final = frozenset(ledger_service_pb2.Cursor.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a reader says it has seen: the hash at a position, in an incarnation. 0 is nothing yet."""

    incarnation: str
    position: int
    hash: bytes

    def is_held(self, hash_there: bytes | None) -> bool:
        """Whether the ledger agrees; then it agrees on everything before, for the hashes are chained."""
        return self.position == 0 or self.hash == hash_there


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOrder:
    """A reading of the feed."""

    follower: str
    claim: Claim
    endings_only: bool
    limit: int
    wait_s: float
    ready_epochs: tuple[int, ...] = ()
    keeps_seals: bool = False

    @property
    def reader(self) -> str:
        """The follower's cursor by name. Each cursor is awaited by itself after a restore: one may
        be ahead of the restored head while the other is behind it.
        """
        return readers_of(self.follower)[int(self.endings_only)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TailOrder:
    """A reading of the ledger by hand."""

    after: int
    limit: int
    wait_s: float


def readers_of(follower: str) -> tuple[str, str]:
    """The two cursors of a follower, ALL and ENDINGS; no follower's name holds a slash."""
    return follower, f"{follower}/endings"


def read_order(request: ledger_service_pb2.ReadChangesRequest) -> ReadOrder:
    """Read and check a ReadChangesRequest. Raises ServiceError INVALID_REQUEST."""
    violations = [
        *_follower(request.follower),
        *_claim("after", request.after, request.seen_hash),
        *_range("limit", request.limit, LIMIT_MAX),
        *_range("wait_ms", request.wait_ms, WAIT_MS_MAX),
    ]
    if request.cursor not in _CURSORS:
        violations.append(_unknown("cursor"))
    if len(request.ready_epochs) > EPOCHS_MAX:
        violations.append(_too_long("ready_epochs", EPOCHS_MAX))
    if violations:
        raise invalid_request(violations)
    return ReadOrder(
        follower=request.follower,
        claim=_claimed(request.after, request.seen_hash),
        endings_only=request.cursor == ledger_service_pb2.CURSOR_ENDINGS,
        limit=request.limit or LIMIT_DEFAULT,
        wait_s=request.wait_ms / 1000,
        ready_epochs=tuple(request.ready_epochs),
        keeps_seals=request.keeps_seals,
    )


def read_tail(request: admin_service_pb2.ReadLedgerRequest) -> TailOrder:
    """Read and check a ReadLedgerRequest. Raises ServiceError INVALID_REQUEST."""
    violations = [
        *_range("limit", request.limit, LIMIT_MAX),
        *_range("wait_ms", request.wait_ms, WAIT_MS_MAX),
    ]
    if request.after < 0:
        violations.append(_invalid("after", "is negative"))
    if violations:
        raise invalid_request(violations)
    return TailOrder(
        after=request.after,
        limit=request.limit or LIMIT_DEFAULT,
        wait_s=request.wait_ms / 1000,
    )


def confirm_claim(request: ledger_service_pb2.ConfirmStandingRequest) -> Claim:
    """Check a ConfirmStandingRequest; what its gate has seen. Raises ServiceError INVALID_REQUEST."""
    violations = list(_claim("seen", request.seen, request.seen_hash))
    if request.measure not in _MEASURES:
        violations.append(_unknown("measure"))
    if not request.inquiries:
        violations.append(_required("inquiries"))
    if len(request.inquiries) > INQUIRIES_MAX:
        violations.append(_too_long("inquiries", INQUIRIES_MAX))
    for index, inquiry in enumerate(request.inquiries[:INQUIRIES_MAX]):
        if not 0 < inquiry.epoch <= _EPOCH_MAX:
            violations.append(_invalid(f"inquiries[{index}].epoch", "is no epoch of a digest key"))
        if len(inquiry.digest) != _DIGEST_BYTES:
            violations.append(
                _invalid(f"inquiries[{index}].digest", f"does not have {_DIGEST_BYTES} bytes")
            )
        if len(inquiry.name) > NAME_LENGTH_MAX:
            violations.append(
                _invalid(f"inquiries[{index}].name", f"has more than {NAME_LENGTH_MAX} characters")
            )
    if violations:
        raise invalid_request(violations)
    return _claimed(request.seen, request.seen_hash)


def check_report(request: ledger_service_pb2.ReportEndingsRequest) -> None:
    """Check a ReportEndingsRequest. Raises ServiceError INVALID_REQUEST."""
    violations = list(_follower(request.follower))
    if len(request.endings) > ENDINGS_MAX:
        violations.append(_too_long("endings", ENDINGS_MAX))
    for index, ending in enumerate(request.endings[:ENDINGS_MAX]):
        violations.extend(_ending(f"endings[{index}]", ending))
    if violations:
        raise invalid_request(violations)


def check_follower(name: str) -> None:
    """Check a follower's name. Raises ServiceError INVALID_REQUEST."""
    violations = list(_follower(name))
    if violations:
        raise invalid_request(violations)


def is_uuid(text: str) -> bool:
    """Whether `text` is an id in the form in which we give ids out."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _follower(name: str) -> Iterator[FieldViolation]:
    if not name:
        yield _required("follower")
    elif not _FOLLOWER.fullmatch(name):
        yield _invalid("follower", "is not 1 to 63 characters of a-z, 0-9 and hyphen")


def _claim(path: str, seen: position_pb2.Position, seen_hash: bytes) -> Iterator[FieldViolation]:
    if seen.position < 0:
        yield _invalid(f"{path}.position", "is negative")
    if seen.position > 0 and len(seen_hash) != HASH_BYTES:
        yield _invalid("seen_hash", f"does not have {HASH_BYTES} bytes")
    if (seen.position > 0 or seen.incarnation) and not is_uuid(seen.incarnation):
        yield _invalid(f"{path}.incarnation", "is no incarnation as this ledger gives it")


def _claimed(seen: position_pb2.Position, seen_hash: bytes) -> Claim:
    return Claim(incarnation=seen.incarnation, position=seen.position, hash=seen_hash)


def _ending(path: str, ending: ledger_service_pb2.SeenEnding) -> Iterator[FieldViolation]:
    if ending.position <= 0:
        yield _invalid(f"{path}.position", "is no position of a change")
    if len(ending.hash) != HASH_BYTES:
        yield _invalid(f"{path}.hash", f"does not have {HASH_BYTES} bytes")
    ended = "document_id" if ending.document_id else "basis_id"
    for field in (ended, "subject_id", "incarnation"):
        if not is_uuid(getattr(ending, field)):
            yield _invalid(f"{path}.{field}", "is no id as this ledger gives it")
    if ending.document_id:
        for field in ("basis_id", "measure"):
            if getattr(ending, field):
                yield _invalid(f"{path}.{field}", "is set although a document was unbound")
    elif ending.measure not in _MEASURES:
        yield _unknown(f"{path}.measure")


def _range(field: str, value: int, most: int) -> Iterator[FieldViolation]:
    if not 0 <= value <= most:
        yield _invalid(field, f"lies outside 0 to {most}")


def _required(field: str) -> FieldViolation:
    return FieldViolation(field, name_of(reasons.ERROR_REASON_FIELD_REQUIRED), "is empty; give it")


def _invalid(field: str, problem: str) -> FieldViolation:
    text = f"{problem}; hand it in as the field's comment says"
    return FieldViolation(field, name_of(reasons.ERROR_REASON_FIELD_INVALID), text)


def _too_long(field: str, most: int) -> FieldViolation:
    text = f"holds more than {most} items; send several requests"
    return FieldViolation(field, name_of(reasons.ERROR_REASON_FIELD_TOO_LONG), text)


def _unknown(field: str) -> FieldViolation:
    text = "is a value that this server does not know; use one of the enum"
    return FieldViolation(field, name_of(reasons.ERROR_REASON_ENUM_UNKNOWN), text)
