"""`end`, `lift`: ending a listing or an order by a judge's decision."""

from typing import Annotated, Any

import typer

from cli import choices
from cli.acts import perform
from cli.invocation import Invocation
from cli.options import INT32_MAX, Etag, Reasons, RequestId, ValidateOnly
from cli.registration import command
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc

_CAUSES = ledger.EndingCause.DESCRIPTOR

Cause = Annotated[
    str,
    typer.Option(
        "--cause",
        metavar="CAUSE",
        help=f"One of: {', '.join(choices.names(_CAUSES))}. Not every cause ends every basis.",
        autocompletion=choices.completion(_CAUSES),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @command(
        app,
        "end",
        example="courtlist end LISTING_ID --cause enforcement-ended --reasons '终结执行' --as judge-1",
    )
    def end(
        invocation: Invocation,
        listing: Annotated[str, typer.Argument(metavar="LISTING_ID")],
        *,
        cause: Cause,
        reasons: Reasons,
        revoke: Annotated[
            bool,
            typer.Option("--revoke", help="It was wrong: void from the start (LP Art 9)."),
        ] = False,
        empty_queries: Annotated[
            int,
            typer.Option(
                min=0, max=INT32_MAX, help="Empty asset queries; no-assets-found needs 2."
            ),
        ] = 0,
        useful_lead: Annotated[
            bool, typer.Option("--useful-lead", help="A lead was received: bars no-assets-found.")
        ] = False,
        creditor_request: Annotated[
            str, typer.Option(metavar="TEXT", help="Reference that creditor-request needs.")
        ] = "",
        etag: Etag = "",
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Delete a listing by LP Art 10 or 2(2); with --revoke take a wrong one back (by a judge)."""
        chosen: Any = choices.number(_CAUSES, cause, option="--cause")
        given: dict[str, Any] = {
            "request_id": request_id,
            "validate_only": validate_only,
            "listing_id": listing,
            "cause": chosen,
            "reasons": reasons,
            "etag": etag,
        }
        if revoke:
            request = rpc.RevokeListingRequest(**given)
            perform(invocation, invocation.courts.RevokeListing, request, done="revoked")
            return
        ending = rpc.EndListingRequest(
            **given,
            empty_queries=empty_queries,
            useful_lead_received=useful_lead,
            creditor_request_reference=creditor_request,
        )
        perform(invocation, invocation.courts.EndListing, ending, done="deleted")

    @command(
        app,
        "lift",
        example="courtlist lift ORDER_ID --cause security-given --reasons '提供充分担保' --as judge-1",
    )
    def lift(
        invocation: Invocation,
        order: Annotated[str, typer.Argument(metavar="ORDER_ID")],
        *,
        cause: Cause,
        reasons: Reasons,
        etag: Etag = "",
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Lift an order (by a judge). Paying lifts by itself: see `repay`."""
        chosen: Any = choices.number(_CAUSES, cause, option="--cause")
        request = rpc.LiftOrderRequest(
            request_id=request_id,
            validate_only=validate_only,
            order_id=order,
            cause=chosen,
            reasons=reasons,
            etag=etag,
        )
        perform(invocation, invocation.courts.LiftOrder, request, done="lifted")
