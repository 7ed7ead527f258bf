"""The record's tables as a batch fills them, and the order that their references ask for."""

from typing import Final

# Columns that hold the row's position come last: it is known last, and put behind what is ready.
TABLES: Final = {
    "subject": ("subject_id", "kind", "facts_sealed", "position"),
    "document": (
        "document_id",
        "subject_id",
        "kind",
        "issuing_state",
        "number_sealed",
        "bound_position",
    ),
    "document_digest": ("epoch", "digest", "document_id"),
    "obligation": ("obligation_id", "kind", "principal_fen", "terms_sealed", "position"),
    "obligation_case": (
        "case_number",
        "obligation_id",
        "court_code",
        "raw",
        "filed_on",
        "position",
    ),
    "obligation_debtor": ("obligation_id", "subject_id", "position"),
    "listing": (
        "listing_id",
        "subject_id",
        "obligation_id",
        "court_code",
        "case_number",
        "case_number_raw",
        "decision_number",
        "decided_on",
        "ground",
        "start_at",
        "term_end_at",
        "text_sealed",
        "entered_position",
        "position",
    ),
    "consumption_order": (
        "order_id",
        "subject_id",
        "obligation_id",
        "court_code",
        "case_number",
        "listing_id",
        "order_number",
        "decided_on",
        "items",
        "start_at",
        "period_end_at",
        "review_at",
        "text_sealed",
        "position",
    ),
}

CHANGE_TABLE: Final = "change"
CHANGE_COLUMNS: Final = (
    "incarnation",
    "act",
    "ends",
    "recorded_at",
    "body",
    "previous_hash",
    "hash",
    "position",
)
FACTS_TABLE: Final = "change_facts"
FACTS_COLUMNS: Final = ("facts_sealed", "position")

POSITIONS: Final = {
    table: sum(column.endswith("position") for column in columns)
    for table, columns in TABLES.items()
}
"""How many columns of a table hold the row's position."""
