"""`import report`: what became of every row."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import choices
from cli.imports import sheet
from cli.imports.paging import pages
from cli.imports.watching import get
from cli.invocation import Invocation
from cli.papers.writing import data_of
from cli.plain import cell
from cli.registration import command
from cli.views.tables import table
from courtlist.registry.v1 import import_service_pb2 as rpc

_OUTCOMES = rpc.RowOutcome.DESCRIPTOR
_PAGE = 5000
_SHOWN_MAX = 50


def register(imports: typer.Typer) -> None:
    """Add the command."""

    @command(
        imports,
        "report",
        example="courtlist import report IMPORT_ID --out report.csv --as clerk-1",
    )
    def report(
        invocation: Invocation,
        import_id: Annotated[str, typer.Argument(metavar="IMPORT_ID")],
        *,
        out: Annotated[
            Path | None, typer.Option("--out", metavar="CSV", help="All rows, as a file.")
        ] = None,
        outcome: Annotated[
            str,
            typer.Option(
                metavar="OUTCOME",
                help=f"Only these: {', '.join(choices.names(_OUTCOMES))}.",
                autocompletion=choices.completion(_OUTCOMES),
            ),
        ] = "",
    ) -> None:
        """Every row with its outcome; where one is not entered, with field and reason.

        Holds no name and no number. With --json and no --out a line a row.
        """
        chosen: Any = choices.number(_OUTCOMES, outcome, option="--outcome") if outcome else 0
        rows = _rows(invocation, import_id, chosen)
        if out is not None:
            _write(invocation, import_id, out, rows)
        elif invocation.output.as_json:
            for row in rows:
                invocation.output.result(data_of(row))
        else:
            _show(invocation, rows)


def _write(invocation: Invocation, import_id: str, out: Path, rows: Iterator[rpc.Row]) -> None:
    total = get(invocation, import_id).manifest.row_count
    with invocation.output.progress(f"writing {out.name}", total) as advance:
        count = sheet.write_report(out, _told(rows, advance))
    data = {"rows": count, "file": str(out)}
    invocation.output.result(data, cell(f"{count} rows in {out}", "green"))


def _show(invocation: Invocation, rows: Iterator[rpc.Row]) -> None:
    lines: list[tuple[Any, ...]] = []
    for row in rows:
        lines += sheet.report_lines(row)
        if len(lines) > _SHOWN_MAX:
            break
    shown = table("rows", sheet.REPORT_COLUMNS, lines[:_SHOWN_MAX])
    invocation.output.show(shown)
    if len(lines) > _SHOWN_MAX:
        invocation.output.note("there are more: --out report.csv holds all")


def _rows(
    invocation: Invocation, import_id: str, outcome: rpc.RowOutcome.ValueType
) -> Iterator[rpc.Row]:
    def read(after: int, limit: int) -> rpc.ReadRowsResponse:
        request = rpc.ReadRowsRequest(
            import_id=import_id, after=after, limit=limit, outcome=outcome
        )
        return invocation.ask(invocation.imports.ReadRows, request)

    for page in pages(read, limit=_PAGE):
        yield from page.rows


def _told(rows: Iterator[rpc.Row], advance: Any) -> Iterator[rpc.Row]:
    for count, row in enumerate(rows, start=1):
        yield row
        if count % _PAGE == 0:
            advance(count)
