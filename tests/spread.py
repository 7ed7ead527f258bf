"""How the files are spread over the workers of a run: what shares a running system stays together.

A system takes as long to start as a dozen of its tests take to run; on two workers it would start twice.
"""

from typing import Final

from xdist.scheduler import LoadFileScheduling

_SHARING: Final = {
    "tests/system/cli": ("tests/system/cli/",),
    "tests/system/privacy": ("tests/system/privacy/",),
    "tests/system": (
        "tests/system/attacks/",
        "tests/system/test_manners.py",
        "tests/system/test_procurement.py",
        "tests/system/test_secrets_untold.py",
        "tests/system/test_story",
    ),
}


class Spread(LoadFileScheduling):
    """A file goes to one worker, and with it the files that use the same system."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(super()._split_scope(nodeid))


def unit_of(file: str) -> str:
    """What is given to one worker as a whole: the file, or the system that it shares."""
    for unit, beginnings in _SHARING.items():
        if file.startswith(beginnings):
            return unit
    return file
