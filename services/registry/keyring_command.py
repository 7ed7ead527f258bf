"""`python -m registry keyring`: making keys, adding and dropping them, and showing their names."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from chassis.config import ConfigError
from chassis.errors import ServiceError
from registry import keyring_file
from registry.config import read_config
from registry.epochs.queries import EpochQueries
from registry.keyring import Keyring, KeyringError, generate
from registry.resealing.counting import SealedCounts
from registry.wiring import open_postgres

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
    _add_partner_parsers(changes)


def _add_partner_parsers(
    changes: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    for name, about in (
        ("add-partner-secret", "add a version of the partners' secret, which nobody uses yet"),
        ("use-partner-secret", "key what partners are sent by the newest version"),
        ("drop-partner-secret", "drop a version of the partners' secret that is used no more"),
    ):
        parser = changes.add_parser(name, help=about)
        _file(parser)
        if not name.startswith("add"):
            parser.add_argument("version", type=int, metavar="VERSION")
        _gate(parser)


def execute(given: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Do what the command line says; returns the exit code: 0 done, 1 refused or failed, 2 no use."""
    if given.change is None:
        return _make(given.out)
    try:
        return _change(given, environment)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return _USABLE_NOT
    except (KeyringError, ServiceError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}; nothing was changed\n")
        return 1


def _change(given: argparse.Namespace, environment: Mapping[str, str]) -> int:
    path: Path = given.file
    match given.change:
        case "show":
            said = json.dumps(keyring_file.show(path), indent=1)
        case "add-seal-key":
            said = f"{path}: seal key {keyring_file.add_seal_key(path)} seals from now on"
        case "add-digest-key":
            epoch = keyring_file.add_digest_key(path, given.gate)
            said = f"{path}: digest key of epoch {epoch}; now `courtlist epochs open {epoch}`"
        case "export-gate-keys":
            keyring_file.export_gate_keys(path, given.gate)
            said = f"{given.gate}: written"
        case "drop-seal-key":
            asyncio.run(_require_nothing_sealed(path, given.key_id, environment))
            keyring_file.drop_seal_key(path, given.key_id)
            said = f"{path}: seal key {given.key_id} is dropped"
        case "add-partner-secret":
            version = keyring_file.add_partner_secret(path, given.gate)
            said = f"{path}: partners' secret {version} is understood wherever this is; then use-partner-secret"
        case "use-partner-secret":
            keyring_file.use_partner_secret(path, given.version, given.gate)
            said = f"{path}: partners are sent everything anew, by secret {given.version}"
        case "drop-partner-secret":
            keyring_file.drop_partner_secret(path, given.version, given.gate)
            said = f"{path}: partners' secret {given.version} is dropped"
        case _:
            asyncio.run(_require_closed(given.epoch, environment))
            keyring_file.drop_digest_key(path, given.epoch, given.gate)
            said = f"{path}: digest key of epoch {given.epoch} is dropped"
    sys.stdout.write(f"{said}\n")
    return 0


async def _require_nothing_sealed(path: Path, key_id: str, environment: Mapping[str, str]) -> None:
    """Raise KeyringError while the database holds a value that this key alone opens."""
    newest = Keyring.load(path).sealer.key_ids[-1]
    async with AsyncExitStack() as stack:
        postgres = await open_postgres(read_config(environment), stack)
        waiting = await SealedCounts(postgres=postgres).by_column(newest)
    left = {column: count for column, count in waiting.items() if count}
    if left:
        columns = ", ".join(f"{column} {count}" for column, count in left.items())
        raise KeyringError(
            f"{path}: {key_id} may still be needed: sealed under an older key are {columns}; "
            "wait until the importer has sealed them anew"
        )


async def _require_closed(epoch: int, environment: Mapping[str, str]) -> None:
    """Raise KeyringError while the epoch is open, or digests of it are left."""
    async with AsyncExitStack() as stack:
        postgres = await open_postgres(read_config(environment), stack)
        async with postgres.connection() as connection:
            is_needed = await connection.fetchval(EpochQueries.load().is_epoch_needed, epoch)
    if is_needed:
        raise KeyringError(
            f"epoch {epoch} is not closed, or its digests are not all gone; close it with "
            f"`courtlist epochs close {epoch}`, then wait"
        )


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


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the registry's keyring")


def _gate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--gate", type=Path, metavar="GATE_FILE", help="the gates' keyring, written with it"
    )
