"""`check travel|hotel|loan|field`: asking as a ticket office, a hotel, a bank or another field does."""

import typer

from cli.commands import check_field, check_hotel, check_loan, check_travel
from cli.registration import group


def register(app: typer.Typer) -> None:
    """Add the group."""
    checks = group("Checks: may this be sold to, let to or lent to this person?")
    app.add_typer(checks, name="check")
    for field in (check_travel, check_hotel, check_loan, check_field):
        field.register(checks)
