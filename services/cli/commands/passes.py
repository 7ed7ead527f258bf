"""`pass grant`, `pass withdraw`: leaving some items of an order free for some days."""

from typing import Annotated, Any

import typer

from cli import choices, days
from cli.acts import perform
from cli.invocation import Invocation
from cli.options import Reasons, RequestId, ValidateOnly
from cli.registration import command, group
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import decision_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc

_CAUSES = ledger.PassCause.DESCRIPTOR
_ITEMS = ledger.Item.DESCRIPTOR


def register(app: typer.Typer) -> None:
    """Add the group."""
    passes = group("Passes: some items of an order left free for some days.")
    app.add_typer(passes, name="pass")

    @command(passes, "grant")
    def grant(
        invocation: Invocation,
        order: Annotated[str, typer.Argument(metavar="ORDER_ID")],
        *,
        item: Annotated[
            list[str],
            typer.Option(
                "--item",
                metavar="ITEM",
                help=f"Left free; several times for several: {', '.join(choices.names(_ITEMS))}.",
                autocompletion=choices.completion(_ITEMS),
            ),
        ],
        first_day: Annotated[str, typer.Option("--from", metavar="DAY", help="First day.")],
        last_day: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day.")],
        cause: Annotated[
            str,
            typer.Option(
                "--cause",
                metavar="CAUSE",
                help=f"One of: {', '.join(choices.names(_CAUSES))}.",
                autocompletion=choices.completion(_CAUSES),
            ),
        ],
        decision: Annotated[str, typer.Option("--decision", metavar="NUMBER")],
        signed_by: Annotated[
            str, typer.Option("--signed-by", metavar="PERSON", help="The court's president.")
        ],
        reasons: Reasons,
        decided_on: Annotated[str, typer.Option("--decided-on", metavar="DAY")] = "today",
        signed_on: Annotated[str, typer.Option("--signed-on", metavar="DAY")] = "today",
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Grant a pass (by a judge of the ordering court, signed by its president)."""
        items: Any = [choices.number(_ITEMS, one, option="--item") for one in item]
        chosen: Any = choices.number(_CAUSES, cause, option="--cause")
        request = rpc.GrantPassRequest(
            request_id=request_id,
            validate_only=validate_only,
            order_id=order,
            items=items,
            first_day=days.proto(days.day(first_day, option="--from")),
            last_day=days.proto(days.day(last_day, option="--to")),
            cause=chosen,
            decision=decision_pb2.Decision(
                number=decision,
                decided_on=days.proto(days.day(decided_on, option="--decided-on")),
                signed_by=signed_by,
                signed_on=days.proto(days.day(signed_on, option="--signed-on")),
                reasons=reasons,
            ),
        )
        perform(invocation, invocation.courts.GrantPass, request, done="granted")

    @command(passes, "withdraw")
    def withdraw(
        invocation: Invocation,
        pass_id: Annotated[str, typer.Argument(metavar="PASS_ID")],
        *,
        reasons: Reasons,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Take a pass back (by a judge of the ordering court)."""
        request = rpc.WithdrawPassRequest(
            request_id=request_id, validate_only=validate_only, pass_id=pass_id, reasons=reasons
        )
        perform(invocation, invocation.courts.WithdrawPass, request, done="withdrawn")
