"""`pass grant`, `pass withdraw`: leaving some items of an order free for some days."""

from typing import Annotated

import typer

from cli.acts import perform
from cli.invocation import Invocation
from cli.options import Example, PaperFile, Reasons, RequestId, SignatureFile, ValidateOnly
from cli.papers import files
from cli.papers.signatures import signed_paper
from cli.registration import command, group
from courtlist.registry.v1 import registry_service_pb2 as rpc


def register(app: typer.Typer) -> None:
    """Add the group."""
    passes = group("Passes: some items of an order left free for some days.")
    app.add_typer(passes, name="pass")

    @command(
        passes,
        "grant",
        example="courtlist pass grant pass.toml --as judge-1",
        epilog="Write a file: courtlist pass grant --example > pass.toml",
    )
    def grant(
        invocation: Invocation,
        file: PaperFile = "",
        *,
        example: Example = False,
        signature: SignatureFile = None,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Grant a pass (by a judge of the ordering court, signed by its president)."""
        if example:
            invocation.output.text(files.example("pass.toml"))
            return
        request = signed_paper(
            rpc.GrantPassRequest,
            file,
            "pass grant",
            signature=signature,
            validate_only=validate_only,
            request_id=request_id,
        )
        perform(invocation, invocation.courts.GrantPass, request, done="granted")

    @command(
        passes,
        "withdraw",
        example="courtlist pass withdraw PASS_ID --reasons '事由消失' --as judge-1",
    )
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
