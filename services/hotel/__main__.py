"""`python -m hotel`: the hotel gate."""

import os
import sys

from hotel.policy import HotelPolicy
from hotel.servicer import register
from restriction.command import execute

if __name__ == "__main__":
    sys.exit(execute(sys.argv[1:], os.environ, policy=HotelPolicy(), make_servicer=register))
