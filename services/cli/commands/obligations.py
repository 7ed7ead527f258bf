"""`statement`, `repay`, `reverse`, `performed`: what is owed, and what came in."""

from typing import Annotated

import typer

from cli import days, sums
from cli.acts import perform
from cli.invocation import Invocation
from cli.options import Reasons, RequestId, ValidateOnly
from cli.registration import command
from courtlist.registry.v1 import registry_service_pb2 as rpc

Obligation = Annotated[
    str, typer.Option("--obligation", metavar="ID", help="The obligation; `show listing` names it.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @command(
        app,
        "statement",
        example="courtlist statement --obligation OBLIGATION_ID --sum 10500 "
        "--good-until +14 --payee 法院案款专户 --as clerk-1",
    )
    def statement(
        invocation: Invocation,
        *,
        obligation: Obligation,
        amount: Annotated[str, typer.Option("--sum", metavar="YUAN", help="Still to be paid.")],
        good_until: Annotated[
            str, typer.Option("--good-until", metavar="DAY", help="Last day; +14 is in two weeks.")
        ],
        payee: Annotated[str, typer.Option("--payee", metavar="TEXT", help="Where to pay.")],
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Issue a payoff statement: what sum, paid by when, performs the obligation."""
        request = rpc.IssuePayoffStatementRequest(
            request_id=request_id,
            validate_only=validate_only,
            obligation_id=obligation,
            sum=sums.yuan(amount, option="--sum"),
            good_until=days.proto(days.day(good_until, option="--good-until")),
            payee=payee,
        )
        perform(invocation, invocation.courts.IssuePayoffStatement, request, done="stated")

    @command(
        app,
        "repay",
        example="courtlist repay --obligation OBLIGATION_ID --amount 10500.00 "
        "--receipt R-1 --as clerk-1",
    )
    def repay(
        invocation: Invocation,
        *,
        obligation: Obligation,
        amount: Annotated[str, typer.Option("--amount", metavar="YUAN", help="What came in.")],
        receipt: Annotated[
            str, typer.Option("--receipt", metavar="NUMBER", help="Unique in the obligation.")
        ],
        paid_on: Annotated[
            str, typer.Option("--paid-on", metavar="DAY", help="Day of payment.")
        ] = "today",
        statement_id: Annotated[
            str, typer.Option("--statement", metavar="ID", help="On which it was paid.")
        ] = "",
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Record money that came in. A statement paid in full lifts orders in the same act."""
        request = rpc.RecordRepaymentRequest(
            request_id=request_id,
            validate_only=validate_only,
            obligation_id=obligation,
            amount=sums.yuan(amount, option="--amount"),
            paid_on=days.proto(days.day(paid_on, option="--paid-on")),
            receipt_number=receipt,
            statement_id=statement_id,
        )
        perform(invocation, invocation.courts.RecordRepayment, request, done="recorded")

    _register_judgements(app)


def _register_judgements(app: typer.Typer) -> None:
    @command(app, "reverse", example="courtlist reverse REPAYMENT_ID --reasons '误记' --as judge-1")
    def reverse(
        invocation: Invocation,
        repayment: Annotated[str, typer.Argument(metavar="REPAYMENT_ID")],
        *,
        reasons: Reasons,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Take a repayment back that was recorded by mistake. Restores nothing (by a judge)."""
        request = rpc.ReverseRepaymentRequest(
            request_id=request_id,
            validate_only=validate_only,
            repayment_id=repayment,
            reasons=reasons,
        )
        perform(invocation, invocation.courts.ReverseRepayment, request, done="reversed")

    @command(
        app,
        "performed",
        example="courtlist performed --obligation OBLIGATION_ID --evidence '卷宗第 30 页' "
        "--on today --as judge-1",
    )
    def performed(
        invocation: Invocation,
        *,
        obligation: Obligation,
        evidence: Annotated[
            str, typer.Option("--evidence", metavar="TEXT", help="Where the case file proves it.")
        ],
        on: Annotated[str, typer.Option("--on", metavar="DAY", help="Day of it.")] = "today",
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Record that an obligation to act is performed (by a judge)."""
        request = rpc.RecordActPerformedRequest(
            request_id=request_id,
            validate_only=validate_only,
            obligation_id=obligation,
            performed_on=days.proto(days.day(on, option="--on")),
            evidence_reference=evidence,
        )
        perform(invocation, invocation.courts.RecordActPerformed, request, done="performed")
