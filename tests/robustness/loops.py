"""How often the tests of robustness do what they do: `make test` a little, `make robustness` a lot."""

import os
from typing import Final

LOOPS: Final = int(os.environ.get("COURTLIST_ROBUSTNESS_LOOPS", "20"))
"""COURTLIST_ROBUSTNESS_LOOPS: kills of each kind; the other counts grow with it."""
