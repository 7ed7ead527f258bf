"""The release that this checkout is. Courtlist runs from its checkout, so no package tells it."""

from typing import Final

VERSION: Final = "0.1.0"
"""The same as `version` in pyproject.toml; a test compares them."""
