"""Which core a process runs on, so that a server and its load do not take each other's time."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def can_pin() -> bool:
    """Whether this machine has two cores and lets us choose."""
    return hasattr(os, "sched_setaffinity") and len(os.sched_getaffinity(0)) > 1


@contextmanager
def pinned(*, servers: Iterable[int], others: Iterable[int]) -> Iterator[bool]:
    """Keep `servers` (process ids) on the first core, ourselves and `others` on the second.

    Yields whether that was possible. Everybody may run anywhere afterwards.
    """
    if not can_pin():
        yield False
        return
    before = os.sched_getaffinity(0)
    first, second, *_ = sorted(before)
    servers, others = list(servers), [os.getpid(), *others]
    try:
        for pid in servers:
            _set(pid, {first})
        for pid in others:
            _set(pid, {second})
        yield True
    finally:
        for pid in (*servers, *others):
            _set(pid, before)


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has used so far, all its threads together; 0 off Linux."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return 0.0
    # After the name, which may hold spaces: state is field 3, user and system time are 14 and 15.
    user, system = fields.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _set(pid: int, cores: set[int]) -> None:
    """Every thread: gRPC and asyncio do not work on the main one alone."""
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        try:
            os.sched_setaffinity(int(thread.name), cores)
        except ProcessLookupError:
            continue  # It ended just now.
