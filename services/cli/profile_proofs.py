"""Reading from a profile what proves who calls: [tls], and files beside people and partners."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from authority.peer import Peer, PeerKind
from chassis.tls.transport import TRUST_DOMAIN_DEFAULT
from cli.errors import Problem
from cli.proofs import KeyFile, Pair, ProfileProofs

PROOF: Final = ("certificate", "key", "assertion_key", "key_id", "sign_key", "sign_key_id")
_TLS: Final = ("trust", "trust_domain", "plaintext")
_PARTNER: Final = ("certificate", "key")


def read_proofs(folder: Path, given: Mapping[str, Any], problems: list[Problem]) -> ProfileProofs:
    """The proofs; paths are from `folder`, where the profile lies. What is wrong goes to `problems`."""
    tls = _table(given, "tls", problems)
    problems += [
        Problem(f"tls.{name}", "FIELD_INVALID", f"is not known; one of: {', '.join(_TLS)}")
        for name in tls
        if name not in _TLS
    ]
    trust, plaintext = tls.get("trust", ""), tls.get("plaintext", False)
    domain = tls.get("trust_domain", TRUST_DOMAIN_DEFAULT)
    if not isinstance(trust, str) or not isinstance(domain, str) or not isinstance(plaintext, bool):
        problems.append(
            Problem("tls", "FIELD_INVALID", "trust and trust_domain are texts, plaintext is true")
        )
        return ProfileProofs()
    if trust and plaintext:
        problems.append(Problem("tls.plaintext", "FIELD_CONFLICT", "leave trust away, or this"))
    pairs: dict[Peer, Pair] = {}
    people: dict[tuple[str, str], KeyFile] = {}
    signers: dict[tuple[str, str], KeyFile] = {}
    for path, peer, one in (*_people(given), *_partners(given, problems)):
        certificate, key = one.get("certificate", ""), one.get("key", "")
        if bool(certificate) != bool(key):
            problems.append(Problem(path, "FIELD_REQUIRED", "give certificate and key, or neither"))
        elif certificate:
            pairs[peer] = Pair(folder / str(certificate), folder / str(key))
        if one.get("assertion_key"):
            file = KeyFile(folder / str(one["assertion_key"]), str(one.get("key_id", "")))
            people[str(one.get("person", "")), peer.name] = file
        if one.get("sign_key"):
            file = KeyFile(folder / str(one["sign_key"]), str(one.get("sign_key_id", "")))
            signers[str(one.get("person", "")), peer.name] = file
    return ProfileProofs(
        trust=folder / trust if trust else None,
        plaintext=plaintext,
        trust_domain=domain,
        pairs=pairs,
        people=people,
        signers=signers,
    )


def _people(given: Mapping[str, Any]) -> Iterator[tuple[str, Peer, Mapping[str, Any]]]:
    """Who acts; that these are tables, and what else may be in them, is said elsewhere."""
    listed = given.get("people", [])
    entries = [("acting", given.get("acting", {}))]
    entries += [
        (f"people[{index}]", one)
        for index, one in enumerate(listed if isinstance(listed, list) else [])
    ]
    for path, one in entries:
        if not isinstance(one, Mapping):
            continue
        if one.get("role") == "operator":
            yield path, Peer(PeerKind.OPERATOR, str(one.get("person", ""))), one
        else:
            yield path, Peer(PeerKind.COURT, str(one.get("court", ""))), one


def _partners(
    given: Mapping[str, Any], problems: list[Problem]
) -> Iterator[tuple[str, Peer, Mapping[str, Any]]]:
    for name, one in _table(given, "partners", problems).items():
        path = f"partners.{name}"
        if not isinstance(one, Mapping) or not all(
            key in _PARTNER and isinstance(value, str) for key, value in one.items()
        ):
            problems.append(Problem(path, "FIELD_INVALID", "a table with certificate and key"))
            continue
        yield path, Peer(PeerKind.PARTNER, name), one


def _table(given: Mapping[str, Any], name: str, problems: list[Problem]) -> Mapping[str, Any]:
    table = given.get(name, {})
    if not isinstance(table, Mapping):
        problems.append(Problem(name, "FIELD_INVALID", f"must be a table: [{name}]"))
        return {}
    return table
