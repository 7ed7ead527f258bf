"""What each change of a keyring does, what it asks of the database first, and what it says then."""

import argparse
import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias

from chassis.files.current import LOOK_S
from registry import keyring_file
from registry.config import read_config
from registry.epochs.queries import EpochQueries
from registry.keyring import Keyring, KeyringError
from registry.keyring_file import Purpose
from registry.resealing.counting import SealedCounts
from registry.resealing.queries import RekeyingQueries
from registry.wiring import open_postgres

SETTLED_S: Final = 5 * LOOK_S
"""So long after a change of the file nobody on this host goes by the former one."""

Environment: TypeAlias = Mapping[str, str]


def _show(given: argparse.Namespace, _: Environment) -> str:
    return json.dumps(keyring_file.show(given.file), indent=1)


def _add_seal_key(given: argparse.Namespace, _: Environment) -> str:
    key_id = keyring_file.add_seal_key(given.file)
    return f"{given.file}: seal key {key_id} seals from now on"


def _add_digest_key(given: argparse.Namespace, _: Environment) -> str:
    epoch = keyring_file.add_digest_key(given.file, given.gate)
    return f"{given.file}: digest key of epoch {epoch}; now `courtlist epochs open {epoch}`"


def _export_gate_keys(given: argparse.Namespace, _: Environment) -> str:
    keyring_file.export_gate_keys(given.file, given.gate)
    return f"{given.gate}: written"


def _drop_seal_key(given: argparse.Namespace, environment: Environment) -> str:
    _require_settled(given.file)
    asyncio.run(_require_nothing_sealed(given.file, given.key_id, environment))
    keyring_file.drop_seal_key(given.file, given.key_id)
    return f"{given.file}: seal key {given.key_id} is dropped"


def _drop_digest_key(given: argparse.Namespace, environment: Environment) -> str:
    asyncio.run(_require_closed(given.epoch, environment))
    keyring_file.drop_digest_key(given.file, given.epoch, given.gate)
    return f"{given.file}: digest key of epoch {given.epoch} is dropped"


def _add_partner_secret(given: argparse.Namespace, _: Environment) -> str:
    version = keyring_file.add_secret(given.file, Purpose.PARTNERS, given.gate)
    return f"{given.file}: partners' secret {version} is understood wherever this is; then use-partner-secret"


def _use_partner_secret(given: argparse.Namespace, _: Environment) -> str:
    keyring_file.use_secret(
        given.file, Purpose.PARTNERS, given.version, given.gate, at=datetime.now(UTC)
    )
    return f"{given.file}: partners are sent everything anew, by secret {given.version}"


def _drop_partner_secret(given: argparse.Namespace, _: Environment) -> str:
    keyring_file.drop_secret(given.file, Purpose.PARTNERS, given.version, given.gate)
    return f"{given.file}: partners' secret {given.version} is dropped"


def _add_registry_secret(given: argparse.Namespace, _: Environment) -> str:
    version = keyring_file.add_secret(given.file, Purpose.REGISTRY)
    return f"{given.file}: registry's secret {version} is understood wherever this is; then use-registry-secret"


def _use_registry_secret(given: argparse.Namespace, _: Environment) -> str:
    # By what it has not looked at yet a process would know no retry, and no used signature.
    _require_settled(given.file)
    keyring_file.use_secret(given.file, Purpose.REGISTRY, given.version, at=datetime.now(UTC))
    return f"{given.file}: registry's secret {given.version} is in use wherever this is"


def _drop_registry_secret(given: argparse.Namespace, environment: Environment) -> str:
    _require_settled(given.file)
    _require_no_older_copy(given.file, given.oldest_copy)
    asyncio.run(_require_nothing_keyed(given.file, given.version, environment))
    keyring_file.drop_secret(given.file, Purpose.REGISTRY, given.version)
    return f"{given.file}: registry's secret {given.version} is dropped"


CHANGES: Final[Mapping[str, Callable[[argparse.Namespace, Environment], str]]] = {
    "show": _show,
    "add-seal-key": _add_seal_key,
    "drop-seal-key": _drop_seal_key,
    "add-digest-key": _add_digest_key,
    "drop-digest-key": _drop_digest_key,
    "export-gate-keys": _export_gate_keys,
    "add-partner-secret": _add_partner_secret,
    "use-partner-secret": _use_partner_secret,
    "drop-partner-secret": _drop_partner_secret,
    "add-registry-secret": _add_registry_secret,
    "use-registry-secret": _use_registry_secret,
    "drop-registry-secret": _drop_registry_secret,
}
"""By the word of the command line. Each raises KeyringError, ServiceError, ConfigError or OSError, and has
changed nothing then.
"""


def _require_settled(path: Path) -> None:
    """Raise KeyringError where a process may not have looked at the last change: it goes on by the former file."""
    age_s = time.time() - path.stat().st_mtime
    if age_s < SETTLED_S:
        raise KeyringError(
            f"{path}: was changed {max(age_s, 0):.0f} s ago, and who uses it looks every {LOOK_S:g} s; wait "
            f"{SETTLED_S:g} s after each change, and until the file is on every host"
        )


async def _asked(environment: Environment, statement: str, argument: int) -> Any:
    """The database's one answer, by the settings of `serve`."""
    async with AsyncExitStack() as stack:
        postgres = await open_postgres(read_config(environment), stack)
        async with postgres.connection() as connection:
            return await connection.fetchval(statement, argument)


async def _require_nothing_sealed(path: Path, key_id: str, environment: Environment) -> None:
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


def _require_no_older_copy(path: Path, oldest: datetime) -> None:
    """Raise KeyringError where a copy is from before the version in use was: what ended after it has former seals.

    So it is until every process has looked at the file.
    """
    since = keyring_file.in_use_since(path, Purpose.REGISTRY)
    if since is None or oldest <= since + timedelta(seconds=SETTLED_S):
        raise KeyringError(
            f"{path}: the registry's secret in use is in use since {since or 'the first day'}; from an older copy "
            "the registry would not believe what its gates say of endings - wait until you keep none"
        )


async def _require_nothing_keyed(path: Path, version: int, environment: Environment) -> None:
    """Raise KeyringError while a signature that was used is known by this version alone."""
    left = await _asked(environment, RekeyingQueries.load().count_keyed_by, version)
    if left:
        raise KeyringError(
            f"{path}: {left} used signatures are known by registry's secret {version} alone; wait until the "
            "importer has keyed them anew (it must be running, with this keyring)"
        )


async def _require_closed(epoch: int, environment: Environment) -> None:
    """Raise KeyringError while the epoch is open, or digests of it are left."""
    if await _asked(environment, EpochQueries.load().is_epoch_needed, epoch):
        raise KeyringError(
            f"epoch {epoch} is not closed, or its digests are not all gone; close it with "
            f"`courtlist epochs close {epoch}`, then wait"
        )
