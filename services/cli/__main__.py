"""`python -m cli`, installed as `courtlist`."""

import os
import sys

from cli.app import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
