"""How a court's people and their keys look."""

from collections.abc import Sequence

from rich.console import RenderableType

from cli.papers.shapes import enum_text
from cli.plain import cell
from cli.views.tables import table
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin


def officers(known: Sequence[admin.Officer]) -> RenderableType:
    """Who holds which role, and since and until which position of the ledger."""
    if not known:
        return cell("nobody is enrolled at this court")
    rows = [
        (
            one.person_id,
            enum_text(ledger.Role.DESCRIPTOR, one.role),
            one.start_position,
            one.end_position or "",
        )
        for one in known
    ]
    return table("officers, by position of the ledger", ("person", "role", "from", "to"), rows)


def keys(known: Sequence[admin.OfficerKey]) -> RenderableType:
    """Which keys count as whose."""
    if not known:
        return cell("no key is enrolled at this court")
    rows = [
        (
            one.key_id,
            one.person_id,
            enum_text(ledger.KeyPurpose.DESCRIPTOR, one.purpose),
            one.start_position,
            one.end_position or "",
        )
        for one in known
    ]
    columns = ("key", "person", "purpose", "from", "to")
    return table("keys, by position of the ledger", columns, rows)
