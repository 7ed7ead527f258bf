"""How the record's answers look."""

from collections.abc import Sequence

from rich.console import RenderableType

from cli.papers.shapes import enum_text
from cli.plain import cell
from cli.views.instants import instant, last_day, legal_day
from cli.views.tables import table
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import decision_pb2, listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc


def standing(reply: rpc.GetStandingResponse) -> list[RenderableType]:
    """What stands: listings, orders, and as of when."""
    as_of = f"as of position {reply.as_of.position}, {instant(reply.as_of_time)}"
    if not reply.listings and not reply.orders:
        return [cell(f"nothing stands ({as_of})", "green")]
    shown: list[RenderableType] = []
    if reply.listings:
        columns = ("listing", "case", "ground", "since", "last day", "state")
        rows = [
            (
                one.listing_id,
                one.case_number,
                enum_text(ledger.Ground.DESCRIPTOR, one.ground),
                legal_day(one.start_time),
                last_day(one.term_end_time) if one.HasField("term_end_time") else "",
                _state(one.state),
            )
            for one in reply.listings
        ]
        shown.append(table("listings", columns, rows))
    if reply.orders:
        columns = ("order", "case", "items", "since", "last day", "state")
        rows = [
            (
                one.order_id,
                one.case_number,
                ", ".join(str(int(item)) for item in one.items),
                legal_day(one.start_time),
                last_day(one.end_time) if one.HasField("end_time") else "",
                _state(one.state),
            )
            for one in reply.orders
        ]
        shown.append(table("orders (items of CP Art 3(1))", columns, rows))
    return [*shown, cell(f"subject {reply.subject_id}, {as_of}", "dim")]


def tasks(owed: Sequence[decision_pb2.Task]) -> RenderableType:
    """The decisions that a court owes."""
    if not owed:
        return cell("the court owes no decision", "green")
    rows = [
        (
            instant(one.opened_time),
            enum_text(ledger.TaskKind.DESCRIPTOR, one.kind),
            one.basis_id,
            one.obligation_id,
            one.task_id,
        )
        for one in owed
    ]
    return table("decisions owed", ("since", "decision", "basis", "obligation", "task"), rows)


def listings(found: Sequence[listing_pb2.Listing]) -> RenderableType:
    """Listings in short."""
    if not found:
        return cell("no listing fits")
    rows = [
        (
            one.listing_id,
            one.case_number,
            one.subject_name,
            enum_text(ledger.Ground.DESCRIPTOR, one.ground),
            _state(one.state),
        )
        for one in found
    ]
    return table("listings", ("listing", "case", "name", "ground", "state"), rows)


def _state(state: int) -> str:
    return enum_text(listing_pb2.BasisState.DESCRIPTOR, state)
