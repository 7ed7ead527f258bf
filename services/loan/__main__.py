"""`python -m loan`: what the List says of applicants for credit."""

import os
import sys

from loan.policy import LoanPolicy
from loan.servicer import register
from restriction.command import execute

if __name__ == "__main__":
    sys.exit(execute(sys.argv[1:], os.environ, policy=LoanPolicy(), make_servicer=register))
