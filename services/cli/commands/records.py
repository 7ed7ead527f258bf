"""`standing`, `show`, `search`, `tasks`, `close-task`, `correct`: reading the record, mending its text."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Annotated, Any

import typer

from cli import choices, identity
from cli.acts import perform
from cli.errors import UsageError
from cli.invocation import Invocation
from cli.options import Reasons, RequestId, ValidateOnly
from cli.pages import pages
from cli.papers.writing import data_of
from cli.registration import command, group
from cli.views import records as views
from cli.views.tables import record
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import decision_pb2, listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc

_FRESH = rpc.Consistency(fully_consistent=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @command(
        app,
        "standing",
        example="echo 000000195001010001 | courtlist standing --number - --as clerk-1",
    )
    def standing(
        invocation: Invocation,
        *,
        kind: identity.Kind = identity.DEFAULT_KIND,
        state: identity.State = "",
        number: identity.Number = "",
    ) -> None:
        """What stands against the person behind a document: the court's own view."""
        request = rpc.GetStandingRequest(
            document=identity.document(kind, state, number), consistency=_FRESH
        )
        reply = invocation.ask(invocation.courts.GetStanding, request)
        invocation.output.result(data_of(reply), *views.standing(reply))

    @command(app, "tasks", example="courtlist tasks --as judge-1")
    def tasks(invocation: Invocation) -> None:
        """The decisions that the acting court owes, oldest first."""
        owed = list(_tasks(invocation))
        invocation.output.result({"tasks": [data_of(one) for one in owed]}, views.tasks(owed))

    @command(
        app,
        "close-task",
        example="courtlist close-task TASK_ID --reasons '证件照片与本人一致' --as judge-1",
    )
    def close_task(
        invocation: Invocation,
        task: Annotated[str, typer.Argument(metavar="TASK_ID", help="As `tasks` printed it.")],
        *,
        reasons: Reasons,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """A misfit of a name was looked into: the document is rightly bound (by a judge)."""
        request = rpc.CloseTaskRequest(
            request_id=request_id, validate_only=validate_only, task_id=task, reasons=reasons
        )
        perform(invocation, invocation.courts.CloseTask, request, done="closed")

    @command(
        app,
        "correct",
        example="courtlist correct LISTING_ID --etag ETAG --reasons '笔误' "
        "--performed-part '全部未履行' --as judge-1",
    )
    def correct(
        invocation: Invocation,
        listing: Annotated[str, typer.Argument(metavar="LISTING_ID")],
        *,
        etag: Annotated[str, typer.Option("--etag", metavar="ETAG", help="As `show` printed it.")],
        reasons: Reasons,
        decision_number: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
        conduct: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
        performed_part: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Correct an entry's text, never the identity, for which `end --revoke` is (by a judge)."""
        request = rpc.CorrectListingRequest(
            request_id=request_id,
            validate_only=validate_only,
            listing_id=listing,
            etag=etag,
            decision_number=decision_number,
            conduct=conduct,
            performed_part=performed_part,
            reasons=reasons,
        )
        perform(invocation, invocation.courts.CorrectListing, request, done="corrected")

    _register_search(app)
    _register_show(app)


def _register_search(app: typer.Typer) -> None:
    grounds, states = ledger.Ground.DESCRIPTOR, listing_pb2.BasisState.DESCRIPTOR

    @command(app, "search", example="courtlist search --case '（2025）京0199执1号' --as clerk-1")
    def search(
        invocation: Invocation,
        *,
        case: Annotated[str, typer.Option("--case", metavar="NUMBER")] = "",
        ground: Annotated[
            str, typer.Option(metavar="GROUND", autocompletion=choices.completion(grounds))
        ] = "",
        in_state: Annotated[
            str, typer.Option(metavar="STATE", autocompletion=choices.completion(states))
        ] = "",
        by_number: Annotated[
            bool, typer.Option("--by-document", help="By a document: --kind, --state, --number.")
        ] = False,
        kind: identity.Kind = identity.DEFAULT_KIND,
        state: identity.State = "",
        number: identity.Number = "",
        limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most listings shown.")] = 50,
    ) -> None:
        """The acting court's listings by case, document, ground or state; never by name."""
        request = rpc.SearchListingsRequest(case_number=case, page_size=min(limit, 200))
        if ground:
            chosen: Any = choices.number(grounds, ground, option="--ground")
            request.ground = chosen
        if in_state:
            sought: Any = choices.number(states, in_state, option="--in-state")
            request.state = sought
        if not by_number and (kind, state, number) != (identity.DEFAULT_KIND, "", ""):
            raise UsageError(
                "--kind, --state and --number are of a document",
                next_step="add --by-document; the state of a listing is --in-state",
            )
        if by_number:
            request.document.CopyFrom(identity.document(kind, state, number))
        found = list(_found(invocation, request, limit))
        if len(found) == limit:
            invocation.output.note(f"no more than {limit} are shown: --limit shows more")
        invocation.output.result(
            {"listings": [data_of(one) for one in found]}, views.listings(found)
        )


def _register_show(app: typer.Typer) -> None:
    show = group("One record in full: a listing, an order or an obligation.")
    app.add_typer(show, name="show")

    @command(show, "listing", example="courtlist show listing LISTING_ID --as clerk-1")
    def listing(
        invocation: Invocation, listing_id: Annotated[str, typer.Argument(metavar="ID")]
    ) -> None:
        """A listing; state, tasks and etag with it."""
        request = rpc.GetListingRequest(listing_id=_id(listing_id), consistency=_FRESH)
        reply = invocation.ask(invocation.courts.GetListing, request)
        invocation.output.result(data_of(reply.listing), record("listing", reply.listing))

    @command(show, "order", example="courtlist show order ORDER_ID --as clerk-1")
    def order(
        invocation: Invocation, order_id: Annotated[str, typer.Argument(metavar="ID")]
    ) -> None:
        """An order; its passes with it."""
        request = rpc.GetOrderRequest(order_id=_id(order_id), consistency=_FRESH)
        reply = invocation.ask(invocation.courts.GetOrder, request)
        invocation.output.result(data_of(reply.order), record("order", reply.order))

    @command(show, "obligation", example="courtlist show obligation OBLIGATION_ID --as clerk-1")
    def obligation(
        invocation: Invocation, obligation_id: Annotated[str, typer.Argument(metavar="ID")]
    ) -> None:
        """An obligation; what was paid on it, and what is missing."""
        request = rpc.GetObligationRequest(obligation_id=_id(obligation_id))
        reply = invocation.ask(invocation.courts.GetObligation, request)
        invocation.output.result(data_of(reply.obligation), record("obligation", reply.obligation))


def _id(given: str) -> str:
    if not given:
        raise UsageError("no id is given", next_step="`courtlist search` and `standing` show ids")
    return given


def _tasks(invocation: Invocation) -> Iterator[decision_pb2.Task]:
    ask = partial(invocation.ask, invocation.courts.ListTasks)
    for page in pages(ask, rpc.ListTasksRequest(page_size=200)):
        yield from page.tasks


def _found(
    invocation: Invocation, request: rpc.SearchListingsRequest, limit: int
) -> Iterator[listing_pb2.Listing]:
    ask = partial(invocation.ask, invocation.courts.SearchListings)
    return islice((one for page in pages(ask, request) for one in page.listings), limit)
