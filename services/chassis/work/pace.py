"""How much is done at once, so that what waits meanwhile waits no longer than was meant."""


class Pace:
    """Sizes batches by what the last ones took.

    A batch that took longer than `aim_s` halves the next; one that took less than half of it makes the
    next a quarter larger. So a queue is worked off in large batches on an idle machine and in small
    ones beside others, and is never steered by a single outlier for long.
    """

    def __init__(self, *, least: int, most: int, aim_s: float, first: int | None = None) -> None:
        """`first` is the size before anything was timed; the largest where none is given."""
        assert 1 <= least <= most and aim_s > 0
        self._least = least
        self._most = most
        self._aim_s = aim_s
        self.size = most if first is None else first

    def note(self, took_s: float) -> None:
        """What a batch took that others could have waited for, in seconds."""
        if took_s > self._aim_s:
            self.size = max(self._least, self.size // 2)
        elif took_s < self._aim_s / 2:
            self.size = min(self._most, self.size + max(1, self.size // 4))
