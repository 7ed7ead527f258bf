"""The statements of sql/import.sql by name: a missing one, or a dead one, stops the process at start."""

from dataclasses import dataclass

from chassis.stores.queries import NamedQueries


@dataclass(frozen=True, slots=True)
class ImportQueries:
    """Every statement of an import."""

    begin_import: str
    find_same_file: str
    court: str
    imports: str
    newest_imports: str
    hold_import: str
    find_import: str
    insert_chunk: str
    count_staged: str
    prepare_import: str
    approve_import: str
    abandon_import: str
    erase_chunks: str
    erase_sample: str
    wake_importer: str
    rows: str
    debts_of_debtors: str
    sample: str
    chunk_of_record: str
    hold_row: str
    complete_row: str
    settle_row: str
    next_at_work: str
    set_aside: str
    went_on: str
    try_to_lead: str
    stop_leading: str
    still_leads: str
    unchecked_chunks: str
    first_chunk: str
    keep_check: str
    count_checked: str
    hashed_chunks: str
    file_hash: str
    outcomes: str
    drawn_before: str
    keyed_chunks: str
    insert_sample: str
    keep_manifest: str
    drop_hashes: str
    unentered_chunks: str
    sound_rows: str
    drop_papers: str
    settle_sound_rows: str
    count_entered: str
    erase_completions: str
    chunks_of_records: str
    any_needy_row: str
    needy_rows: str
    all_chunks: str
    keep_records: str
    finish_import: str
    begin_batch: str
    find_owners: str
    find_cases: str
    lock_subjects: str
    lock_obligations: str
    documents_of_subjects: str
    debtors_of_obligations: str
    listings_of_subjects: str
    orders_of_subjects: str
    unsettled_of_bases: str
    passes_on_bases: str
    tasks_on_bases: str
    void_obligations: str
    hold_head: str
    move_head: str
    move_obligations: str
    renew_obligations: str
    awaiting_the_head: str
    entered_rows: str
    standing_listings: str
    standing_orders: str
    unsettled_endings: str
    end_listings: str
    end_orders: str
    close_tasks: str
    documents_told: str
    unbind_documents: str
    delete_digests_of: str
    delete_misfits_of: str
    undo_progress: str
    move_undone: str

    @classmethod
    def load(cls) -> "ImportQueries":
        """Read and check sql/import.sql."""
        return NamedQueries.load("registry", "sql/import.sql").into(cls)
