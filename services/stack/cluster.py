"""PostgreSQL's folder on disk: made whole or not at all, and freed of a dead server's lock."""

import shutil
import subprocess
from pathlib import Path

from stack.account import Account
from stack.process import ProcessError


class Cluster:
    """The data of one server, at rest.

    Args:
        home: a folder that the server's account owns; data go to its `data`.
        initdb: the program that makes a cluster.
        account: whom the server runs as; None is our own account.
        sync: whether a new cluster is forced to disk before it counts as made.
    """

    def __init__(self, *, home: Path, initdb: Path, account: Account | None, sync: bool) -> None:
        self.data = home / "data"
        self._home = home
        self._initdb = initdb
        self._account = account
        self._sync = sync

    @property
    def exists(self) -> bool:
        """Whether the cluster has been made."""
        return (self.data / "PG_VERSION").exists()

    def initialise(self, superuser: str, password: str) -> None:
        """Make the cluster; takes about half a second.

        Raises:
            ProcessError: initdb refused, with what it said.
        """
        # Made aside: an interrupted attempt leaves no folder that looks like a cluster.
        aside = self._home / "data.new"
        shutil.rmtree(aside, ignore_errors=True)
        password_file = self._home / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(password, encoding="utf-8")
        if self._account is not None:
            self._account.own(password_file)
        command = [
            str(self._initdb),
            f"--pgdata={aside}",
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
        ]
        account = self._account
        done = subprocess.run(
            command,
            cwd=self._home,
            env={"LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        password_file.unlink()
        if done.returncode:
            raise ProcessError(f"initdb failed in {self._home}:\n{done.stdout}{done.stderr}")
        aside.rename(self.data)

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
