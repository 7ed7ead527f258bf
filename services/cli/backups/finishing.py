"""After a restore, with the registry up again: the ledger is verified and the restore announced.

Announcing begins a new incarnation: nobody is refused until every follower has reported what it saw
(services/decisions/0008).
"""

from dataclasses import dataclass
from typing import Any

from cli.acts import fresh_id
from cli.backups.manifest import Manifest
from cli.chain import Link, verify_shown
from cli.invocation import Invocation
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import admin_service_pb2 as admin


@dataclass(frozen=True, slots=True)
class Finished:
    """The restored ledger.

    Attributes:
        verified: position up to which every hash was recomputed.
        opened: head of the new incarnation.
        awaited: followers that have not reported yet.
    """

    verified: int
    opened: position_pb2.Position
    awaited: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        """As --json prints it."""
        return {
            "verifiedPosition": self.verified,
            "incarnation": self.opened.incarnation,
            "position": self.opened.position,
            "awaited": list(self.awaited),
        }


def finish(invocation: Invocation, held: Manifest, *, request_id: str) -> Finished:
    """Verify the whole chain with the backup's head in it, then announce the restore.

    Raises:
        CliError: the ledger does not verify: it is not what was backed up. Nothing is announced.
    """
    operators = invocation.operators
    before = invocation.ask(operators.GetLedger, admin.GetLedgerRequest())
    wanted = None
    if held.head is not None:
        wanted = Link(held.head.position, bytes.fromhex(held.head.hash), None)
    verified = verify_shown(
        invocation,
        before,
        wanted,
        broken="the restored ledger is not the one that was backed up",
        next_step="stop the registry and restore another backup",
    )
    request = admin.OpenIncarnationRequest(
        request_id=request_id or fresh_id(), expected_head=before.head
    )
    opened = invocation.ask(operators.OpenIncarnation, request).position
    after = invocation.ask(operators.GetLedger, admin.GetLedgerRequest())
    awaited = tuple(one.follower for one in after.followers if one.awaited)
    return Finished(verified.position, opened, awaited)
