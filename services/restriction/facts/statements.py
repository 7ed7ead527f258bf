"""The names of the engine's statements in sql/: a missing or an unused one stops the process."""

from collections import ChainMap
from dataclasses import dataclass
from typing import Final

from chassis.stores.queries import NamedQueries

_FILES: Final = ("follower", "effects", "facts", "deliveries", "rebuild", "epochs", "erasing")


@dataclass(frozen=True, slots=True)
class Statements:
    """Each field holds the SQL of that name."""

    read_follower: str
    read_generation: str
    lock_engine: str
    lock_follower: str
    advance_all: str
    advance_endings: str
    note_heartbeat: str
    upsert_courts: str
    upsert_bindings: str
    upsert_digests: str
    upsert_starts: str
    upsert_endings: str
    upsert_unsettled: str
    update_references: str
    upsert_obligations: str
    upsert_passes_granted: str
    upsert_passes_withdrawn: str
    upsert_partners_enrolled: str
    upsert_partners_retired: str
    insert_ratings: str
    upsert_courts_retired: str
    upsert_officers: str
    upsert_keys: str
    upsert_keys_retired: str
    subjects_of_obligations: str
    insert_seen_endings: str
    refresh_live: str
    delete_unbound_digests: str
    read_facts: str
    read_live_digests: str
    read_ratings: str
    read_partners: str
    read_seen_endings: str
    read_lost_endings: str
    deliver: str
    note_pending_starts: str
    take_pending_starts: str
    read_deliveries: str
    read_delivery_head: str
    mark_rebuilding: str
    insert_generation: str
    switch_generation: str
    finish_generation: str
    clear_pending_starts: str
    read_subjects: str
    lift_vanished: str
    mark_reconciled: str
    read_other_generations: str
    delete_facts: str
    delete_generation: str
    count_differences: str
    end_erased: str
    erase_documents: str
    erase_bases: str
    erase_deliveries: str
    upsert_epochs: str
    begin_epoch: str
    switch_epoch: str
    read_epochs: str
    is_loaded: str
    note_lacking: str
    add_digests: str
    note_loading: str
    rekey_queries: str
    closed_epochs: str
    drop_closed_digests: str
    take_partner_secret: str
    read_partner_secret: str
    read_redelivery: str
    note_redelivery: str
    try_lead: str
    still_lead: str


def load_statements() -> Statements:
    """Read them from this package's files."""
    files = [NamedQueries.load("restriction", f"sql/{name}.sql") for name in _FILES]
    merged = ChainMap(*(dict(one) for one in files))
    assert len(merged) == sum(map(len, files)), "a name stands in two files"
    return NamedQueries(merged, source="restriction/sql").into(Statements)
