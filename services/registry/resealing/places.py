"""Every column that holds sealed values, and what each value is sealed for. A new one belongs here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from registry.importing.papers.chunks import (
    completion_context,
    papers_context,
    records_context,
    sample_context,
)
from registry.resealing.queries import ResealingQueries
from registry.signature_uses import hash_context

_NO_ID: Final = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One column.

    Attributes:
        column: as `table.column`.
        name: of its statements in sql/resealing.sql.
        first: below every key of the table.
        context: what the value under a key is sealed for.
    """

    column: str
    name: str
    first: tuple[Any, ...]
    context: Callable[..., str]

    def count(self, queries: ResealingQueries) -> str:
        """The statement that counts what waits."""
        return str(getattr(queries, f"count_{self.name}"))

    def look(self, queries: ResealingQueries) -> str:
        """The statement that reads the next."""
        return str(getattr(queries, f"look_{self.name}"))

    def keep(self, queries: ResealingQueries) -> str:
        """The statement that keeps them sealed anew."""
        return str(getattr(queries, f"keep_{self.name}"))


def _by_id(column: str, what: str) -> Place:
    table = column.partition(".")[0]
    return Place(
        column=column, name=table, first=(_NO_ID,), context=lambda record_id: f"{what}/{record_id}"
    )


def _of_import(column: str, name: str, context: Callable[[UUID, int], str]) -> Place:
    return Place(column=column, name=name, first=(_NO_ID, 0), context=context)


PLACES: Final = (
    _by_id("subject.facts_sealed", "subject"),
    _by_id("document.number_sealed", "document"),
    _by_id("obligation.terms_sealed", "obligation"),
    _by_id("listing.text_sealed", "listing"),
    _by_id("consumption_order.text_sealed", "order"),
    _by_id("statement.payee_sealed", "statement"),
    _by_id("binding_preparation.binding_sealed", "binding_preparation"),
    Place(
        column="officer.name_sealed",
        name="officer",
        first=("", 0, ""),
        context=lambda person_id, _role, _court_code: f"officer/{person_id}",
    ),
    Place(
        column="request.reply_sealed",
        name="request",
        first=("",),
        context=lambda request_id: f"request/{request_id}",
    ),
    Place(
        column="change_facts.facts_sealed",
        name="change_facts",
        first=(0,),
        context=lambda position: f"change/{position}",
    ),
    _by_id("import.file_name_sealed", "import_file_name"),
    Place(
        column="used_signature.hash_sealed",
        name="used_signature",
        first=(0,),
        context=hash_context,
    ),
    _of_import("import_chunk.records_sealed", "chunk_records", records_context),
    _of_import("import_chunk.papers_sealed", "chunk_papers", papers_context),
    _of_import("import_row.completion_sealed", "import_row", completion_context),
    _of_import("import_sample.fields_sealed", "import_sample", sample_context),
)
