"""What a process wrote while it was attacked: JSON lines, found again by the calls' ids."""

import json
import re
from pathlib import Path
from typing import Any

from stack.supervisor import Stack
from tests.eventually import eventually

# What moves a terminal's cursor, or turns the direction of what is read on it.
_DANGEROUS = {
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
}
# gRPC itself says of a handshake that failed that it did; nothing of ours has seen a call then.
_HANDSHAKE = re.compile(r"[IWE]\d{4} \S+ +\d+ ssl_transport_security\.cc:\d+\] Handshake failed .*")


class Journal:
    """The log of one process, from now on."""

    def __init__(self, stack: Stack, server: str) -> None:
        self._path: Path = stack.folder.path / "logs" / f"{server}.log"
        self._start = self._path.stat().st_size

    def text(self) -> str:
        """All whole lines since."""
        with self._path.open("rb") as file:
            file.seek(self._start)
            written = file.read()
        return written[: written.rfind(b"\n") + 1].decode("utf-8")

    def lines(self) -> list[dict[str, Any]]:
        """Each line read. Fails for one that is no JSON object, or does something to a terminal."""
        found = []
        for line in self.text().split("\n")[:-1]:
            assert not _DANGEROUS & set(line), ascii(line)
            if _HANDSHAKE.fullmatch(line):
                continue
            read = json.loads(line)
            assert isinstance(read, dict), line
            found.append(read)
        return found

    def failed_handshakes(self) -> int:
        """How many were noted."""
        return sum(map(bool, map(_HANDSHAKE.fullmatch, self.text().split("\n"))))

    def calls(self) -> dict[str, list[dict[str, Any]]]:
        """The lines of calls, by the call's id."""
        by_id: dict[str, list[dict[str, Any]]] = {}
        for line in self.lines():
            if line["event"] == "call":
                by_id.setdefault(line["call_id"], []).append(line)
        return by_id

    async def calls_of(self, call_ids: set[str]) -> dict[str, dict[str, Any]]:
        """The one line of each of these calls; waits until the last is written."""
        await eventually(lambda: call_ids <= self.calls().keys())
        calls = self.calls()
        assert all(len(calls[one]) == 1 for one in call_ids)
        return {one: calls[one][0] for one in call_ids}
