"""`python -m cli`, installed as `courtlist`."""

import io
import os
import sys

from chassis.core_dumps import forbid_core_dumps
from cli.app import main

if __name__ == "__main__":
    forbid_core_dumps()
    # What gRPC would write of a failed handshake stands in the error, in words.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    # A terminal that cannot show a character is told its number; no command fails for it.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:], os.environ))
