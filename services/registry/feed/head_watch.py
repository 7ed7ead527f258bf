"""What this process itself knows of the ledger, so that it notices a restore without any follower."""

from dataclasses import dataclass
from typing import Final

from courtlist.ledger.v1 import position_pb2
from registry.ledger import Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The furthest place of the ledger that this process knew to be committed at some moment.

    `hash` is None for a place that was written and not read back yet. `left` are incarnations that
    this process saw end: a ledger that is back in one of them was restored.
    """

    incarnation: str = ""
    position: int = 0
    hash: bytes | None = None
    left: frozenset[str] = frozenset()

    def is_lost(self, head: Head, hash_there: bytes | None) -> bool:
        """Whether a ledger read after this mark was taken has lost it, and nobody has announced it.

        `hash_there` is the hash that the ledger holds at the mark's position. A mark that is gone in a
        later incarnation is what a restore announced by somebody else looks like.
        """
        if self.position == 0:
            return False
        if hash_there is not None and self.hash in {None, hash_there}:
            return False
        return head.incarnation == self.incarnation or head.incarnation in self.left


_NOTHING: Final = Mark()


class HeadWatch:
    """Keeps the mark. Take `mark` before a statement is sent, and judge what it returns by that.

    A mark taken later may come from a newer snapshot than the statement's, and would see a restore
    where two readings merely overtook one another.
    """

    def __init__(self) -> None:
        self._mark = _NOTHING

    @property
    def mark(self) -> Mark:
        """The furthest place known now."""
        return self._mark

    def note_read(self, head: Head) -> None:
        """The ledger's head was read."""
        self._move(head.incarnation, head.position, head.hash)

    def note_written(self, position: position_pb2.Position) -> None:
        """This process has committed a change."""
        self._move(position.incarnation, position.position, None)

    def _move(self, incarnation: str, position: int, content_hash: bytes | None) -> None:
        mark = self._mark
        if incarnation in mark.left:
            return
        left = mark.left
        if incarnation == mark.incarnation:
            if position < mark.position or (position == mark.position and content_hash is None):
                return
        elif mark.incarnation:
            left |= {mark.incarnation}
        self._mark = Mark(incarnation=incarnation, position=position, hash=content_hash, left=left)
