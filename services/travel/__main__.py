"""`python -m travel`: the travel gate."""

import os
import sys

from restriction.command import execute
from travel.policy import TravelPolicy
from travel.servicer import register

if __name__ == "__main__":
    sys.exit(execute(sys.argv[1:], os.environ, policy=TravelPolicy(), make_servicer=register))
