"""What a file holds now: read again when it changes, and kept as it was when it cannot be used."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, TypeVar

import structlog
from structlog.typing import FilteringBoundLogger

T = TypeVar("T")

LOOK_S: Final = 1.0
"""Seconds between two looks at a file: a changed key is in use this late at the worst."""


class CurrentFile(Generic[T]):
    """A file's content, parsed. One that cannot be used is tried again at each look.

    `read` gives a new value from the file, where it may replace the one held; it raises OSError or
    ValueError otherwise, whose text is logged and must hold no secret. Without a path the value stays.
    """

    def __init__(
        self,
        value: T,
        *,
        path: Path | None = None,
        read: Callable[[Path, T], T],
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self.value = value
        self._path = path
        self._read = read
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._seen = self._stamp()
        self._refused: tuple[int, int, int] | None = None

    def look(self) -> bool:
        """Read the file if it changed since the last look; True when the value is a new one."""
        stamp = self._stamp()
        if self._path is None or stamp == self._seen:
            return False
        try:
            self.value = self._read(self._path, self.value)
        except (OSError, ValueError) as error:
            # Said once for each time it changes: what is held goes on to count.
            if stamp != self._refused:
                self._refused = stamp
                self._log.error("file_unusable", path=str(self._path), why=str(error))
            return False
        self._seen = stamp
        self._log.info("file_read_anew", path=str(self._path))
        return True

    async def watch(self) -> None:
        """Look again every LOOK_S until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()

    def _stamp(self) -> tuple[int, int, int] | None:
        """What tells one state of the file from another; None when it is not there."""
        if self._path is None:
            return None
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
