"""`python -m registry keyring`: making keys, adding and dropping them, and showing their names."""

import argparse
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from chassis.config import ConfigError
from chassis.errors import ServiceError
from registry.keyring import KeyringError, generate
from registry.keyring_changes import CHANGES

_USABLE_NOT: Final = 2


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its own."""
    keyring = commands.add_parser(
        "keyring", help="make fresh keys for a registry and its gates, or change them"
    )
    keyring.add_argument("--out", type=Path, help="make keys: folder for the two key files")
    changes = keyring.add_subparsers(dest="change", title="changes")
    _file(changes.add_parser("show", help="print the names of the keys, and no secret"))
    _file(changes.add_parser("add-seal-key", help="add the key that seals from now on"))
    added = changes.add_parser("add-digest-key", help="add the key of a further epoch")
    _file(added)
    _gate(added)
    exported = changes.add_parser("export-gate-keys", help="write what gates need of a keyring")
    _file(exported)
    exported.add_argument("gate", type=Path, metavar="GATE_FILE", help="the gates' keyring")
    dropped = changes.add_parser(
        "drop-seal-key", help="drop a key by which nothing is sealed any more (asks the database)"
    )
    _file(dropped)
    dropped.add_argument("key_id", metavar="KEY_ID")
    dropped = changes.add_parser(
        "drop-digest-key", help="drop the key of an epoch that is closed (asks the database)"
    )
    _file(dropped)
    dropped.add_argument("epoch", type=int, metavar="EPOCH")
    _gate(dropped)
    _add_secret_parsers(changes)


def _add_secret_parsers(
    changes: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    for name, about in (
        ("add-partner-secret", "add a version of the partners' secret, which nobody uses yet"),
        ("use-partner-secret", "key what partners are sent by the newest version"),
        ("drop-partner-secret", "drop a version of the partners' secret that is used no more"),
        (
            "add-registry-secret",
            "add a version of the registry's own secret, which nobody uses yet",
        ),
        ("use-registry-secret", "key what the registry keeps and tells by the newest version"),
        (
            "drop-registry-secret",
            "drop a version of the registry's own secret that is used no more (asks the database)",
        ),
    ):
        parser = changes.add_parser(name, help=about)
        _file(parser)
        if not name.startswith("add"):
            parser.add_argument("version", type=int, metavar="VERSION")
        if name.endswith("partner-secret"):
            _gate(parser)
        if name == "drop-registry-secret":
            _oldest_copy(parser)


def _oldest_copy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--oldest-copy",
        required=True,
        type=_instant,
        metavar="INSTANT",
        help="when the oldest copy of the registry's database was made from which you would still restore it, "
        "as 2026-11-01T00:00+08:00: what ended after an older one is proven by a version that was in use then",
    )


def execute(given: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Do what the command line says; returns the exit code: 0 done, 1 refused or failed, 2 no use."""
    if given.change is None:
        return _make(given.out)
    try:
        sys.stdout.write(f"{CHANGES[given.change](given, environment)}\n")
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return _USABLE_NOT
    except (KeyringError, ServiceError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}; nothing was changed\n")
        return 1
    return 0


def _make(folder: Path | None) -> int:
    if folder is None:
        sys.stderr.write("keyring: give --out DIR, or a change; see --help\n")
        return _USABLE_NOT
    try:
        files = generate(folder)
    except FileExistsError as error:
        sys.stderr.write(
            f"{error.filename}: exists, and is not overwritten - without its keys the sealed "
            "records cannot be read; choose another folder\n"
        )
        return 1
    except OSError as error:
        sys.stderr.write(f"{folder}: {error.strerror}; choose a folder you can write\n")
        return 1
    sys.stdout.write("".join(f"{path}\n" for path in files))
    return 0


def _instant(text: str) -> datetime:
    instant: datetime | None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no instant with its offset; give it as 2026-11-01T00:00+08:00"
        )
    return instant


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the registry's keyring")


def _gate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--gate", type=Path, metavar="GATE_FILE", help="the gates' keyring, written with it"
    )
