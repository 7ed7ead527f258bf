"""The profile with which `courtlist` finds what this stack serves: services/cli/README.md."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authority.peer import Peer, PeerKind
from stack.connections import OPERATOR_PEER
from stack.supervisor import Stack

NAME: Final = "courtlist.toml"
_FIRST: Final = "京0199"
_SECOND: Final = "沪0199"


@dataclass(frozen=True, slots=True)
class Office:
    """A person in a role at a court."""

    person: str
    role: str
    court: str


# The people and partners of `courtlist init --example`: `--as clerk-1` is enough for who has run it.
EXAMPLE_PEOPLE: Final = (
    Office("clerk-1", "clerk", _FIRST),
    Office("clerk-2", "clerk", _FIRST),
    Office("judge-1", "judge", _FIRST),
    Office("president-1", "president", _FIRST),
    Office("clerk-3", "clerk", _SECOND),
    Office("judge-2", "judge", _SECOND),
    Office("president-2", "president", _SECOND),
)
EXAMPLE_PARTNERS: Final = ("rail-1", "hotel-1", "bank-1", "buyer-1")


def write_profile(
    stack: Stack,
    *,
    people: Sequence[Office] = EXAMPLE_PEOPLE,
    partners: Sequence[str] = EXAMPLE_PARTNERS,
) -> Path:
    """Write the profile into the data folder, for its owner alone: it holds passwords.

    Whoever is named gets a certificate, and a person a key of her own, which stays; `courtlist init`
    enrols its public part. A check is asked as the first of the partners.
    """
    # A partner's process is no service of ours; its name says whose certificate it has.
    beside = {
        service.name if service.keyring else f"partner/{service.name}": stack.addresses[
            service.name
        ]
        for service in stack.layout
        if service.name not in stack.stores
    }
    lines = [
        "# Written at every start: courtlist --profile THIS_FILE status",
        f"partner = {json.dumps(partners[0])}",
        "",
        *_tls(stack),
        *_table("addresses", {name: stack.addresses[name] for name in stack.stores}),
        *_table("processes", beside),
        *_table("stores", stack.stores),
        *_table(
            "acting",
            {"person": OPERATOR_PEER.name, "role": "operator", **_pair(stack, OPERATOR_PEER)},
        ),
    ]
    for one in people:
        said = {"person": one.person, "role": one.role, "court": one.court}
        court = Peer(PeerKind.COURT, one.court)
        lines += _table("[people]", {**said, **_pair(stack, court), **_keys(stack, one)})
    for name in partners:
        lines += _table(f"partners.{name}", _pair(stack, Peer(PeerKind.PARTNER, name)))
    path = stack.folder.path / NAME
    _write(path, "\n".join(lines).encode())
    return path


def _tls(stack: Stack) -> list[str]:
    certificates = stack.proofs.certificates
    if certificates is None:
        return ["[tls]", "plaintext = true", ""]
    said = {"trust": str(certificates.trust), "trust_domain": certificates.trust_domain}
    return _table("tls", said)


def _pair(stack: Stack, peer: Peer) -> dict[str, str]:
    files = stack.proofs.transport_of(peer).files
    if files is None:
        return {}
    return {"certificate": str(files.certificate), "key": str(files.key)}


def _keys(stack: Stack, office: Office) -> dict[str, str]:
    """The files of a person's keys; a president has one of her own with which she signs."""
    asserting = {"assertion_key": _key(stack, f"{office.person}.pem")}
    if office.role != "president":
        return asserting
    return {**asserting, "sign_key": _key(stack, f"{office.person}.sign.pem")}


def _key(stack: Stack, name: str) -> str:
    """The path of a key, made the first time."""
    path = stack.folder.sub("people") / name
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        _write(path, pem)
    return str(path)


def _write(path: Path, content: bytes) -> None:
    aside = path.with_suffix(".new")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    aside.replace(path)


def _table(name: str, values: Mapping[str, str]) -> list[str]:
    # A JSON text is a TOML text.
    return [
        f"[{name}]",
        *(
            f"{_word(key)} = {json.dumps(value, ensure_ascii=False)}"
            for key, value in values.items()
        ),
        "",
    ]


def _word(key: str) -> str:
    """A key of TOML, quoted where it is not bare."""
    return json.dumps(key) if "/" in key else key
