"""How digest epochs look."""

from rich.console import RenderableType

from cli.plain import cell
from cli.views.tables import table
from courtlist.registry.v1 import admin_service_pb2 as admin


def epochs(shown: admin.GetEpochsResponse) -> list[RenderableType]:
    """The epochs that are not closed, and the sealing key."""
    rows = [
        (one.epoch, one.key_id, _state(one), one.missing, ", ".join(one.awaited))
        for one in shown.epochs
    ]
    columns = ("epoch", "key", "state", "documents missing", "awaited")
    sealed = f"sealed under {shown.seal_key_id}; under older keys: {shown.sealed_under_older}"
    return [table("digest epochs", columns, rows), cell(sealed)]


def _state(one: admin.Epoch) -> str:
    if one.in_force:
        return f"in force since {one.switched_position}"
    if one.switched_position or not one.opened_position:
        return "former"
    return f"opened at {one.opened_position}"
