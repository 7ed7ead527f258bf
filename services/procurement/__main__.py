"""`python -m procurement`: what the List says of tenderers."""

import os
import sys

from procurement.policy import ProcurementPolicy
from procurement.servicer import register
from restriction.command import execute

if __name__ == "__main__":
    sys.exit(execute(sys.argv[1:], os.environ, policy=ProcurementPolicy(), make_servicer=register))
