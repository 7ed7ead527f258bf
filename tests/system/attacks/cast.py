"""Everybody who attacks: each lawfully certified and enrolled, and none allowed what others are."""

from dataclasses import dataclass
from typing import Final

from authority.caller import Actor
from authority.peer import Peer, PeerKind
from authority.table import AUDITOR, CLERK, JUDGE, OPERATOR, PRESIDENT, REVIEWER, Row, Scope
from stack.connections import OPERATOR_PEER, RAIL_PEER
from stack.layout import ours
from stack.papers import Court

COURT_A: Final = Court("冀0199", "示例市第五人民法院", "031-0000 0005")
COURT_B: Final = Court("晋0199", "示例市第六人民法院", "035-0000 0006")
HOTEL_PEER: Final = Peer(PeerKind.PARTNER, "attack-hotel")
"""A partner that is enrolled for the field hotel alone; RAIL_PEER is for travel alone."""
STRANGER_PEER: Final = Peer(PeerKind.PARTNER, "attack-stranger")
OTHER_SERVICE: Final = Peer(PeerKind.SERVICE, "attack-service")
FOLLOWED: Final = "travel"
"""Whose name the other service uses."""
OTHER_PEER: Final = Peer(PeerKind.PARTNER, "attack-others")
"""A partner that is enrolled for every field but those two."""
FIELDS: Final = frozenset(one.name for one in ours() if one.follows)
PARTNER_FIELDS: Final = {
    RAIL_PEER: frozenset({"travel"}),
    HOTEL_PEER: frozenset({"hotel"}),
    OTHER_PEER: FIELDS - {"travel", "hotel"},
}


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A certificate, and the person who signs over it where there is one."""

    words: str
    peer: Peer
    person: Actor | None = None

    def expected(self, row: Row | None, field: str) -> str | None:
        """The reason with which the table has it refused; None: it is let in."""
        if row is None:
            return "PEER_REFUSED"
        if self.peer.kind in row.peers:
            return self._as_a_peer(row, field)
        if self.peer.kind is PeerKind.OPERATOR and OPERATOR in row.roles:
            return None
        if self.peer.kind is PeerKind.COURT and row.roles - {OPERATOR}:
            return self._as_a_person(row)
        return "PEER_REFUSED"

    def _as_a_peer(self, row: Row, field: str) -> str | None:
        if row.scope is Scope.OWN_NAME:
            return "PEER_REFUSED"
        if row.scope is Scope.OWN_FIELD and self.peer not in PARTNER_FIELDS:
            return "PARTNER_UNKNOWN"
        if row.scope is Scope.OWN_FIELD and field not in PARTNER_FIELDS[self.peer]:
            return "FIELD_REFUSED"
        return None

    def _as_a_person(self, row: Row) -> str | None:
        if self.person is None:
            return "ACTOR_REQUIRED"
        return None if self.person.role in row.roles else "ROLE_REFUSED"


def actor(court: Court, role: str) -> Actor:
    """The court's person of that role."""
    roles = {
        "clerk": CLERK,
        "judge": JUDGE,
        "president": PRESIDENT,
        "reviewer": REVIEWER,
        "auditor": AUDITOR,
    }
    return Actor(person_id=getattr(court, role), role=roles[role], court_code=court.code)


def peer_of(court: Court) -> Peer:
    """The peer of the court's own certificate."""
    return Peer(PeerKind.COURT, court.code)


def _people(court: Court, letter: str) -> list[Identity]:
    roles = ("clerk", "judge", "president", "reviewer", "auditor")
    return [
        Identity(words=f"court {letter}'s {role}", peer=peer_of(court), person=actor(court, role))
        for role in roles
    ]


IDENTITIES: Final = (
    *_people(COURT_A, "A"),
    *_people(COURT_B, "B"),
    Identity(words="a court without a person", peer=peer_of(COURT_A)),
    Identity(words="an operator", peer=OPERATOR_PEER),
    Identity(words="a partner of travel", peer=RAIL_PEER),
    Identity(words="a partner of hotel", peer=HOTEL_PEER),
    Identity(words="a partner of the other fields", peer=OTHER_PEER),
    Identity(words="a partner not enrolled", peer=STRANGER_PEER),
    Identity(words="a service of another name", peer=OTHER_SERVICE),
)
