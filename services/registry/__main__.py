"""`python -m registry`: the register and its ledger."""

import os
import sys

from registry.command import execute

if __name__ == "__main__":
    sys.exit(execute(sys.argv[1:], os.environ))
