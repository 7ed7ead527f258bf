"""Free TCP ports on the loopback interface, each for one system."""

import fcntl
import os
import secrets
import socket
import tempfile
from pathlib import Path
from typing import Final

LOOPBACK: Final = "127.0.0.1"
# Below every system's range of outgoing ports (Linux 32768, macOS 49152). A port from that range
# may be taken by any outgoing connection while its server is down for a restart, even by the
# client that tries to reach the server: it then connects to itself.
_LOWEST, _HIGHEST = 20_000, 32_767
_TRIES: Final = 200

# A port is chosen long before its server listens: until this process ends nobody of this account is
# given it a second time. The system lets go of the locks, whatever the end.
_claims: Final[dict[int, int]] = {}


def free_port() -> int:
    """A port nobody listens on, that this process and no other of this account was given.

    Raises:
        OSError: none of 200 candidates was free.
    """
    for _ in range(_TRIES):
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)
        if port not in _claims and claim(port):
            return port
    raise OSError(f"no free port between {_LOWEST} and {_HIGHEST} on {LOOPBACK}")


def claim(port: int) -> bool:
    """Make `port` this process's own until it ends; False if it is in use, or another's."""
    if not is_free(port):
        return False
    if port in _claims:
        return True
    lock = os.open(_folder() / str(port), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return False
    _claims[port] = lock
    return True


def is_free(port: int) -> bool:
    """Say whether a server could listen on `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as candidate:
        # As every server does: a connection of its predecessor in TIME_WAIT does not bar it.
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _folder() -> Path:
    """Where the locks lie: one empty file a port. Raises OSError where it is another account's."""
    folder = Path(tempfile.gettempdir()) / f"courtlist-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid != os.getuid() or folder.is_symlink():
        raise OSError(f"{folder} is another account's; remove it")
    return folder
