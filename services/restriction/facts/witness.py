"""Telling a restored ledger which endings this service has seen: a restore must not un-pay anybody."""

from collections.abc import Sequence
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from restriction.facts.store import EndingSeen, EndingStore, Follower
from restriction.ledger import EndingsUnprovenError, Ledger, Report
from restriction.model import Position

_PAGE: Final = 500


class Witness:
    """Hands in endings, newest first, until the ledger agrees with one."""

    def __init__(
        self, *, ledger: Ledger, store: EndingStore, log: FilteringBoundLogger | None = None
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._log: FilteringBoundLogger = log or structlog.get_logger()

    async def report(self, follower: Follower) -> None:
        """Report everything that the ledger may have lost. Safe to repeat.

        Raises:
            LedgerError: the registry did not take a page; begin again.
        """
        seen = Position(follower.incarnation, follower.furthest.number)
        before: EndingSeen | None = None
        agreed = last = False
        while not (agreed or last):
            page = await self._store.read_seen_endings(before, _PAGE)
            last = len(page) < _PAGE
            report = await self._report_page(page, seen=seen, last=last)
            agreed = report.agreed
            before = page[-1] if page else None
            self._log.warning(
                "endings_reported",
                endings=len(page),
                kept_by_ledger=report.kept_count,
                agreed=agreed,
            )

    async def _report_page(
        self, page: Sequence[EndingSeen], *, seen: Position, last: bool
    ) -> Report:
        """What is not believed without a seal must not keep the rest of the page from being kept.

        This service itself refuses nobody on it all the same: it has witnessed it.
        """
        try:
            return await self._ledger.report_endings(page, seen=seen, last=last)
        except EndingsUnprovenError:
            sealed = [one for one in page if one.seal]
            if len(sealed) == len(page):
                raise
            self._log.error("endings_not_believed", endings=len(page) - len(sealed))
            return await self._ledger.report_endings(sealed, seen=seen, last=last)
