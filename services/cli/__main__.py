"""`python -m cli`, installed as `courtlist`."""

import io
import os
import signal
import sys
from importlib import import_module
from typing import Any

from chassis.core_dumps import forbid_core_dumps


def _application() -> Any:
    """The application. Ctrl-C while it is imported ends the process without a word: nothing is begun."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return import_module("cli.app")
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    imported = import_module("cli.app")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return imported


if __name__ == "__main__":
    forbid_core_dumps()
    # What gRPC would write of a failed handshake stands in the error, in words.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    # What nobody reads is written nowhere: an act that was done does not end as a fault.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, PTH123 - until the process ends
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115, PTH123
    # A terminal that cannot show a character is told its number; no command fails for it.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_application().main(sys.argv[1:], os.environ))
