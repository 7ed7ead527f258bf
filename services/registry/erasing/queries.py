"""The statements of sql/erasing.sql by name: a missing one, or a dead one, stops the process at start."""

from dataclasses import dataclass

from chassis.stores.queries import NamedQueries


@dataclass(frozen=True, slots=True)
class ErasingQueries:
    """Every statement that erases, and what leads to it."""

    clock: str
    concern_head: str
    unnoted_changes: str
    note_concerns: str
    move_concern_head: str
    page_of_subjects: str
    hold_subject: str
    hold_obligations: str
    look_at: str
    erase_preparations: str
    erase_documents: str
    erase_bases: str
    erase_debts: str
    erase_obligations: str
    erase_subject: str
    erase_facts: str
    count_erased: str
    forget_preparations: str
    forget_file_names: str
    forget_answers: str
    overdue_imports: str
    hold_overdue: str
    expire_records: str
    expire_sample: str
    expire_completions: str
    expire_import: str
    forget_drawn: str

    @classmethod
    def load(cls) -> "ErasingQueries":
        """Read and check sql/erasing.sql."""
        return NamedQueries.load("registry", "sql/erasing.sql").into(cls)
