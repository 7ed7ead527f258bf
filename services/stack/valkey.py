"""A Valkey server of our own: real, on loopback, with a password, keeping nothing on disk."""

import os
import signal

from redis.asyncio import Redis

from stack.account import Account
from stack.binaries import Binaries
from stack.folders import DataFolder
from stack.log_file import LogFile
from stack.ports import LOOPBACK
from stack.process import Process

_READY_LIMIT_S = 15.0
_SETTINGS = """\
bind {host}
port {port}
protected-mode yes
requirepass {password}
daemonize no
dir {folder}
# A cache may be lost at any time, so it is never written down.
save ""
appendonly no
maxmemory 256mb
maxmemory-policy allkeys-lru
"""


class ValkeyServer:
    """One server. `kill` and `start` again: the port stays, the content is gone.

    Args:
        folder: where settings and log go.
        binaries: the programs.
        port: where it listens, on loopback.
        password: what a client must say.
        account: whom it runs as; None is our own account.
        restart: bring it back whenever it dies.
    """

    def __init__(
        self,
        *,
        folder: DataFolder,
        binaries: Binaries,
        port: int,
        password: str,
        account: Account | None = None,
        restart: bool = False,
    ) -> None:
        self.address = f"{LOOPBACK}:{port}"
        self.url = f"redis://:{password}@{self.address}/0"
        home = folder.sub("valkey", account)
        settings = home / "valkey.conf"
        # A file, not arguments: those can be read by everybody on the machine.
        with os.fdopen(
            os.open(settings, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
        ) as file:
            file.write(_SETTINGS.format(host=LOOPBACK, port=port, password=password, folder=home))
        if account is not None:
            account.own(settings)
        self.process = Process(
            name="valkey",
            command=[binaries.valkey, settings],
            environment={"LC_ALL": "C"},
            folder=home,
            log=LogFile(folder.sub("logs") / "valkey.log"),
            account=account,
            stop_signal=signal.SIGTERM,
            restart=restart,
        )

    async def start(self) -> str:
        """Start, wait until it answers; return the URL.

        Raises:
            ProcessError: it does not come up; the message ends with its log.
        """
        await self.process.start()
        await self.process.wait_ready(self.probe, _READY_LIMIT_S)
        return self.url

    async def stop(self) -> None:
        """Shut down."""
        await self.process.stop()

    async def kill(self) -> None:
        """SIGKILL the server."""
        await self.process.kill()

    async def probe(self) -> None:
        """Connect and ask; raises when that fails."""
        client = Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)
        try:
            await client.ping()
        finally:
            await client.aclose()
