"""No core dump: a process's memory holds keys, and numbers and names of whom it was asked about."""

import resource


def forbid_core_dumps() -> None:
    """For this process and all that it starts, for good (core(5)).

    Where the kernel hands cores to a program instead of a file, that program decides: deploy/README.md.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
