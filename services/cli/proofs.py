"""What the profile holds to prove who calls: certificates of peers, and keys of people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from authority.caller import Actor
from authority.peer import Peer, PeerKind
from authority.proving_channel import PersonKey
from chassis.tls.files import TlsFiles, TlsFilesError
from chassis.tls.transport import TRUST_DOMAIN_DEFAULT, Transport
from cli import keys
from cli.errors import UsageError

_NO_TLS = (
    "write [tls] with trust = FILE, and certificate and key of whoever acts; "
    "services/cli/README.md shows a profile, and `make run` writes one"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Paths of a certificate and its key."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Path of a person's key, and its id where it is not the one that its public part gives."""

    path: Path
    key_id: str = ""

    def read(self) -> PersonKey:
        """The key under its id. Raises UsageError."""
        private = keys.read_private(self.path)
        key_id = self.key_id or keys.key_id_of(private.public_key())
        return PersonKey(key_id=key_id, private_key=private)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileProofs:
    """The proofs of a profile; see authority.proving_channel.Proofs.

    Attributes:
        trust: path of the CA certificates; None when the profile names none.
        plaintext: take the services, and be taken, at one's word.
        trust_domain: of every certificate.
        pairs: certificate and key by peer.
        people: keys of assertions by person and court.
        signers: keys that sign decisions, in the same way.
    """

    trust: Path | None = None
    plaintext: bool = False
    trust_domain: str = TRUST_DOMAIN_DEFAULT
    pairs: Mapping[Peer, Pair] = field(default_factory=dict)
    people: Mapping[tuple[str, str], KeyFile] = field(default_factory=dict)
    signers: Mapping[tuple[str, str], KeyFile] = field(default_factory=dict)

    def transport_of(self, peer: Peer) -> Transport:
        """With the peer's certificate. Raises UsageError."""
        if self.plaintext:
            return Transport(files=None, trust_domain=self.trust_domain)
        if self.trust is None:
            raise UsageError(
                "the profile says neither whom to trust nor that plaintext is meant",
                next_step=_NO_TLS,
            )
        pair = self.pairs.get(peer)
        if pair is None:
            raise UsageError(
                f"the profile has no certificate of {peer.kind}/{peer.name}",
                next_step=f"write certificate and key into {_place(peer)} of the profile",
            )
        try:
            files = TlsFiles(certificate=pair.certificate, key=pair.key, trust=self.trust)
        except TlsFilesError as error:
            raise UsageError(
                str(error),
                next_step="`courtlist certificates show FILE` tells whose a certificate is and until "
                "when; have the court's operator renew what has run out",
            ) from None
        return Transport(files=files, trust_domain=self.trust_domain)

    def key_of(self, person: Actor) -> PersonKey:
        """The key of her assertions. Raises UsageError."""
        found = self.people.get((person.person_id, person.court_code))
        if found is None:
            raise UsageError(
                f"the profile has no assertion_key of {person.person_id} at {person.court_code}",
                next_step="make one with `courtlist keys new --out FILE`, have it enrolled, and write "
                "assertion_key = FILE beside the person in [[people]]",
            )
        return found.read()

    def signing_key_of(self, person_id: str, court_code: str) -> PersonKey:
        """The key with which a president signs decisions. Raises UsageError."""
        found = self.signers.get((person_id, court_code))
        if found is None:
            raise UsageError(
                f"the profile has no sign_key of {person_id or 'nobody'} at {court_code or 'no court'}",
                next_step="make one with `courtlist keys new --out FILE`, have it enrolled for signing, "
                "and write sign_key = FILE beside the president in [[people]]; --as says who signs",
            )
        return found.read()


def _place(peer: Peer) -> str:
    """Where a profile holds the certificate of a peer."""
    if peer.kind is PeerKind.PARTNER:
        return f"[partners.{peer.name}]"
    if peer.kind is PeerKind.COURT:
        return f"the [[people]] of court {peer.name}"
    return "[acting]"
