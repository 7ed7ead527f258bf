"""`bind`, `unbind`: further documents of a subject."""

from typing import Annotated

import typer

from cli import identity
from cli.acts import perform
from cli.invocation import Invocation
from cli.options import Reasons, RequestId, ValidateOnly
from cli.registration import command
from courtlist.registry.v1 import registry_service_pb2 as rpc


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @command(app, "bind")
    def bind(
        invocation: Invocation,
        *,
        subject: Annotated[str, typer.Option("--subject", metavar="ID")],
        evidence: Annotated[
            str,
            typer.Option("--evidence", metavar="TEXT", help="Where the file proves whose it is."),
        ],
        kind: identity.Kind = identity.DEFAULT_KIND,
        state: identity.State = "",
        number: identity.Number = "",
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Bind a further document to a subject (by a clerk or judge)."""
        request = rpc.BindDocumentRequest(
            request_id=request_id,
            validate_only=validate_only,
            subject_id=subject,
            document=identity.document(kind, state, number),
            evidence_reference=evidence,
        )
        perform(invocation, invocation.courts.BindDocument, request, done="bound")

    @command(app, "unbind")
    def unbind(
        invocation: Invocation,
        document: Annotated[str, typer.Argument(metavar="DOCUMENT_ID")],
        *,
        reasons: Reasons,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Take a document from a subject; as fast as a lift (by a judge)."""
        request = rpc.UnbindDocumentRequest(
            request_id=request_id,
            validate_only=validate_only,
            document_id=document,
            reasons=reasons,
        )
        perform(invocation, invocation.courts.UnbindDocument, request, done="unbound")
