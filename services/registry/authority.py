"""Which role may do and read what: one table, read before a call does anything. What is not in it is
refused.
"""

from collections.abc import Mapping
from typing import Final

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as pb
from registry.law.endings import DECIDING_ROLES
from registry.registrar import Actor

_RECORDS: Final = frozenset({pb.ROLE_CLERK, pb.ROLE_JUDGE, pb.ROLE_PRESIDENT})
_DECIDES: Final = frozenset(pb.Role.Value(f"ROLE_{role}") for role in DECIDING_ROLES)
_OPERATES: Final = frozenset({pb.ROLE_OPERATOR})
# What is signed is the president's alone.
_SIGNS: Final = frozenset({pb.ROLE_PRESIDENT})

AUTHORITY: Final[Mapping[int, frozenset[pb.Role.ValueType]]] = {
    pb.ACT_ENROL_COURT: _OPERATES,
    pb.ACT_ENROL_OFFICER: _OPERATES,
    pb.ACT_OPEN_INCARNATION: _OPERATES,
    pb.ACT_REPORT_ENDINGS: _OPERATES,
    pb.ACT_ENTER_LISTING: _RECORDS,
    pb.ACT_ISSUE_ORDER: _RECORDS,
    pb.ACT_BIND_DOCUMENT: _RECORDS,
    pb.ACT_UNBIND_DOCUMENT: _DECIDES,
    pb.ACT_ISSUE_PAYOFF_STATEMENT: _RECORDS,
    pb.ACT_RECORD_REPAYMENT: _RECORDS,
    pb.ACT_REVERSE_REPAYMENT: _DECIDES,
    pb.ACT_RECORD_ACT_PERFORMED: _DECIDES,
    pb.ACT_END_LISTING: _DECIDES,
    pb.ACT_REVOKE_LISTING: _DECIDES,
    pb.ACT_CORRECT_LISTING: _RECORDS,
    pb.ACT_LIFT_ORDER: _DECIDES,
    pb.ACT_SETTLE_ENDING: _DECIDES,
    pb.ACT_GRANT_PASS: _DECIDES,
    pb.ACT_WITHDRAW_PASS: _DECIDES,
    pb.ACT_ENROL_PARTNER: _OPERATES,
    pb.ACT_RETIRE_PARTNER: _OPERATES,
    pb.ACT_RECORD_RATING: _OPERATES,
    pb.ACT_SET_GO_LIVE: _SIGNS,
    pb.ACT_SIGN_IMPORT: _SIGNS,
    pb.ACT_IMPORT_LISTING: _SIGNS,
    pb.ACT_UNDO_IMPORT: _SIGNS,
    pb.ACT_END_IMPORTED: _SIGNS,
}

# Records show persons: operators, whom no court has enrolled, see the ledger and never a record.
READERS: Final[Mapping[str, frozenset[pb.Role.ValueType]]] = {
    "GetListing": _RECORDS,
    "GetOrder": _RECORDS,
    "GetObligation": _RECORDS,
    "SearchListings": _RECORDS,
    "GetStanding": _RECORDS,
    "ListTasks": _RECORDS,
    "GetLedger": _RECORDS | _OPERATES,
    "ListUnsettledEndings": _RECORDS | _OPERATES,
    "ListPartners": _RECORDS | _OPERATES,
    "ReadLedger": _RECORDS | _OPERATES,
    "GetImport": _RECORDS,
    "ListImports": _RECORDS,
    "ReadRows": _RECORDS,
    "ReadSample": _RECORDS,
    "ReadCompletion": _RECORDS,
}

_PREPARES: Final = frozenset({pb.ROLE_CLERK})
_APPROVES: Final = frozenset({pb.ROLE_CLERK, pb.ROLE_JUDGE})

# What is written beside the ledger: nothing takes effect by it before a president has signed.
WRITERS: Final[Mapping[str, frozenset[pb.Role.ValueType]]] = {
    "BeginImport": _PREPARES,
    "StageRecords": _PREPARES,
    "PrepareImport": _PREPARES,
    "ApproveImport": _APPROVES,
    "AbandonImport": _RECORDS,
    "CompleteRow": _PREPARES,
    "ApproveRow": _APPROVES,
}


def require_role(act: pb.Act.ValueType, actor: Actor) -> None:
    """Raise ServiceError ROLE_REFUSED unless the actor's role may do the act."""
    _require(AUTHORITY.get(act, frozenset()), actor, "do this; have it done")


def require_reader(rpc: str, actor: Actor) -> None:
    """Raise ServiceError ROLE_REFUSED unless the actor's role may read by the RPC of this name."""
    _require(READERS.get(rpc, frozenset()), actor, "read this; have it read")


def require_writer(rpc: str, actor: Actor) -> None:
    """Raise ServiceError ROLE_REFUSED unless the actor's role may write by the RPC of this name."""
    _require(WRITERS.get(rpc, frozenset()), actor, "do this; have it done")


def _require(allowed: frozenset[pb.Role.ValueType], actor: Actor, what: str) -> None:
    if actor.role in allowed:
        return
    roles = ",".join(sorted(pb.Role.Name(one).removeprefix("ROLE_") for one in allowed))
    raise ServiceError(
        reasons.ERROR_REASON_ROLE_REFUSED,
        f"this role may not {what} by one of: {roles}",
        metadata={"roles": roles},
    )
