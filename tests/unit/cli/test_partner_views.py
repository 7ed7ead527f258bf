import io

from rich.console import Console

from cli.views.partners import partners
from courtlist.registry.v1 import admin_service_pb2 as admin


def shown(*known: admin.Partner) -> str:
    console = Console(record=True, width=200, file=io.StringIO())
    console.print(*partners(known))
    return console.export_text()


def test_what_a_partner_may_ask_is_shown() -> None:
    text = shown(admin.Partner(partner_id="rail", checks_per_s=50, checks_per_day=100_000))
    assert " 50 " in text
    assert " 100000" in text


def test_nothing_agreed_is_not_shown_as_nothing_allowed() -> None:
    assert shown(admin.Partner(partner_id="rail")).count("the field's default") == 2
