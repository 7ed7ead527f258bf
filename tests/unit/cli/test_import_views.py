import io

import pytest
from rich.console import Console

from cli.views.imports import next_step, one
from courtlist.registry.v1 import import_service_pb2 as rpc


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            rpc.Import(state=rpc.IMPORT_STATE_STAGING, staged_count=1, record_count=2),
            "hand in the rest",
        ),
        (
            rpc.Import(state=rpc.IMPORT_STATE_STAGING, staged_count=2, record_count=2),
            "courtlist import prepare i-1",
        ),
        (rpc.Import(state=rpc.IMPORT_STATE_CHECKED, sample_count=20), "fill in `agrees`"),
        (rpc.Import(state=rpc.IMPORT_STATE_CHECKED), "no row is sound"),
        (rpc.Import(state=rpc.IMPORT_STATE_APPROVED), "the president signs"),
    ],
)
def test_an_import_says_what_can_be_done_next(found: rpc.Import, said: str) -> None:
    found.import_id = "i-1"
    assert said in next_step(found)


def test_nothing_is_asked_of_anybody_once_an_import_is_undone() -> None:
    assert next_step(rpc.Import(state=rpc.IMPORT_STATE_UNDONE)) == ""


def test_a_stalled_import_shows_the_error_id_for_the_operator() -> None:
    console = Console(record=True, width=200, file=io.StringIO())
    stalled = rpc.Import(state=rpc.IMPORT_STATE_ENTERING, stalled_error_id="e-1")
    console.print(*one(stalled))
    assert "give the operator the error id e-1" in console.export_text()
    console.print(*one(rpc.Import(state=rpc.IMPORT_STATE_ENTERING)))
    assert "stalled" not in console.export_text()
