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
        import_rows: rows of the import that is compared with COPY.
        import_rows_beside: rows of the import beside which people are checked and freed.
        lifts_before_import: people who are freed before that, for comparison.
        lifts_beside: people who are freed beside it, at most, two seconds apart.
    """

    rounds: int
    slice_s: float
    entries: int
    lifts: int
    bursts: int
    import_rows: int
    import_rows_beside: int
    lifts_before_import: int
    lifts_beside: int


FULL = Effort(
    rounds=5,
    slice_s=2.0,
    entries=2_000,
    lifts=320,
    bursts=3,
    import_rows=100_000,
    import_rows_beside=1_000_000,
    lifts_before_import=100,
    lifts_beside=600,
)
QUICK = Effort(
    rounds=1,
    slice_s=0.3,
    entries=64,
    lifts=6,
    bursts=1,
    import_rows=20_000,
    import_rows_beside=5_000,
    lifts_before_import=3,
    lifts_beside=10,
)
