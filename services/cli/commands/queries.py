"""`queries`: who asked about whom, as a field's own log has it."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Annotated, Any, Final, TypeVar

import typer

from cli import days, fields, identity
from cli.acting import as_metadata
from cli.invocation import Invocation
from cli.pages import pages
from cli.papers.writing import data_of
from cli.registration import command, group
from cli.views import queries as views
from courtlist.restriction.v1 import query_service_pb2 as pb
from courtlist.restriction.v1.query_service_pb2_grpc import QueryServiceStub

Reply = TypeVar("Reply")

_PAGE: Final = 1000

Field = Annotated[
    str,
    typer.Option("--field", metavar="FIELD", help="In whose log: travel, hotel, loan ..."),
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    queries = group("The query log: who asked about whom, and how often.")
    app.add_typer(queries, name="queries")

    @command(
        queries,
        "of",
        example="echo 000000195001010001 | courtlist queries of --field travel "
        "--reference '(2026)查1号' --number - --as clerk-1",
    )
    def of(
        invocation: Invocation,
        *,
        field: Field,
        reference: Annotated[
            str,
            typer.Option(
                "--reference", metavar="TEXT", help="Where the request is filed; no name."
            ),
        ],
        kind: identity.Kind = identity.DEFAULT_KIND,
        state: identity.State = "",
        number: identity.Number = "",
    ) -> None:
        """Tell a person who asked about her document (by her court; it is logged itself)."""
        request = pb.ListQueriesRequest(
            document=identity.document(kind, state, number), request_reference=reference
        )
        reply = _ask(invocation, field, lambda stub: stub.ListQueries, request)
        invocation.output.result(data_of(reply), *views.queries_of(reply))

    @command(
        queries,
        "read",
        example="courtlist queries read --field travel --of-partner rail-1 "
        "--as auditor-1 --role auditor --court 京0199",
    )
    def read(
        invocation: Invocation,
        *,
        field: Field,
        asker: Annotated[
            str, typer.Option("--of-partner", metavar="ID", help="One partner's queries only.")
        ] = "",
    ) -> None:
        """Read the log, oldest first (by an auditor)."""
        for page in _pages(invocation, field, asker):
            for query in page.queries:
                invocation.output.result(data_of(query), views.query(query))

    @command(
        queries,
        "counts",
        example="courtlist queries counts --field travel --from 2026-01-01 --to today",
    )
    def counts(
        invocation: Invocation,
        *,
        field: Field,
        first_day: Annotated[str, typer.Option("--from", metavar="DAY")] = "today",
        last_day: Annotated[str, typer.Option("--to", metavar="DAY")] = "today",
    ) -> None:
        """How often partners asked, day by day (by an auditor or an operator)."""
        request = pb.ReadQueryCountsRequest(
            first_day=days.proto(days.day(first_day, option="--from")),
            last_day=days.proto(days.day(last_day, option="--to")),
        )
        reply = _ask(invocation, field, lambda stub: stub.ReadQueryCounts, request)
        invocation.output.result(data_of(reply), *views.counts(reply.counts))


def _pages(invocation: Invocation, field: str, asker: str) -> Iterator[pb.ReadQueriesResponse]:
    ask = partial(_ask, invocation, field, lambda stub: stub.ReadQueries)
    return pages(ask, pb.ReadQueriesRequest(partner_id=asker, page_size=_PAGE))


def _ask(
    invocation: Invocation,
    field: str,
    method: Callable[[QueryServiceStub], Callable[..., Awaitable[Reply]]],
    request: Any,
) -> Reply:
    """One call to a field, by whoever acts. Raises RemoteFailure, UsageError."""
    name = fields.named(field).name
    return invocation.client.call(
        method(QueryServiceStub(invocation.channel(name))),
        request,
        service=name,
        address=invocation.profile.address(name),
        metadata=as_metadata(invocation.actor),
    )
