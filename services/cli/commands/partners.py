"""`partners`: who may ask and who is pushed to, and the ratings of their sites."""

from typing import Annotated

import typer

from cli import days, fields
from cli.acts import perform
from cli.enrolled import enrolled_partners
from cli.invocation import Invocation
from cli.options import INT32_MAX, INT64_MAX, RequestId, ValidateOnly
from cli.papers.writing import data_of
from cli.registration import command, group
from cli.views import partners as views
from courtlist.registry.v1 import admin_service_pb2 as admin

PartnerId = Annotated[str, typer.Argument(metavar="PARTNER_ID", help="a-z, 0-9 and hyphen.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    partners = group("Partners: rail, airlines, hotels, banks.")
    app.add_typer(partners, name="partners")

    @command(partners, "list", example="courtlist partners list")
    def show(invocation: Invocation) -> None:
        """Every partner that is not retired, with what it may ask and the ratings of its sites."""
        known = enrolled_partners(invocation)
        shown = admin.ListPartnersResponse(partners=known)
        invocation.output.result(data_of(shown), *views.partners(known))

    @command(
        partners,
        "enrol",
        example="courtlist partners enrol rail-1 --name '示例铁路' --field travel",
    )
    def enrol(
        invocation: Invocation,
        partner_id: PartnerId,
        *,
        name: Annotated[str, typer.Option("--name", metavar="TEXT")],
        field: Annotated[
            list[str], typer.Option("--field", metavar="FIELD", help="Several times for several.")
        ],
        push_address: Annotated[
            str, typer.Option(metavar="HOST:PORT", help="Its PartnerService; none if it pulls.")
        ] = "",
        checks_per_s: Annotated[
            int,
            typer.Option(
                min=0, max=INT32_MAX, help="That it may ask in each field; 0: the field's default."
            ),
        ] = 0,
        checks_per_day: Annotated[
            int, typer.Option(min=0, max=INT64_MAX, help="The same for a day.")
        ] = 0,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Enrol a partner, or change all that is known of one (by an operator)."""
        # The registry takes any: a field may be newer than it. One that is mistyped would be asked by nobody.
        for one in field:
            fields.named(one)
        request = admin.EnrolPartnerRequest(
            request_id=request_id,
            validate_only=validate_only,
            partner_id=partner_id,
            name=name,
            fields=field,
            push_address=push_address,
            checks_per_s=checks_per_s,
            checks_per_day=checks_per_day,
        )
        perform(invocation, invocation.operators.EnrolPartner, request, done="enrolled")

    @command(partners, "retire", example="courtlist partners retire rail-1")
    def retire(
        invocation: Invocation,
        partner_id: PartnerId,
        *,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Take a partner away: nothing more is pushed to it (by an operator)."""
        request = admin.RetirePartnerRequest(
            request_id=request_id, validate_only=validate_only, partner_id=partner_id
        )
        perform(invocation, invocation.operators.RetirePartner, request, done="retired")

    @command(
        partners,
        "rate",
        example="courtlist partners rate hotel-1 --stars 4 --from 2025-01-01 "
        "--to 2027-12-31 --evidence '星级饭店名录 1'",
    )
    def rate(
        invocation: Invocation,
        partner_id: PartnerId,
        *,
        stars: Annotated[int, typer.Option(min=0, max=5, help="0 is officially unstarred.")],
        first_day: Annotated[str, typer.Option("--from", metavar="DAY")],
        last_day: Annotated[str, typer.Option("--to", metavar="DAY")],
        evidence: Annotated[str, typer.Option(metavar="TEXT", help="Where it is published.")],
        site: Annotated[str, typer.Option("--site", metavar="CODE")] = "",
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Record the official rating of a site for some time (by an operator)."""
        request = admin.RecordRatingRequest(
            request_id=request_id,
            validate_only=validate_only,
            partner_id=partner_id,
            rating=admin.Rating(
                site_code=site,
                stars=stars,
                first_day=days.proto(days.day(first_day, option="--from")),
                last_day=days.proto(days.day(last_day, option="--to")),
            ),
            evidence_reference=evidence,
        )
        perform(invocation, invocation.operators.RecordRating, request, done="recorded")
