"""`python -m certificates --help`."""

import sys

from certificates.command import execute

if __name__ == "__main__":
    sys.exit(execute(sys.argv[1:]))
