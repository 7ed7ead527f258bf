"""Under which account the database servers run."""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = "nobody"


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account to run a server under, when it is not our own."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Hand over one file or folder of ours; only the path itself, never its parents."""
        shutil.chown(path, self.uid, self.gid)


def for_servers(name: str = UNPRIVILEGED) -> Account | None:
    """Return the account for the servers: None means our own.

    PostgreSQL refuses to run as root, so root lends it an account without rights.

    Raises:
        LookupError: we are root and there is no such account.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise LookupError(
            f"account {name!r} does not exist, and PostgreSQL refuses to run as root; "
            "name another with --account, or run as an ordinary user"
        ) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)
