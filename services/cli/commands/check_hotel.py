"""`check hotel`: a hotel desk's question."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from cli import choices, days, identity
from cli.checking import EPILOG, Manifest, check
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from cli.papers import reading
from cli.registration import command
from courtlist.hotel.v1 import hotel_service_pb2 as hotel

_PURPOSES = hotel.Purpose.DESCRIPTOR


def first_night(arrive: str, checked_in: datetime | None) -> date:
    """As --arrive says; else today, or the legal day on which a guest in the house checked in (UTC).

    Raises UsageError.
    """
    return days.day(arrive, option="--arrive") if arrive else days.legal_today(checked_in)


def register(checks: typer.Typer) -> None:
    """Add the command."""

    @command(
        checks,
        "hotel",
        example="echo 000000195001010001 | courtlist check hotel --partner hotel-1 "
        "--nights 2 --number -",
        epilog=EPILOG,
    )
    def ask_hotel(
        invocation: Invocation,
        *,
        arrive: Annotated[
            str,
            typer.Option(
                "--arrive", metavar="DAY", help="First night; today, or that of --in-house-since."
            ),
        ] = "",
        depart: Annotated[
            str, typer.Option("--depart", metavar="DAY", help="Day after the last night.")
        ] = "",
        nights: Annotated[
            int, typer.Option("--nights", min=1, max=366, help="Instead of --depart.")
        ] = 1,
        site: Annotated[
            str, typer.Option("--site", metavar="CODE", help="Which of the partner's sites.")
        ] = "",
        in_house_since: Annotated[
            str,
            typer.Option(
                "--in-house-since",
                metavar="INSTANT",
                help="For a guest in the house: when checked in, 2025-11-02T14:00:00+08:00. "
                "An extension is a new stay: without.",
            ),
        ] = "",
        child: Annotated[bool, typer.Option("--child", help="The guest is under 18.")] = False,
        purpose: Annotated[
            str,
            typer.Option(
                "--purpose",
                metavar="WHY",
                help=f"Why it is asked: {', '.join(choices.names(_PURPOSES))}.",
                autocompletion=choices.completion(_PURPOSES),
            ),
        ] = "check-in",
        kind: identity.Kind = identity.DEFAULT_KIND,
        state: identity.State = "",
        number: identity.Number = "",
        name: identity.Name = "",
        manifest: Manifest = "",
    ) -> ExitCode:
        """May this guest stay? The star rating is the one on record for --partner and --site."""

        def question() -> hotel.CheckGuestRequest:
            given = {"inHouseSince": in_house_since} if in_house_since else {}
            request = reading.fill(hotel.CheckGuestRequest, given, what="--in-house-since")
            since = request.in_house_since.ToDatetime(tzinfo=UTC) if given else None
            first = first_night(arrive, since)
            last = first + timedelta(days=nights)
            if depart:
                last = days.day(depart, option="--depart")
            request.document.CopyFrom(identity.document(kind, state, number))
            request.name = identity.name(name)
            request.site_code = site
            request.arrival_date.CopyFrom(days.proto(first))
            request.departure_date.CopyFrom(days.proto(last))
            request.guest = hotel.GUEST_CHILD if child else hotel.GUEST_ADULT
            return request

        return check(invocation, "hotel", manifest, question, purpose=purpose)
