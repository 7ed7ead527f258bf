"""`check loan`: a lender's question. The answer is advice."""

from typing import Annotated, Any

import typer

from cli import choices, identity
from cli.checking import EPILOG, Manifest, check
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from cli.registration import command
from courtlist.loan.v1 import loan_service_pb2 as loan

_APPLICATIONS = loan.Application.DESCRIPTOR
_PURPOSES = loan.Purpose.DESCRIPTOR


def register(checks: typer.Typer) -> None:
    """Add the command."""

    @command(
        checks,
        "loan",
        example="echo 000000195001010001 | courtlist check loan --partner bank-1 --number -",
        epilog=EPILOG,
    )
    def ask_loan(
        invocation: Invocation,
        *,
        application: Annotated[
            str,
            typer.Option(
                "--application",
                metavar="WHAT",
                help=f"What is applied for: {', '.join(choices.names(_APPLICATIONS))}. Only new "
                "credit is looked up.",
                autocompletion=choices.completion(_APPLICATIONS),
            ),
        ] = "new-loan",
        purpose: Annotated[
            str,
            typer.Option(
                "--purpose",
                metavar="WHY",
                help=f"Why it is asked: {', '.join(choices.names(_PURPOSES))}.",
                autocompletion=choices.completion(_PURPOSES),
            ),
        ] = "assessment",
        kind: identity.Kind = identity.DEFAULT_KIND,
        state: identity.State = "",
        number: identity.Number = "",
        name: identity.Name = "",
        manifest: Manifest = "",
    ) -> ExitCode:
        """What does the List say of this applicant? Advice for a person, never a refusal."""

        def question() -> loan.AssessApplicantRequest:
            chosen: Any = choices.number(_APPLICATIONS, application, option="--application")
            return loan.AssessApplicantRequest(
                document=identity.document(kind, state, number),
                name=identity.name(name),
                application=chosen,
            )

        return check(invocation, "loan", manifest, question, purpose=purpose)
