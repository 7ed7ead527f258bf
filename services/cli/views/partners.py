"""How partners look."""

from collections.abc import Sequence

from rich.console import RenderableType

from cli.papers.shapes import day_text
from cli.plain import cell
from cli.views.tables import table
from courtlist.registry.v1 import admin_service_pb2 as admin


def partners(known: Sequence[admin.Partner]) -> list[RenderableType]:
    """Who there is, and how their sites are rated."""
    if not known:
        return [cell("no partner is enrolled")]
    rows = [
        (
            one.partner_id,
            one.name,
            ", ".join(one.fields),
            one.push_address,
            _limit(one.checks_per_s),
            _limit(one.checks_per_day),
        )
        for one in known
    ]
    headings = ("partner", "name", "fields", "pushed to", "checks a second", "a day")
    shown: list[RenderableType] = [table("partners", headings, rows)]
    ratings = [
        (one.partner_id, rating.site_code, _stars(rating.stars), _days(rating))
        for one in known
        for rating in one.ratings
    ]
    if ratings:
        shown.append(
            table("ratings, newest record first", ("partner", "site", "", "days"), ratings)
        )
    return shown


def _limit(agreed: int) -> str:
    """Nothing agreed is not nothing allowed."""
    return str(agreed) if agreed else "the field's default"


def _stars(stars: int) -> str:
    return f"{stars} stars" if stars else "unstarred"


def _days(rating: admin.Rating) -> str:
    return f"{day_text(rating.first_day)} to {day_text(rating.last_day)}"
