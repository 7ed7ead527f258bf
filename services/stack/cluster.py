"""PostgreSQL's folder on disk: made whole or not at all, and freed of a dead server's lock."""

import shutil
import tempfile
from pathlib import Path

from stack.account import Account
from stack.log_file import LogFile
from stack.process import Process

_ASIDE = "new-"


class Cluster:
    """The data of one server, at rest.

    Args:
        home: a folder that the server's account owns; data go to its `data`.
        initdb: the program that makes a cluster.
        log: where that program's words go.
        account: whom the server runs as; None is our own account.
        sync: whether a new cluster is forced to disk before it counts as made.
    """

    def __init__(
        self, *, home: Path, initdb: Path, log: LogFile, account: Account | None, sync: bool
    ) -> None:
        self.data = home / "data"
        self._home = home
        self._initdb = initdb
        self._log = log
        self._account = account
        self._sync = sync

    @property
    def exists(self) -> bool:
        """Whether the cluster has been made."""
        return (self.data / "PG_VERSION").exists()

    async def initialise(self, superuser: str, password: str) -> None:
        """Make the cluster; takes about half a second.

        Raises:
            ProcessError: initdb refused, with what it said.
        """
        # Made aside: an interrupted attempt leaves no folder that looks like a cluster, and what a
        # killed one left (its last children may still write there) is in nobody's way.
        for left_over in self._home.glob(f"{_ASIDE}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=self._home))
        password_file = aside / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(password, encoding="utf-8")
        if self._account is not None:
            self._account.own(aside)
            self._account.own(password_file)
        made = aside / "data"
        initdb = Process(
            name="initdb",
            command=[
                self._initdb,
                f"--pgdata={made}",
                f"--username={superuser}",
                f"--pwfile={password_file}",
                "--auth-host=scram-sha-256",
                "--auth-local=scram-sha-256",
                "--encoding=UTF8",
                # The server's own C.UTF-8: text sorts alike on every machine, whatever it has.
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                *([] if self._sync else ["--no-sync"]),
            ],
            environment={"LC_ALL": "C"},
            folder=self._home,
            log=self._log,
            account=self._account,
        )
        try:
            await initdb.start()
            await initdb.finish()
            made.rename(self.data)
        finally:
            await initdb.stop()
            shutil.rmtree(aside, ignore_errors=True)

    def forget_the_dead(self) -> None:
        """Remove a lock file whose process id now belongs to some other program.

        PostgreSQL takes over the file of a dead process by itself, but after a restart of the
        machine (or of a container, where ids are small) the id may live again as something else.
        """
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="ascii").split("\n", 1)[0])
            program = Path(f"/proc/{pid}/exe").readlink()
        except (OSError, ValueError):
            return
        if program.name != "postgres":
            lock.unlink(missing_ok=True)
