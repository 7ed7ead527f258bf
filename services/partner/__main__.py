"""`python -m partner`: a partner that keeps a copy."""

import os
import sys

from partner.command import execute

if __name__ == "__main__":
    sys.exit(execute(sys.argv[1:], os.environ))
