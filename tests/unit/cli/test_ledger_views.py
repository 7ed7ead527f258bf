"""How the ledger looks to whoever keeps it, and to the judge after a restore."""

import io

from rich.console import Console, RenderableType

from cli.views.changes import still_bound, unsettled
from cli.views.processes import ledger
from courtlist.ledger.v1 import change_pb2, position_pb2
from courtlist.registry.v1 import admin_service_pb2 as admin


def shown(*parts: RenderableType) -> str:
    console = Console(record=True, width=300, file=io.StringIO())
    console.print(*parts)
    return console.export_text()


def said(*, facts_erased: int) -> str:
    head = position_pb2.Position(incarnation="life-1", position=7)
    return shown(*ledger(admin.GetLedgerResponse(head=head, facts_erased=facts_erased)))


def test_how_many_changes_are_erased_is_said_where_any_is() -> None:
    assert "1234 changes' facts are erased" in said(facts_erased=1234)
    assert "erased" not in said(facts_erased=0)


def test_the_judge_reads_what_was_lost() -> None:
    order = admin.UnsettledEnding(basis_id="o1", measure=change_pb2.MEASURE_ORDER)
    of_document = admin.UnsettledEnding(basis_id="o2", document_id="d1")
    text = shown(unsettled([order, of_document]))
    [first] = [line for line in text.splitlines() if "o1" in line]
    [second] = [line for line in text.splitlines() if "o2" in line]
    assert "its ending" in first
    assert "unbinding of document d1" in second


def test_where_an_unbinding_was_lost_the_judge_is_told_that_the_document_is_bound() -> None:
    assert "courtlist unbind d1" in still_bound("d1")
