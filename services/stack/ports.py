"""Free TCP ports on the loopback interface."""

import secrets
import socket

LOOPBACK = "127.0.0.1"
# Below every system's range of outgoing ports (Linux 32768, macOS 49152). A port from that range
# may be taken by any outgoing connection while its server is down for a restart, even by the
# client that tries to reach the server: it then connects to itself.
_LOWEST, _HIGHEST = 20_000, 32_767
_TRIES = 200


def free_port() -> int:
    """Return a port nobody listens on, chosen at random so that two callers hardly meet.

    Raises:
        OSError: none of 200 candidates was free.
    """
    for _ in range(_TRIES):
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)
        if is_free(port):
            return port
    raise OSError(f"no free port between {_LOWEST} and {_HIGHEST} on {LOOPBACK}")


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
