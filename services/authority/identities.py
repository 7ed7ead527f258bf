"""Which peer is at the other end of a connection: by its certificate, or in plaintext by its word."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cryptography import x509

from authority.doorkeeper import Identities
from authority.errors import peer_unknown, peer_unsaid
from authority.peer import Peer, PeerKind, read_spiffe_id
from chassis.clock import Clock
from chassis.tls.context import is_authority
from chassis.tls.transport import Transport

PARTNER_KEY: Final = "courtlist-partner"
SERVICE_KEY: Final = "courtlist-service"
PERSON_KEY: Final = "courtlist-person"
ROLE_KEY: Final = "courtlist-role"
COURT_KEY: Final = "courtlist-court-bin"

# As they are enrolled: opaque ids, never names; nothing that a log or a database chokes on.
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,63}")
_COURT_CODE: Final = re.compile(r"\w{1,20}")
_KNOWN_MAX: Final = 4_096
_NO_PROOF: Final = (b"",)


def identities_of(transport: Transport, clock: Clock) -> Identities:
    """What a server of this transport can know of its peers."""
    if transport.is_plaintext:
        return WordOfMouth()
    return CertificateIdentities(trust_domain=transport.trust_domain, clock=clock)


def is_name(value: object) -> bool:
    """Whether it may be a peer's or a person's id."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


class CertificateIdentities:
    """Reads the peer from the certificate with which the handshake was made.

    A connection outlives its handshake by hours, so the certificate's end is looked at with every
    call: whoever has not come back with a newer one is unknown from then on.
    """

    def __init__(self, *, trust_domain: str, clock: Clock) -> None:
        self._trust_domain = trust_domain
        self._clock = clock
        # By the connection's address and the names that its handshake proved: asking gRPC for the whole
        # certificate costs every call thirty times as much.
        self._known: dict[tuple[str, tuple[bytes, ...]], tuple[Peer, datetime]] = {}

    def peer_of(self, context: Any) -> Peer:
        """The peer of the call's connection. Raises ServiceError PEER_UNKNOWN."""
        connection = (context.peer(), tuple(context.peer_identities() or ()))
        known = self._known.get(connection)
        if known is None or known[1] <= self._clock.now():
            # An address is used again: it may be another connection's by now, with a newer certificate.
            self._known.pop(connection, None)
            known = self._read(context.auth_context())
            if len(self._known) >= _KNOWN_MAX:
                self._known.clear()
            self._known[connection] = known
        return known[0]

    def peer_named(self, uri: str) -> Peer | None:
        """The peer that a certificate with this URI names; None for none of this trust domain."""
        return read_spiffe_id(uri, self._trust_domain)

    def _read(self, proven: Mapping[str, Any]) -> tuple[Peer, datetime]:
        """The peer and the end of its certificate."""
        # gRPC leaves it out where a certificate has several URIs: SPIFFE allows exactly one.
        said: bytes = proven.get("peer_spiffe_id", _NO_PROOF)[0]
        peer = self.peer_named(said.decode("ascii", errors="replace"))
        if peer is None:
            raise peer_unknown()
        content: bytes = proven.get("x509_pem_cert", _NO_PROOF)[0]
        certificate = x509.load_pem_x509_certificate(content)
        runs_out_at = certificate.not_valid_after_utc
        if runs_out_at <= self._clock.now() or is_authority(certificate):
            raise peer_unknown()
        return peer, runs_out_at


class WordOfMouth:
    """Believes the call's metadata: only for plaintext, which is for development and tests."""

    def peer_of(self, context: Any) -> Peer:
        """The peer that the call says. Raises ServiceError PEER_UNKNOWN when it says none."""
        said = dict(context.invocation_metadata() or ())
        for key, kind in ((SERVICE_KEY, PeerKind.SERVICE), (PARTNER_KEY, PeerKind.PARTNER)):
            if is_name(name := said.get(key)):
                return Peer(kind, str(name))
        person, role = said.get(PERSON_KEY, ""), said.get(ROLE_KEY, "")
        court = said.get(COURT_KEY, b"")
        if role == PeerKind.OPERATOR and not court and is_name(person):
            return Peer(PeerKind.OPERATOR, str(person))
        code = court.decode(errors="replace") if isinstance(court, bytes) else court
        if _COURT_CODE.fullmatch(code):
            return Peer(PeerKind.COURT, code)
        raise peer_unsaid()

    def peer_named(self, uri: str) -> Peer | None:
        """None: in plaintext there is no certificate."""
        del uri
        return None
