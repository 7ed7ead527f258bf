"""How the processes look, in one table."""

from typing import Any

from rich.console import RenderableType
from rich.text import Text

from cli.papers.writing import data_of
from cli.plain import cell
from cli.processes import Seen, Surroundings
from cli.views.instants import lasting, seconds_between, since
from cli.views.tables import table
from courtlist.process.v1 import process_service_pb2 as process
from courtlist.registry.v1 import admin_service_pb2 as admin

_COLUMNS = ("process", "address", "state", "version", "up", "position", "lag", "partners")


def data(seen: Surroundings) -> dict[str, Any]:
    """The whole as --json prints it."""
    ledger = {} if seen.ledger is None else {"ledger": data_of(seen.ledger)}
    return {
        "well": seen.is_well,
        "processes": [_data(one) for one in seen.processes],
        **ledger,
        **({"ledgerFault": seen.ledger_fault} if seen.ledger_fault else {}),
    }


def show(seen: Surroundings) -> list[RenderableType]:
    """The table, and below it the ledger and its followers."""
    shown: list[RenderableType] = [
        table(
            "processes (lag in positions and in time since the ledger was heard)",
            _COLUMNS,
            [_row(one) for one in seen.processes],
        )
    ]
    if seen.ledger is None:
        return [*shown, cell(f"the ledger was not read: {seen.ledger_fault}", "yellow")]
    return [*shown, *ledger(seen.ledger)]


def ledger(said: admin.GetLedgerResponse) -> list[RenderableType]:
    """The head, and how far every follower is."""
    head = said.head
    shown: list[RenderableType] = []
    if said.followers:
        rows = [
            (
                one.follower,
                one.position.position,
                max(head.position - one.position.position, 0),
                f"{lasting(since(one.seen_time))} ago",
                cell("awaited since the restore", "red") if one.awaited else "",
            )
            for one in said.followers
        ]
        shown.append(table("followers", ("follower", "position", "lag", "asked", ""), rows))
    shown.append(cell(f"head {head.position} of incarnation {head.incarnation}"))
    shown.append(cell(f"hash {said.head_hash.hex()}", "dim"))
    shown += erased(said)
    if said.withheld:
        shown.append(
            cell("after a restore nobody is refused until every follower has reported", "yellow")
        )
    return shown


def erased(said: admin.GetLedgerResponse) -> list[RenderableType]:
    """Of how many changes the facts are erased; nothing where of none."""
    if not said.facts_erased:
        return []
    return [cell(f"{said.facts_erased} changes' facts are erased; the chain holds without them")]


def _data(seen: Seen) -> dict[str, Any]:
    said = {} if seen.view is None else data_of(seen.view)
    if seen.view is not None and seen.view.HasField("ledger"):
        view = seen.view
        said["lag"] = {
            "positions": max(view.ledger.head - view.ledger.position, 0),
            "seconds": round(seconds_between(view.ledger.as_of_time, view.now_time), 3),
        }
    return {
        "name": seen.name,
        "address": seen.address,
        "well": seen.is_well,
        "ready": seen.is_ready,
        "fault": seen.fault,
        **said,
    }


def _row(seen: Seen) -> list[object]:
    view = seen.view
    if view is None:
        return [seen.name, seen.address, _state(seen), "", "", "", "", ""]
    position, lag = "", ""
    if view.HasField("ledger"):
        position = str(view.ledger.position)
        behind = max(view.ledger.head - view.ledger.position, 0)
        lag = f"{behind}, {lasting(seconds_between(view.ledger.as_of_time, view.now_time))}"
    up = lasting(seconds_between(view.started_time, view.now_time))
    return [
        seen.name,
        seen.address,
        _state(seen),
        view.version,
        up,
        position,
        lag,
        _partners(view),
    ]


def _state(seen: Seen) -> Text:
    if seen.fault:
        return cell(seen.fault, "bold red")
    failing = (
        []
        if seen.view is None
        else [one.check for one in seen.view.checks if not one.serving and one.check != "ready"]
    )
    if not seen.is_ready:
        return cell(f"not ready: {', '.join(failing)}" if failing else "not ready", "bold red")
    return cell(f"ready; failing: {', '.join(failing)}" if failing else "ready", "green")


def _partners(view: process.GetProcessResponse) -> Text:
    said = Text()
    for one in view.partners:
        if said:
            said.append("\n")
        behind = max(one.head - one.acknowledged, 0)
        text = f"{one.partner_id} {one.acknowledged}/{one.head}"
        if one.HasField("failing_since_time"):
            for_s = seconds_between(one.failing_since_time, view.now_time)
            said.append_text(cell(f"{text} failing for {lasting(for_s)}", "red"))
        else:
            said.append_text(cell(text, "yellow" if behind else ""))
    return said
