"""Doors of servers on which tests ask for what lies behind."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from authority.caller import Caller, set_caller
from authority.doorkeeper import Doorkeeper, Identities, People
from authority.identities import PARTNER_KEY, WordOfMouth
from authority.peer import Peer, PeerKind
from chassis.tls.transport import PLAINTEXT
from stack.layout import ours

PARTNER: Final = "partner-1"
AS_PARTNER: Final = PLAINTEXT.saying(PARTNER_KEY, PARTNER)
"""A client that is PARTNER where a call does not say otherwise."""


class EveryPartner:
    """Whoever says that it is a partner is enrolled in every field."""

    def fields_of(self, _: str) -> frozenset[str]:
        return frozenset(service.name for service in ours())


class FeedForAll(Doorkeeper):
    """The feed is read as any follower, by whoever calls; every other call passes the table."""

    def __init__(self, *, people: People, identities: Identities | None = None) -> None:
        super().__init__(identities=identities or WordOfMouth(), people=people)

    def door(self, method: str) -> Callable[[Any, Any], Awaitable[None]]:
        if method.startswith("/courtlist.ledger.v1.LedgerService/"):
            return self._open
        return super().door(method)

    async def _open(self, _request: Any, _context: Any) -> None:
        set_caller(Caller(Peer(PeerKind.SERVICE, "any")))


def call_as_partner(partner: str = PARTNER) -> None:
    """From here on the running call is the partner's, as the doorkeeper leaves it."""
    set_caller(Caller(Peer(PeerKind.PARTNER, partner)))
