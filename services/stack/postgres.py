"""A PostgreSQL server of our own: real, on loopback, with a password, in a folder."""

import contextlib
import os
import signal
from pathlib import Path

import asyncpg

from stack.account import Account
from stack.binaries import Binaries
from stack.cluster import Cluster
from stack.folders import DataFolder
from stack.log_file import LogFile
from stack.ports import LOOPBACK
from stack.process import Process

SUPERUSER = "postgres"
_READY_LIMIT_S = 30.0
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    # A socket in /tmp would be one more door, and one more thing a SIGKILL leaves behind.
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements and details of errors hold digests and names: they never reach a log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    # Just-in-time compilation is not in the wheel; asking for it costs each session a look.
    "jit": "off",
}
# Only what a power failure would show: a SIGKILL still loses no commit and tears no page.
_NOT_DURABLE = {"fsync": "off"}


class PostgresServer:
    """One server. `kill` and `start` again to see a crash recovered: port and data stay.

    Args:
        folder: where data and log go.
        binaries: the programs.
        port: where it listens, on loopback.
        password: of the superuser `postgres`.
        durable: whether an acknowledged commit outlives a power failure. Tests that only start and
            stop say False and are faster; a SIGKILL loses nothing in either case.
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
        durable: bool,
        account: Account | None = None,
        restart: bool = False,
    ) -> None:
        self.address = f"{LOOPBACK}:{port}"
        self.dsn = f"postgresql://{SUPERUSER}:{password}@{self.address}/postgres"
        self._password = password
        home = folder.sub("postgres", account)
        log = LogFile(folder.sub("logs") / "postgres.log")
        self._cluster = Cluster(
            home=home, initdb=binaries.initdb, log=log, account=account, sync=durable
        )
        settings = {**_SETTINGS, "port": str(port), **({} if durable else _NOT_DURABLE)}
        self.process = Process(
            name="postgres",
            command=[
                binaries.postgres,
                "-D",
                self._cluster.data,
                *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            ],
            environment={"LC_ALL": "C"},
            folder=home,
            log=log,
            account=account,
            # Fast shutdown; data nobody keeps needs no last checkpoint. PostgreSQL ends its own
            # children on either, so the kernel sends the same when we are gone.
            stop_signal=signal.SIGINT if durable else signal.SIGQUIT,
            orphan_signal=signal.SIGINT if durable else signal.SIGQUIT,
            restart=restart,
            prepare=self._cluster.forget_the_dead,
        )

    async def start(self) -> str:
        """Initialise the folder the first time, start, wait until it answers; return the DSN.

        Raises:
            ProcessError: it does not come up; the message ends with its log.
        """
        if not self._cluster.exists:
            await self._cluster.initialise(SUPERUSER, self._password)
        wanted, self.process.restarts_by_itself = self.process.restarts_by_itself, True
        try:
            # After a SIGKILL its last children hold the shared memory for a moment, and a first
            # attempt to start again gives up: the watcher's next one gets through.
            await self.process.start()
            await self.process.wait_ready(self.probe, _READY_LIMIT_S)
        except BaseException:
            await self.process.stop()
            raise
        finally:
            self.process.restarts_by_itself = wanted
        return self.dsn

    async def stop(self) -> None:
        """Shut down; every connection is closed."""
        self.resume()
        await self.process.stop()

    async def kill(self) -> None:
        """SIGKILL the server; its children follow by themselves, but not while they are frozen."""
        self._signal_children(signal.SIGCONT)
        await self.process.kill()

    def pause(self) -> None:
        """Freeze the whole server (Linux): connections stay open and nothing is answered."""
        self.process.pause()
        self._signal_children(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused server go on."""
        self._signal_children(signal.SIGCONT)
        self.process.resume()

    def _signal_children(self, number: signal.Signals) -> None:
        """Each serves one connection, in a session of its own that no signal to the first reaches."""
        first = self.process.pid
        if first is None:
            return
        children = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii")
        for child in children.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), number)

    async def probe(self) -> None:
        """Connect and ask; raises when that fails."""
        connection = await asyncpg.connect(self.dsn, timeout=5)
        try:
            await connection.fetchval("SELECT 1")
        finally:
            await connection.close()
