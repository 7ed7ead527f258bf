"""How the query log looks."""

from collections.abc import Sequence
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from cli.papers.shapes import day_text
from cli.plain import cell
from cli.views.instants import instant, legal_day
from cli.views.tables import table
from courtlist.restriction.v1 import query_service_pb2 as pb
from courtlist.restriction.v1 import restriction_pb2

_TOLD: Final = "told to the person"
_REASONS: Final = {
    value.number: value.name.removeprefix("REASON_")
    for value in restriction_pb2.Reason.DESCRIPTOR.values
    if value.number
}


def queries_of(reply: pb.ListQueriesResponse) -> list[RenderableType]:
    """Who asked about one document, newest first."""
    since = cell(f"the log reaches back to {legal_day(reply.kept_since_time)}")
    if not reply.queries:
        return [cell("nobody asked when anything was found"), since]
    columns = ("asked", "by", "for", "about", "answered")
    return [table("queries, newest first", columns, map(_row, reply.queries)), since]


def query(one: pb.Query) -> Text:
    """One line of the log."""
    return cell("  ".join(_row(one)))


def counts(found: Sequence[pb.QueryCount]) -> list[RenderableType]:
    """How often partners asked."""
    if not found:
        return [cell("nobody asked")]
    rows = [
        (day_text(one.day), one.partner_id, one.purpose, one.answer, one.count) for one in found
    ]
    return [table("checks", ("day", "partner", "purpose", "answer", "count"), rows)]


def _row(one: pb.Query) -> tuple[str, ...]:
    reason = _REASONS.get(one.reason, "")
    answer = f"{one.answer} {reason}".strip() or _TOLD
    return (instant(one.asked_time), one.partner_id or "?", one.purpose, one.product, answer)
