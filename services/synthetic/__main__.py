"""`python -m synthetic --help`."""

import sys

from synthetic.command import execute

if __name__ == "__main__":
    sys.exit(execute(sys.argv[1:]))
