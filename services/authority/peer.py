"""The peer at the other end of a connection, as its certificate names it (SPIFFE ID, URI SAN).

    spiffe://<trust domain>/court/<code>        a court's office
    spiffe://<trust domain>/partner/<id>        who asks, and who is pushed to
    spiffe://<trust domain>/service/<name>      a process of the court's own
    spiffe://<trust domain>/operator/<id>       a person who runs the system

A path segment of a SPIFFE ID holds letters, digits, dots, hyphens and underscores only, so a court's
code (京0105) is written in Punycode (RFC 3492) behind `xn--`, as host names are. Nobody else's name is: who
has a certificate as somebody's lookalike would be taken for her wherever people read it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

_ID: Final = re.compile(
    r"spiffe://(?P<domain>[a-z0-9._-]{1,255})/(?P<kind>[a-z]+)/(?P<segment>[A-Za-z0-9._-]{1,63})"
)
_ENCODED: Final = "xn--"
_DOTS: Final = frozenset({".", ".."})
_COURT_CODE: Final = re.compile(r"\w{1,20}")


class PeerKind(StrEnum):
    """What a peer is."""

    COURT = "court"
    PARTNER = "partner"
    SERVICE = "service"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Peer:
    """A kind and a name: a court's code, a partner's id, a service's name, an operator's id."""

    kind: PeerKind
    name: str

    def spiffe_id(self, trust_domain: str) -> str:
        """The URI of its certificates."""
        return f"spiffe://{trust_domain}/{self.kind}/{_segment(self.name)}"

    def host_name(self, trust_domain: str) -> str:
        """The DNS name beside it: what a client expects of a server, wherever it listens."""
        return f"{_segment(self.name).lower()}.{self.kind}.{trust_domain}"


@lru_cache(maxsize=4096)
def read_spiffe_id(uri: str, trust_domain: str) -> Peer | None:
    """The peer that `uri` names within `trust_domain`; None for anything else."""
    found = _ID.fullmatch(uri)
    if found is None or found["domain"] != trust_domain:
        return None
    try:
        kind = PeerKind(found["kind"])
    except ValueError:
        return None
    name = _court_code(found["segment"]) if kind is PeerKind.COURT else _plain(found["segment"])
    return None if name is None else Peer(kind, name)


def _segment(name: str) -> str:
    if name.isascii():
        return name
    return _ENCODED + name.encode("punycode").decode("ascii")


def _plain(segment: str) -> str | None:
    """The segment itself; a path's own dots (SPIFFE-ID §2.2) and what is encoded are nobody's name."""
    return None if segment in _DOTS or segment.startswith(_ENCODED) else segment


def _court_code(segment: str) -> str | None:
    code = _decoded(segment)
    return code if code is not None and _COURT_CODE.fullmatch(code) else None


def _decoded(segment: str) -> str | None:
    if not segment.startswith(_ENCODED):
        return segment
    try:
        name = segment.removeprefix(_ENCODED).encode("ascii").decode("punycode")
    except UnicodeError:
        return None
    # Two segments for one name would be two certificates for one court.
    return name if not name.isascii() and _segment(name) == segment else None
