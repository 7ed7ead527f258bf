"""Where the stack keeps data, and that no two supervisors share a folder."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from stack.account import Account

CHECKOUT = Path(__file__).resolve().parents[2]
# A clone under /root cannot be reached by the account that PostgreSQL runs as; this always can.
SYSTEM_ROOT = Path("/var/lib/courtlist")
_EPHEMERAL_PREFIX = "courtlist-run-"
# Not yet taken: whoever looks for what was abandoned does not look for this.
_NEW_PREFIX = "courtlist-new-"
_LOCK = ".lock"


class FolderInUseError(Exception):
    """Another supervisor works in the folder."""


def default_data_folder(checkout: Path = CHECKOUT) -> Path:
    """Return the folder `run` keeps its data in: .data/ of the checkout, or root's own place."""
    if os.geteuid() != 0:
        return checkout / ".data"
    digest = hashlib.sha256(str(checkout).encode()).hexdigest()[:8]
    return SYSTEM_ROOT / f"{checkout.name}-{digest}"


class DataFolder:
    """A folder held by this process alone, until `close`.

    The lock is the kernel's: it goes with the process, however that ends.
    """

    def __init__(self, path: Path, *, ephemeral: bool = False) -> None:
        """Make the folder if need be, and take it.

        Raises:
            FolderInUseError: another supervisor holds it.
        """
        _make_reachable(path)
        self.path = path
        self.ephemeral = ephemeral
        self._lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise FolderInUseError(
                f"{path} is in use by another run; stop it, or name another folder with --data"
            ) from None

    @classmethod
    def temporary(cls) -> "DataFolder":
        """Make a folder that `close` removes; those of supervisors that were killed go too."""
        parent = Path(tempfile.gettempdir())
        if os.geteuid() == 0:
            parent = SYSTEM_ROOT / "tmp"
            _make_reachable(parent)
        _remove_abandoned(parent)
        path = Path(tempfile.mkdtemp(prefix=_NEW_PREFIX, dir=parent))
        if os.geteuid() == 0:
            path.chmod(0o755)
        made = cls(path, ephemeral=True)
        made.path = path.with_name(path.name.replace(_NEW_PREFIX, _EPHEMERAL_PREFIX, 1))
        path.rename(made.path)
        return made

    def sub(self, name: str, owner: Account | None = None) -> Path:
        """Return a folder inside, closed to others, made and handed to `owner` when it is new."""
        path = self.path / name
        if not path.exists():
            path.mkdir(mode=0o700)
            if owner is not None:
                owner.own(path)
        return path

    def close(self) -> None:
        """Let go of the folder; remove it when it was temporary."""
        if self.ephemeral:
            shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _make_reachable(path: Path) -> None:
    """Make `path` and what is missing above it; only folders made here get their mode set."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        # Root lends the way through, not the content: what is inside has its own mode.
        folder.chmod(0o755 if os.geteuid() == 0 else 0o700)


def _remove_abandoned(parent: Path) -> None:
    for path in parent.glob(f"{_EPHEMERAL_PREFIX}*"):
        lock = path / _LOCK
        if path.is_symlink() or not lock.is_file() or path.stat().st_uid != os.geteuid():
            continue
        try:
            taken = os.open(lock, os.O_RDWR)
        except OSError:
            continue  # Removed by somebody else just now.
        try:
            fcntl.flock(taken, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)
        except BlockingIOError:
            pass  # Its supervisor lives.
        finally:
            os.close(taken)
