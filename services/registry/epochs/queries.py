"""The statements of sql/epochs.sql by name: a missing one, or a dead one, stops the process at start."""

from dataclasses import dataclass

from chassis.stores.queries import NamedQueries


@dataclass(frozen=True, slots=True)
class EpochQueries:
    """Every statement about digest epochs."""

    open_epochs: str
    adopt_epoch: str
    hold_epochs: str
    all_epochs: str
    count_missing: str
    readers: str
    next_documents: str
    hold_documents: str
    file_documents: str
    note_filled_to: str
    note_filled: str
    drop_digests: str
    page_of_digests: str
    is_epoch_needed: str

    @classmethod
    def load(cls) -> "EpochQueries":
        """Read and check sql/epochs.sql."""
        return NamedQueries.load("registry", "sql/epochs.sql").into(cls)


@dataclass(frozen=True, slots=True)
class KeepingQueries:
    """Who keeps."""

    try_to_keep: str
    still_keeps: str
    stop_keeping: str

    @classmethod
    def load(cls) -> "KeepingQueries":
        """Read and check sql/keeping.sql."""
        return NamedQueries.load("registry", "sql/keeping.sql").into(cls)
