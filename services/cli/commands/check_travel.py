"""`check travel`: a ticket office's question."""

from typing import Annotated, Any

import typer

from cli import choices, days, identity
from cli.checking import EPILOG, Manifest, check
from cli.errors import UsageError
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from cli.registration import command
from courtlist.travel.v1 import travel_service_pb2 as travel

_TRAINS = travel.TrainCategory.DESCRIPTOR
_SEATS = travel.SeatClass.DESCRIPTOR
_SHIPS = travel.ShipClass.DESCRIPTOR
_PURPOSES = travel.Purpose.DESCRIPTOR


def register(checks: typer.Typer) -> None:
    """Add the command."""

    @command(
        checks,
        "travel",
        example="echo 000000195001010001 | courtlist check travel --train G "
        "--seat second --number -",
        epilog=EPILOG,
    )
    def ask_travel(
        invocation: Invocation,
        *,
        flight: Annotated[bool, typer.Option("--flight", help="Any flight.")] = False,
        train: Annotated[
            str,
            typer.Option(
                "--train",
                metavar="CATEGORY",
                help=f"Letter before the train's number: {', '.join(choices.names(_TRAINS))}.",
                autocompletion=choices.completion(_TRAINS),
            ),
        ] = "",
        seat: Annotated[
            str,
            typer.Option(
                "--seat",
                metavar="CLASS",
                help=f"Seat or berth on the train: {', '.join(choices.names(_SEATS))}.",
                autocompletion=choices.completion(_SEATS),
            ),
        ] = "",
        ship: Annotated[
            str,
            typer.Option(
                "--ship",
                metavar="CLASS",
                help=f"Class on board: {', '.join(choices.names(_SHIPS))}.",
                autocompletion=choices.completion(_SHIPS),
            ),
        ] = "",
        on: Annotated[str, typer.Option("--on", metavar="DAY", help="Of departure.")] = "today",
        child: Annotated[bool, typer.Option("--child", help="A child's own ticket.")] = False,
        purpose: Annotated[
            str,
            typer.Option(
                "--purpose",
                metavar="WHY",
                help=f"Why it is asked: {', '.join(choices.names(_PURPOSES))}.",
                autocompletion=choices.completion(_PURPOSES),
            ),
        ] = "order",
        kind: identity.Kind = identity.DEFAULT_KIND,
        state: identity.State = "",
        number: identity.Number = "",
        name: identity.Name = "",
        manifest: Manifest = "",
    ) -> ExitCode:
        """May this ticket be sold? One of --flight, --train with --seat, --ship."""

        def question() -> travel.CheckPassengerRequest:
            return travel.CheckPassengerRequest(
                product=_product(flight=flight, train=train, seat=seat, ship=ship),
                document=identity.document(kind, state, number),
                name=identity.name(name),
                travel_date=days.proto(days.day(on, option="--on")),
                passenger=travel.PASSENGER_CHILD if child else travel.PASSENGER_ADULT,
            )

        return check(invocation, "travel", manifest, question, purpose=purpose)


def _product(*, flight: bool, train: str, seat: str, ship: str) -> travel.Product:
    if [flight, bool(train), bool(ship)].count(True) != 1 or (seat and not train):
        raise UsageError(
            "exactly one product is asked about",
            next_step="give --flight, or --train G --seat second, or --ship second",
        )
    if flight:
        return travel.Product(air=travel.Air())
    chosen: Any
    if ship:
        chosen = choices.number(_SHIPS, ship, option="--ship")
        return travel.Product(ship=travel.Ship(**{"class": chosen}))
    chosen = choices.number(_TRAINS, train, option="--train")
    berth: Any = choices.number(_SEATS, seat, option="--seat") if seat else 0
    return travel.Product(rail=travel.Rail(category=chosen, seat=berth))
