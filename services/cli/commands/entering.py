"""`enter`, `restrict`: putting a debtor on the List, or restricting consumption alone."""

import typer

from cli.acts import perform
from cli.invocation import Invocation
from cli.options import Example, PaperFile, RequestId, SignatureFile, ValidateOnly
from cli.papers import files
from cli.papers.signatures import signed_paper
from cli.registration import command
from courtlist.registry.v1 import registry_service_pb2 as rpc


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @command(
        app,
        "enter",
        example="courtlist enter debtor.toml --as clerk-1",
        epilog="Write a file: courtlist enter --example > debtor.toml",
    )
    def enter(
        invocation: Invocation,
        file: PaperFile = "",
        *,
        example: Example = False,
        signature: SignatureFile = None,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Enter a debtor on the List, with the order that comes with it (by a clerk or judge)."""
        if example:
            invocation.output.text(files.example("enter.toml"))
            return
        request = signed_paper(
            rpc.EnterListingRequest,
            file,
            "enter",
            signature=signature,
            validate_only=validate_only,
            request_id=request_id,
        )
        perform(invocation, invocation.courts.EnterListing, request, done="entered")

    @command(
        app,
        "restrict",
        example="courtlist restrict order.toml --as clerk-1",
        epilog="Write a file: courtlist restrict --example > order.toml",
    )
    def restrict(
        invocation: Invocation,
        file: PaperFile = "",
        *,
        example: Example = False,
        signature: SignatureFile = None,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Issue a consumption restriction order without listing (by a clerk or judge)."""
        if example:
            invocation.output.text(files.example("restrict.toml"))
            return
        request = signed_paper(
            rpc.IssueOrderRequest,
            file,
            "restrict",
            signature=signature,
            validate_only=validate_only,
            request_id=request_id,
        )
        perform(invocation, invocation.courts.IssueOrder, request, done="ordered")
