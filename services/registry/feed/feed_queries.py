"""The statements of sql/feed.sql by name: a missing one, or a dead one, stops the process at start."""

from dataclasses import dataclass

from chassis.stores.queries import NamedQueries


@dataclass(frozen=True, slots=True)
class FeedQueries:
    """Every statement that serves followers, gates and operators."""

    read_changes: str
    read_endings: str
    read_stored: str
    digests_of: str
    listing_references: str
    order_references: str
    confirm_listings: str
    confirm_orders: str
    note_reader: str
    await_reader: str
    release_readers: str
    forget_readers: str
    show_ledger: str
    measure_readers: str
    hold_head: str
    openings: str
    hashes_at: str
    holds_unsealed: str
    find_bases: str
    bases_by_document: str
    misfit_courts: str
    keep_misfit_name: str
    hold_subjects: str
    hold_obligations: str
    list_unsettled: str
    stored_changes: str
    head: str

    @classmethod
    def load(cls) -> "FeedQueries":
        """Read and check sql/feed.sql."""
        return NamedQueries.load("registry", "sql/feed.sql").into(cls)
