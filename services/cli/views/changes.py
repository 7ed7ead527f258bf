"""How changes of the ledger look."""

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType

from cli.chain import Link
from cli.papers.shapes import enum_text
from cli.papers.writing import data_of
from cli.plain import cell
from cli.views.instants import instant
from cli.views.tables import table
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin


def data(link: Link) -> dict[str, Any]:
    """A change as --json prints it."""
    assert link.body is not None
    return {**data_of(link.body), "hash": link.hash.hex()}


def line(link: Link) -> RenderableType:
    """A change on one line."""
    body = link.body
    assert body is not None
    role = enum_text(ledger.Role.DESCRIPTOR, body.actor.role).lower()
    who = f"{body.actor.person_id} ({role} {body.actor.court_code})".replace(" )", ")")
    act = enum_text(ledger.Act.DESCRIPTOR, body.act)
    effects = ", ".join(one.WhichOneof("effect") or "unknown" for one in body.effects)
    return cell(f"{body.position:>8}  {instant(body.recorded_time)}  {act:<24} {who:<32} {effects}")


def unsettled(found: Sequence[admin.UnsettledEnding]) -> RenderableType:
    """The list for the judge after a restore."""
    if not found:
        return cell("nothing is unsettled", "green")
    columns = ("basis", "measure", "court", "case", "reported by", "lost position", "what was lost")
    rows = [
        (
            one.basis_id,
            enum_text(ledger.Measure.DESCRIPTOR, one.measure),
            one.court_code,
            one.case_number,
            one.reported_by,
            one.lost_position.position,
            lost(one.document_id),
        )
        for one in found
    ]
    return table("endings for a judge to settle", columns, rows)


def lost(document_id: str) -> str:
    """What a restore lost: the ending of a basis, or that this document was unbound."""
    return f"unbinding of document {document_id}" if document_id else "its ending"


def still_bound(document_id: str) -> str:
    """What is left to do where the unbinding of a document was lost."""
    return (
        f"what was lost is the unbinding of document {document_id}; it is bound still: "
        f"courtlist unbind {document_id} if it is another person's"
    )
