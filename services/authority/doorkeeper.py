"""Lets a call in or refuses it: peer, person, role, scope. The one place, the same in every server."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from authority.caller import Actor, Caller, set_caller
from authority.errors import field_refused, partner_unknown, peer_refused, role_refused
from authority.peer import Peer, PeerKind
from authority.table import OPERATOR, Row, Scope, field_of, row_of
from chassis.telemetry.call_log import call_log

Door = Callable[[Any, Any], Awaitable[None]]


class Identities(Protocol):
    """Tells which peer is at the other end of a call's connection."""

    def peer_of(self, context: Any) -> Peer:
        """The peer. Raises ServiceError PEER_UNKNOWN."""
        ...

    def peer_named(self, uri: str) -> Peer | None:
        """The peer that a certificate with this URI names; None for none of ours."""
        ...


class People(Protocol):
    """Tells which person acts over a court's connection."""

    async def actor_of(self, context: Any, court: Peer) -> Actor:
        """The person, role and court. Raises ServiceError ACTOR_REQUIRED, ACTOR_UNKNOWN, ASSERTION_INVALID,
        ASSERTION_REPLAYED, ASSERTION_BORROWED, STORE_UNAVAILABLE.
        """
        ...


class Partners(Protocol):
    """Tells in which fields a partner is enrolled, from memory."""

    def fields_of(self, partner_id: str) -> frozenset[str] | None:
        """Its fields; None when it is not enrolled, or no longer."""
        ...


class Nobody:
    """People of a server that nobody acts on, and partners of one that none asks."""

    async def actor_of(self, context: Any, court: Peer) -> Actor:
        """Refuses: no RPC of such a server has roles of a court."""
        del context, court
        raise AssertionError("an RPC for persons needs a server that knows them")

    def fields_of(self, partner_id: str) -> frozenset[str] | None:
        """None: no partner is known here."""
        del partner_id
        return None


class Doorkeeper:
    """Enforces the table. `door` is asked for once a method, its result called for every call."""

    def __init__(
        self,
        *,
        identities: Identities,
        people: People | None = None,
        partners: Partners | None = None,
    ) -> None:
        self._identities = identities
        self._people = people or Nobody()
        self._partners = partners or Nobody()

    def door(self, method: str) -> Door:
        """What lets calls of `method` (`/package.Service/Rpc`) in, and notes who calls."""
        service, _, rpc = method.removeprefix("/").rpartition("/")
        row = row_of(service, rpc)
        field = field_of(service)

        async def admit(request: Any, context: Any) -> None:
            peer = self._identities.peer_of(context)
            # Refused or not: the call's line says whose it is.
            call_log().fields["peer"] = f"{peer.kind}/{peer.name}"
            if row is None:
                raise peer_refused(())
            set_caller(Caller(peer, await self._actor(row, peer, request, context, field)))

        return admit

    def lets_scrape(self, uri: str) -> bool:
        """Whether whoever has a certificate with this URI may read the metrics: operators and services."""
        peer = self._identities.peer_named(uri)
        return peer is not None and peer.kind in {PeerKind.OPERATOR, PeerKind.SERVICE}

    async def _actor(
        self, row: Row, peer: Peer, request: Any, context: Any, field: str
    ) -> Actor | None:
        """The person who acts, where the row asks for one. Raises ServiceError where it refuses."""
        if peer.kind in row.peers:
            self._check_scope(row, peer, request, field)
            return None
        if peer.kind is PeerKind.OPERATOR and OPERATOR in row.roles:
            return Actor(person_id=peer.name, role=OPERATOR, court_code="")
        if peer.kind is PeerKind.COURT and (of_courts := row.roles - {OPERATOR}):
            actor = await self._people.actor_of(context, peer)
            call_log().fields["person"] = actor.person_id
            if actor.role not in of_courts:
                raise role_refused(of_courts)
            return actor
        raise peer_refused(kinds_of(row))

    def _check_scope(self, row: Row, peer: Peer, request: Any, field: str) -> None:
        if row.scope is Scope.OWN_NAME and getattr(request, row.names) != peer.name:
            raise peer_refused(kinds_of(row), field=row.names)
        if row.scope is Scope.OWN_FIELD:
            fields = self._partners.fields_of(peer.name)
            if fields is None:
                raise partner_unknown()
            if field not in fields:
                raise field_refused()


def kinds_of(row: Row) -> tuple[PeerKind, ...]:
    """The kinds of peers over which an RPC may be called."""
    kinds = set(row.peers)
    if OPERATOR in row.roles:
        kinds.add(PeerKind.OPERATOR)
    if row.roles - {OPERATOR}:
        kinds.add(PeerKind.COURT)
    return tuple(sorted(kinds))
