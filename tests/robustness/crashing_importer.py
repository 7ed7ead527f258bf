"""The importer as it is, but that it dies at a station of its work: see crash_point.py."""

import os
import sys

from registry.command import execute
from tests.robustness.crash_point import crash_at

if __name__ == "__main__":
    sys.exit(execute(["import"], os.environ, on_step=crash_at(os.environ)))
