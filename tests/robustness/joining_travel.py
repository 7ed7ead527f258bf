"""The travel gate with the naive confirmer: a check joins a confirmation that is under way.

Kept as the measure of the race test: what this gate gets wrong, the test must see.
"""

import asyncio
import os
import sys
from typing import Any

from restriction import wiring
from restriction.command import execute
from restriction.confirm import Confirmer
from restriction.ledger import Inquiry
from restriction.model import Seen, Standing
from travel.policy import TravelPolicy
from travel.servicer import register


class JoiningConfirmer(Confirmer):
    """One call for one document at a time; whoever asks meanwhile shares its answer."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._running: dict[bytes, asyncio.Future[Standing]] = {}

    async def confirm(self, inquiry: Inquiry, seen: Seen) -> Standing:
        running = self._running.get(inquiry.digest)
        if running is None:
            running = asyncio.ensure_future(super().confirm(inquiry, seen))
            self._running[inquiry.digest] = running
            running.add_done_callback(lambda _: self._running.pop(inquiry.digest))
        return await asyncio.shield(running)


if __name__ == "__main__":
    wiring.Confirmer = JoiningConfirmer  # type: ignore[misc]
    sys.exit(execute(sys.argv[1:], os.environ, policy=TravelPolicy(), make_servicer=register))
