"""The travel gate as it is, but that it dies at a step of a batch: see crash_point.py."""

import os
import sys

from restriction.command import execute
from tests.robustness.crash_point import crash_at
from travel.policy import TravelPolicy
from travel.servicer import register

if __name__ == "__main__":
    sys.exit(
        execute(
            sys.argv[1:],
            os.environ,
            policy=TravelPolicy(),
            make_servicer=register,
            on_step=crash_at(os.environ),
        )
    )
