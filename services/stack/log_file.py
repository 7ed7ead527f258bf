"""The log of one process: a file it appends to, read back only to explain a failure."""

from pathlib import Path

_TAIL_BYTES = 8192


class LogFile:
    """A file that outlives the process which writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start = 0

    def mark(self) -> None:
        """Take everything so far as history: `tail` shows only what comes after."""
        self._start = self.path.stat().st_size if self.path.exists() else 0

    def tail(self, lines: int = 15) -> str:
        """Return the last lines since the mark, indented; empty when there are none."""
        if not self.path.exists():
            return ""
        with self.path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(self._start, size - _TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
