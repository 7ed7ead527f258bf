"""`python -m certificates`."""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from authority.peer import Peer, PeerKind, read_spiffe_id
from certificates.folder import CertificateError, CertificateFolder
from certificates.issuing import LEAF_LIFE

TRUST_DOMAIN: Final = "courtlist.example"
_REFUSED: Final = 1
_USABLE_NOT: Final = 2
_SERVICES: Final = Path(__file__).resolve().parents[1]

_EPILOG: Final = """\
an identity is KIND/NAME:
  service/registry      a process of the court's own, by the name of its package
  court/京0199          a court's office; which person acts there, an assertion says
  partner/rail-1        who asks, or is pushed to, by the id under which it is enrolled
  operator/operator-1   a person who runs the system
  Those who are in DIR already are looked after, too. In a new DIR and without any: every service, and who
  is in `courtlist init --example`.

what is in DIR afterwards:
  trust.pem                      COURTLIST_TLS_TRUST of everybody
  service/registry.pem, .key     COURTLIST_TLS_CERTIFICATE, COURTLIST_TLS_KEY of that one
  ca/                            keep it where no server is: who has ca/current.key can be anybody

to rotate a certificate: run it again with --renew and the identity; servers and clients read the new pair
  by themselves. Without --renew only what has less than a third of its life left is made anew, so that a
  timer may run it every day.

to replace the CA, without a moment in which anybody is refused:
  --ca begin     the next CA is trusted beside this one; hand trust.pem to everybody
  --ca switch    it signs from now on, and every certificate here is made anew; hand them out
  --ca end       the former CA is trusted no more; hand trust.pem to everybody

examples:
  python -m certificates --out .data/certificates
  python -m certificates --out certificates court/京0199 partner/rail-1
  python -m certificates --out certificates --renew service/travel

exit codes: 0 done, 1 the folder cannot be used so, 2 the command line cannot be read
"""


def execute(arguments: Sequence[str]) -> int:
    """Do what the command line says; return the exit code."""
    given = _parser().parse_args(arguments)
    peers = []
    for text in given.identities:
        peer = read_spiffe_id(_uri(text, given.trust_domain), given.trust_domain)
        if peer is None:
            kinds = ", ".join(PeerKind)
            print(f"{text}: is no identity; KIND/NAME with KIND of {kinds}", file=sys.stderr)
            return _USABLE_NOT
        peers.append(peer)
    folder = CertificateFolder(given.out, trust_domain=given.trust_domain)
    try:
        _carry_out(folder, peers, given)
    except CertificateError as error:
        print(error, file=sys.stderr)
        return _REFUSED
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return _REFUSED
    return 0


def _carry_out(folder: CertificateFolder, peers: Sequence[Peer], given: argparse.Namespace) -> None:
    """Raises CertificateError, OSError."""
    if given.ca == "begin":
        folder.begin_ca()
    elif given.ca == "switch":
        folder.switch_ca()
    elif given.ca == "end":
        folder.end_ca()
    if given.ca:
        # What was not of the current CA is made anew; nothing else is asked for.
        peers = folder.peers()
    life = timedelta(days=given.days)
    named = set(peers)
    # Whoever is there already is looked after, too.
    wanted = dict.fromkeys((*peers, *folder.peers())) or development()
    for peer in wanted:
        renew = given.renew and (not named or peer in named)
        made = folder.ensure(peer, renew=renew, life=life)
        done = "made" if made else "there already"
        print(f"{folder.pair_of(peer).certificate}: {done}", file=sys.stderr)
    print(f"{folder.trust}: who is trusted", file=sys.stderr)


def development() -> tuple[Peer, ...]:
    """Who takes part in a system on one machine: its services, and whom `courtlist init --example` names."""
    laws = {path.parent.name for path in _SERVICES.glob("*/policy.py")}
    programs = {path.parent.name for path in _SERVICES.glob("*/__main__.py")}
    services = ("registry", "importer", *sorted(laws & programs))
    return (
        *(Peer(PeerKind.SERVICE, name) for name in services),
        Peer(PeerKind.OPERATOR, "operator-1"),
        *(Peer(PeerKind.COURT, code) for code in ("京0199", "沪0199")),
        *(Peer(PeerKind.PARTNER, name) for name in ("rail-1", "hotel-1", "bank-1", "buyer-1")),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m certificates",
        description="Makes a development CA and a certificate for each identity, ECDSA P-256. For "
        "development, and for a court without a certificate service of its own.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("identities", nargs="*", metavar="KIND/NAME", help="see below")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder of the CA and certificates"
    )
    parser.add_argument(
        "--renew", action="store_true", help="make new ones though the old would last"
    )
    parser.add_argument(
        "--days",
        type=int,
        default=LEAF_LIFE.days,
        choices=range(1, 366),
        metavar="DAYS",
        help="life of what is made, 1 to 365 (default: %(default)s); a CA lives a year",
    )
    parser.add_argument(
        "--trust-domain",
        default=TRUST_DOMAIN,
        metavar="NAME",
        help="COURTLIST_TRUST_DOMAIN of everybody (default: %(default)s)",
    )
    parser.add_argument(
        "--ca", choices=("begin", "switch", "end"), help="replace the CA: see below"
    )
    return parser


def _uri(text: str, trust_domain: str) -> str:
    """The SPIFFE ID, with the name as Peer writes it."""
    kind, _, name = text.partition("/")
    if kind not in set(PeerKind) or not name or "/" in name:
        return ""
    return Peer(PeerKind(kind), name).spiffe_id(trust_domain)
