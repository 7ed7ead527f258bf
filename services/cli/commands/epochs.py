"""`epochs`: the digest keys at work, and the change from one to the next."""

from typing import Annotated

import typer

from cli.acts import perform
from cli.invocation import Invocation
from cli.options import INT32_MAX, RequestId
from cli.papers.writing import data_of
from cli.registration import command, group
from cli.views import epochs as views
from courtlist.registry.v1 import admin_service_pb2 as admin

Epoch = Annotated[
    int, typer.Argument(metavar="EPOCH", min=1, max=INT32_MAX, help="As `epochs show` has it.")
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    epochs = group("Digest keys: one after the other, without a wrong answer.")
    app.add_typer(epochs, name="epochs")

    @command(epochs, "show", example="courtlist epochs show")
    def show(invocation: Invocation) -> None:
        """The epochs at work, what each lacks and whom it waits for; and how much is sealed by older keys."""
        reply = invocation.ask(invocation.operators.GetEpochs, admin.GetEpochsRequest())
        invocation.output.result(data_of(reply), *views.epochs(reply))

    @command(epochs, "open", example="courtlist epochs open 2")
    def begin(invocation: Invocation, epoch: Epoch, *, request_id: RequestId = "") -> None:
        """File documents under the newest digest key, too (by an operator)."""
        request = admin.OpenEpochRequest(request_id=request_id, epoch=epoch)
        perform(invocation, invocation.operators.OpenEpoch, request, done="opened")

    @command(epochs, "switch", example="courtlist epochs switch 2")
    def switch(invocation: Invocation, epoch: Epoch, *, request_id: RequestId = "") -> None:
        """Look documents up under this epoch from now on (by an operator)."""
        request = admin.SwitchEpochRequest(request_id=request_id, epoch=epoch)
        perform(invocation, invocation.operators.SwitchEpoch, request, done="in force")

    @command(epochs, "close", example="courtlist epochs close 1")
    def close(invocation: Invocation, epoch: Epoch, *, request_id: RequestId = "") -> None:
        """Drop an older epoch, or one that is given up (by an operator)."""
        request = admin.CloseEpochRequest(request_id=request_id, epoch=epoch)
        perform(invocation, invocation.operators.CloseEpoch, request, done="closed")
