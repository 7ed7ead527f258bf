"""Who may call which RPC, and within which bounds: one table. What has no row is refused.

Roles are persons': a clerk, judge, president, reviewer or auditor acts over a court's certificate with
an assertion of her own; an operator's certificate is the operator. Partners and services are peers
without a person: they may ask and follow, and no act is theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from authority.peer import PeerKind
from courtlist.ledger.v1 import change_pb2 as pb

Role: TypeAlias = pb.Role.ValueType

CLERK: Final = pb.ROLE_CLERK
JUDGE: Final = pb.ROLE_JUDGE
PRESIDENT: Final = pb.ROLE_PRESIDENT
REVIEWER: Final = pb.ROLE_REVIEWER
AUDITOR: Final = pb.ROLE_AUDITOR
OPERATOR: Final = pb.ROLE_OPERATOR


class Scope(Enum):
    """Whose data a call may touch. Each says where it is enforced."""

    OWN_COURT = "cases of the actor's court; by the act, which reads whose the record is"
    OWN_OR_BELOW = (
        "cases of the actor's court, or of a court whose decisions it reviews; by the act"
    )
    ANY_COURT = "what every court may see of a debtor; nothing to enforce"
    OWN_FIELD = "the field for which the partner is enrolled; by the doorkeeper"
    OWN_NAME = "what the service calls itself in the request; by the doorkeeper"
    SYSTEM = "no person's data; nothing to enforce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Who may call one RPC.

    Attributes:
        roles: persons who may; an RPC with roles is a person's, and peers without one are refused.
        peers: peers that may without a person.
        scope: whose data the call may touch.
        names: the request's field that must be the peer's own name (Scope.OWN_NAME).
    """

    roles: frozenset[Role] = frozenset()
    peers: frozenset[PeerKind] = frozenset()
    scope: Scope
    names: str = ""


def _persons(*roles: Role, scope: Scope) -> Row:
    return Row(roles=frozenset(roles), scope=scope)


def _peers(*kinds: PeerKind, scope: Scope, names: str = "") -> Row:
    return Row(peers=frozenset(kinds), scope=scope, names=names)


_FOLLOWS: Final = _peers(PeerKind.SERVICE, scope=Scope.OWN_NAME, names="follower")
_OPERATES: Final = _persons(OPERATOR, scope=Scope.SYSTEM)
_READS: Final = _persons(CLERK, JUDGE, PRESIDENT, REVIEWER, scope=Scope.ANY_COURT)
_RECORDS: Final = _persons(CLERK, JUDGE, PRESIDENT, scope=Scope.OWN_COURT)
_DECIDES: Final = _persons(JUDGE, PRESIDENT, REVIEWER, scope=Scope.OWN_OR_BELOW)
_JUDGES: Final = _persons(JUDGE, PRESIDENT, scope=Scope.OWN_COURT)
_SIGNS: Final = _persons(PRESIDENT, scope=Scope.OWN_COURT)
_PREPARES: Final = _persons(CLERK, scope=Scope.OWN_COURT)
_APPROVES: Final = _persons(CLERK, JUDGE, scope=Scope.OWN_COURT)
_STAFFS: Final = _persons(PRESIDENT, OPERATOR, scope=Scope.OWN_COURT)
_ANYBODY: Final = _peers(*PeerKind, scope=Scope.SYSTEM)

TABLE: Final[Mapping[str, Mapping[str, Row]]] = {
    "courtlist.registry.v1.RegistryService": {
        "EnterListing": _RECORDS,
        "IssueOrder": _RECORDS,
        "PrepareBinding": _RECORDS,
        "BindDocument": _RECORDS,
        "UnbindDocument": _JUDGES,
        "IssuePayoffStatement": _RECORDS,
        "RecordRepayment": _RECORDS,
        "ReverseRepayment": _JUDGES,
        "RecordActPerformed": _JUDGES,
        "EndListing": _DECIDES,
        "RevokeListing": _DECIDES,
        "CorrectListing": _JUDGES,
        "LiftOrder": _DECIDES,
        "GrantPass": _JUDGES,
        "WithdrawPass": _JUDGES,
        "GetListing": _READS,
        "GetOrder": _READS,
        "GetObligation": _READS,
        "SearchListings": _READS,
        "GetStanding": _READS,
        "ListTasks": _READS,
        "CloseTask": _JUDGES,
    },
    "courtlist.registry.v1.AdminService": {
        "EnrolCourt": _OPERATES,
        "RetireCourt": _OPERATES,
        "EnrolOfficer": _STAFFS,
        "RetireOfficer": _STAFFS,
        "EnrolKey": _persons(
            CLERK, JUDGE, PRESIDENT, REVIEWER, AUDITOR, OPERATOR, scope=Scope.OWN_COURT
        ),
        "RetireKey": _persons(
            CLERK, JUDGE, PRESIDENT, REVIEWER, AUDITOR, OPERATOR, scope=Scope.OWN_COURT
        ),
        "ListOfficers": _persons(
            CLERK, JUDGE, PRESIDENT, REVIEWER, AUDITOR, OPERATOR, scope=Scope.OWN_COURT
        ),
        "GetLedger": _persons(CLERK, JUDGE, PRESIDENT, AUDITOR, OPERATOR, scope=Scope.SYSTEM),
        "ReadLedger": _persons(CLERK, JUDGE, PRESIDENT, AUDITOR, OPERATOR, scope=Scope.SYSTEM),
        "OpenIncarnation": _OPERATES,
        "RetireFollower": _OPERATES,
        "ListUnsettledEndings": _persons(CLERK, JUDGE, PRESIDENT, OPERATOR, scope=Scope.ANY_COURT),
        "SettleEnding": _JUDGES,
        "EnrolPartner": _OPERATES,
        "RetirePartner": _OPERATES,
        "RecordRating": _OPERATES,
        "ListPartners": _persons(CLERK, JUDGE, PRESIDENT, AUDITOR, OPERATOR, scope=Scope.SYSTEM),
        "SetGoLive": _SIGNS,
        "OpenEpoch": _OPERATES,
        "SwitchEpoch": _OPERATES,
        "CloseEpoch": _OPERATES,
        "GetEpochs": _persons(AUDITOR, OPERATOR, scope=Scope.SYSTEM),
    },
    "courtlist.registry.v1.ImportService": {
        "BeginImport": _PREPARES,
        "StageRecords": _PREPARES,
        "PrepareImport": _PREPARES,
        "GetImport": _RECORDS,
        "ListImports": _RECORDS,
        "ReadRows": _RECORDS,
        "ReadSample": _RECORDS,
        "ApproveImport": _APPROVES,
        "SignImport": _SIGNS,
        "AbandonImport": _RECORDS,
        "UndoImport": _SIGNS,
        "CompleteRow": _PREPARES,
        "ReadCompletion": _RECORDS,
        "ApproveRow": _APPROVES,
    },
    "courtlist.ledger.v1.LedgerService": {
        "ReadChanges": _FOLLOWS,
        "ReportEndings": _FOLLOWS,
        "ConfirmStanding": _peers(PeerKind.SERVICE, scope=Scope.SYSTEM),
        "ReadDigests": _peers(PeerKind.SERVICE, scope=Scope.SYSTEM),
    },
    "courtlist.restriction.v1.PartnerService": {
        "ReceiveRestrictions": _peers(PeerKind.SERVICE, scope=Scope.OWN_NAME, names="field"),
    },
    "courtlist.restriction.v1.QueryService": {
        "ListQueries": _persons(CLERK, JUDGE, PRESIDENT, scope=Scope.ANY_COURT),
        "ReadQueries": _persons(AUDITOR, scope=Scope.ANY_COURT),
        "ReadQueryCounts": _persons(AUDITOR, OPERATOR, scope=Scope.SYSTEM),
    },
    "courtlist.process.v1.ProcessService": {"GetProcess": _OPERATES},
    # Whoever has a certificate of the trust domain may ask whether a process is up.
    "grpc.health.v1.Health": {"Check": _ANYBODY, "List": _ANYBODY, "Watch": _ANYBODY},
    "grpc.reflection.v1alpha.ServerReflection": {"ServerReflectionInfo": _ANYBODY},
}

_PARTNERS: Final = _peers(PeerKind.PARTNER, scope=Scope.OWN_FIELD)

# The same for every field, so that a new one needs no row: by the first word of the RPC's name.
FIELDS: Final[Mapping[str, Row]] = {
    "Check": _PARTNERS,
    "Assess": _PARTNERS,
    "ReadRestrictions": _PARTNERS,
}


def row_of(service: str, rpc: str) -> Row | None:
    """The row of an RPC by its service's full name and its own; None when it has none."""
    if service in TABLE:
        return TABLE[service].get(rpc)
    if not field_of(service):
        return None
    return next((row for word, row in FIELDS.items() if rpc.startswith(word)), None)


def field_of(service: str) -> str:
    """The field whose own service this is, for example `travel` of courtlist.travel.v1.TravelService.

    Empty for any other service.
    """
    package, _, name = service.rpartition(".")
    parts = package.split(".")
    if len(parts) != 3 or parts[0] != "courtlist":
        return ""
    return parts[1] if name == f"{parts[1].capitalize()}Service" and service not in TABLE else ""
