"""The statements of sql/resealing.sql and sql/rekeying.sql by name: a missing one, or a dead one, stops the process at start."""

from dataclasses import dataclass

from chassis.stores.queries import NamedQueries


@dataclass(frozen=True, slots=True)
class ResealingQueries:
    """For each place: count, look and keep."""

    count_request: str
    look_request: str
    keep_request: str
    count_change_facts: str
    look_change_facts: str
    keep_change_facts: str
    count_officer: str
    look_officer: str
    keep_officer: str
    count_subject: str
    look_subject: str
    keep_subject: str
    count_document: str
    look_document: str
    keep_document: str
    count_obligation: str
    look_obligation: str
    keep_obligation: str
    count_listing: str
    look_listing: str
    keep_listing: str
    count_consumption_order: str
    look_consumption_order: str
    keep_consumption_order: str
    count_binding_preparation: str
    look_binding_preparation: str
    keep_binding_preparation: str
    count_statement: str
    look_statement: str
    keep_statement: str
    count_used_signature: str
    look_used_signature: str
    keep_used_signature: str
    count_import: str
    look_import: str
    keep_import: str
    count_chunk_records: str
    look_chunk_records: str
    keep_chunk_records: str
    count_chunk_papers: str
    look_chunk_papers: str
    keep_chunk_papers: str
    count_import_row: str
    look_import_row: str
    keep_import_row: str
    count_import_sample: str
    look_import_sample: str
    keep_import_sample: str

    @classmethod
    def load(cls) -> "ResealingQueries":
        """Read and check sql/resealing.sql."""
        return NamedQueries.load("registry", "sql/resealing.sql").into(cls)


@dataclass(frozen=True, slots=True)
class RekeyingQueries:
    """What is known by a digest under a version of the registry's secret."""

    look_keyed: str
    keep_keyed: str
    count_keyed_by: str
    count_keyed_before: str

    @classmethod
    def load(cls) -> "RekeyingQueries":
        """Read and check sql/rekeying.sql."""
        return NamedQueries.load("registry", "sql/rekeying.sql").into(cls)
