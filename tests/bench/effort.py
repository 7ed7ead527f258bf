"""How much a run measures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Counts and durations of one run.

    Attributes:
        rounds: how often each figure is measured, interleaved with its peers.
        slice_s: how long one round of a rate lasts.
        entries: people whom a court has entered before checks and readings are measured.
        lifts: people who are entered, refused, and freed.
        bursts: groups of readings in a round, with acts between them.
    """

    rounds: int
    slice_s: float
    entries: int
    lifts: int
    bursts: int


FULL = Effort(rounds=5, slice_s=2.0, entries=2_000, lifts=320, bursts=3)
QUICK = Effort(rounds=1, slice_s=0.3, entries=64, lifts=6, bursts=1)
