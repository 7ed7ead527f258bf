"""`go-live`: the day from which decisions are entered one by one; what was decided before is imported."""

from typing import Annotated

import typer

from cli import days
from cli.acts import perform
from cli.invocation import Invocation
from cli.options import RequestId, ValidateOnly
from cli.registration import command
from courtlist.registry.v1 import admin_service_pb2 as admin


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app,
        "go-live",
        example="courtlist go-live 2026-01-01 --as president-1",
        epilog="An operator's `courtlist init` does the same where its file has `go_live`.",
    )
    def go_live(
        invocation: Invocation,
        day: Annotated[str, typer.Argument(metavar="DAY", help="First day; today, or +7.")],
        *,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Set the acting court's go-live day, once and for all (by the president)."""
        request = admin.SetGoLiveRequest(
            request_id=request_id,
            validate_only=validate_only,
            go_live_on=days.proto(days.day(day, option="DAY")),
        )
        perform(invocation, invocation.operators.SetGoLive, request, done="set")
