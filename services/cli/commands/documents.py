"""`bind`, `unbind`: further documents of a subject."""

from typing import Annotated

import typer

from cli import identity
from cli.acts import fresh_id, perform
from cli.errors import UsageError
from cli.invocation import Invocation
from cli.options import Reasons, RequestId, ValidateOnly
from cli.papers.writing import data_of
from cli.registration import command
from cli.views.tables import record
from courtlist.registry.v1 import registry_service_pb2 as rpc


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @command(
        app,
        "bind",
        example="echo E00000001 | courtlist bind --subject SUBJECT_ID --kind passport "
        "--state CHN --number - --evidence '出入境管理局复函 1' --prepare --as clerk-1",
    )
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
        prepare: Annotated[
            bool,
            typer.Option("--prepare", help="Put it before a second person; nothing is bound yet."),
        ] = False,
        preparation: Annotated[
            str,
            typer.Option(
                "--preparation", metavar="ID", help="What --prepare printed, for the second."
            ),
        ] = "",
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Bind a further document to a subject, which takes two people (each a clerk or judge).

        One prepares it (--prepare) and hands the preparation's id to another, who looks at the same evidence
        and binds (--preparation ID).
        """
        if prepare == bool(preparation):
            raise UsageError(
                "a document is bound by two people, and it is not said who of them acts",
                next_step="the first adds --prepare, the second --preparation ID, as the first was told",
            )
        if prepare and validate_only:
            raise UsageError(
                "--prepare binds nothing, so there is nothing to validate",
                next_step="leave --prepare or --validate-only away",
            )
        document = identity.document(kind, state, number)
        if prepare:
            _prepare(
                invocation,
                rpc.PrepareBindingRequest(
                    request_id=request_id or fresh_id(),
                    subject_id=subject,
                    document=document,
                    evidence_reference=evidence,
                ),
            )
            return
        request = rpc.BindDocumentRequest(
            request_id=request_id,
            validate_only=validate_only,
            subject_id=subject,
            document=document,
            evidence_reference=evidence,
            preparation_id=preparation,
        )
        perform(invocation, invocation.courts.BindDocument, request, done="bound")

    @command(
        app, "unbind", example="courtlist unbind DOCUMENT_ID --reasons '证件非其本人' --as judge-1"
    )
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


def _prepare(invocation: Invocation, request: rpc.PrepareBindingRequest) -> None:
    reply = invocation.ask(invocation.courts.PrepareBinding, request)
    data = {**data_of(reply), "requestId": request.request_id}
    invocation.output.result(data, record("prepared: a second person binds it", reply))
