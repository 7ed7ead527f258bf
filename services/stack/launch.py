"""Become another program that dies with its parent: run by path, as `python launch.py ...`.

A supervisor that is killed with SIGKILL can end nothing. So the kernel is told to signal each child
when its parent is gone. That must happen inside the child, after the change of user (which clears
the wish) and before the program starts; doing it between fork and exec of a process that has
threads may deadlock, hence this small program in between.

usage: launch.py PARENT_PID DEATH_SIGNAL UID GID PROGRAM [ARGUMENT ...]    (UID -1: keep ours)
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def launch(arguments: list[str]) -> None:
    """Drop rights, tie our life to the parent's, and become the program. Never returns."""
    parent, death_signal, uid, gid = (int(argument) for argument in arguments[:4])
    # Loaded before rights are dropped: the interpreter's folder may be closed to the other account.
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    if libc is not None and libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        sys.exit("launch: the supervisor is gone already")
    command = arguments[4:]
    os.execv(command[0], command)  # noqa: S606 - the point of this program


if __name__ == "__main__":
    launch(sys.argv[1:])
