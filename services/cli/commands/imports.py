"""`import stage|prepare|status|list|abandon|undo`: an import from the file to its end."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.acts import fresh_id
from cli.commands import import_approval, import_reports
from cli.imports import upload
from cli.imports.source import Shape, Source, Survey
from cli.imports.watching import get, watch
from cli.invocation import Invocation
from cli.options import Reasons, RequestId
from cli.pages import pages
from cli.papers.writing import data_of
from cli.registration import command, group
from cli.views import imports as views
from courtlist.registry.v1 import import_service_pb2 as rpc

# An eighth of what was seen on two cores: a million records get 100 s more than other calls do.
_COMPARED_PER_S: Final = 10_000

ImportId = Annotated[str, typer.Argument(metavar="IMPORT_ID")]
File = Annotated[Path, typer.Argument(metavar="FILE")]
FileShape = Annotated[
    Shape,
    typer.Option("--format", help="json: an array or the public relay's document (JSONP)."),
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    imports = group(
        "Imports: decisions made before the go-live day. One clerk stages and prepares, a second "
        "person reads a sample back and approves, the president signs."
    )
    app.add_typer(imports, name="import")
    _register_staging(imports)
    _register_state(imports)
    import_approval.register(imports)
    import_reports.register(imports)
    _register_ends(imports)


def _register_staging(imports: typer.Typer) -> None:
    @command(
        imports,
        "stage",
        example="courtlist import stage register.jsonl --prepare --as clerk-1",
    )
    def stage(
        invocation: Invocation,
        file: File,
        *,
        shape: FileShape = Shape.AUTO,
        is_prepared: Annotated[
            bool, typer.Option("--prepare", help="Close the staging at once.")
        ] = False,
    ) -> None:
        """Hand a file in: JSON lines, CSV or a public JSON document (by a clerk).

        A broken upload goes on where it stopped: run the same command again.
        """
        source = Source(file, shape)
        survey = _survey(invocation, source)
        opened = upload.begin(invocation, source, survey)
        found: rpc.Import = getattr(opened, "import")
        if found.state == rpc.IMPORT_STATE_STAGING:
            with invocation.output.progress("handing in records", survey.count) as advance:
                upload.stage(invocation, found, source, advance)
            import_id = found.import_id
            found = (
                _prepare(invocation, import_id, survey)
                if is_prepared
                else get(invocation, import_id)
            )
        elif opened.found:
            invocation.output.note(
                "this court has handed the same records in before; nothing is new"
            )
        data = {**data_of(found), "found": opened.found}
        invocation.output.result(data, *views.one(found))

    @command(
        imports,
        "prepare",
        example="courtlist import prepare IMPORT_ID register.jsonl --as clerk-1",
    )
    def prepare(
        invocation: Invocation, import_id: ImportId, file: File, *, shape: FileShape = Shape.AUTO
    ) -> None:
        """Close the staging where what was handed in is FILE, and apply every rule (by a clerk)."""
        survey = _survey(invocation, Source(file, shape))
        _show(invocation, _prepare(invocation, import_id, survey))


def _register_state(imports: typer.Typer) -> None:
    @command(imports, "status", example="courtlist import status IMPORT_ID --watch --as clerk-1")
    def status(
        invocation: Invocation,
        import_id: ImportId,
        *,
        is_watched: Annotated[
            bool, typer.Option("--watch", help="Until it waits for a person, or is over.")
        ] = False,
    ) -> None:
        """Where an import is, what became of its rows, and what comes next."""
        found = get(invocation, import_id)
        if is_watched:
            total = found.manifest.row_count or found.record_count
            with invocation.output.progress(views.state(found).lower(), total) as advance:
                found = watch(invocation, import_id, lambda now: advance(now.done_count))
        _show(invocation, found)

    @command(imports, "list", example="courtlist import list --as clerk-1")
    def show_all(invocation: Invocation) -> None:
        """The acting court's imports, newest first."""
        found = list(_all(invocation))
        invocation.output.result({"imports": [data_of(one) for one in found]}, views.many(found))


def _register_ends(imports: typer.Typer) -> None:
    @command(imports, "abandon", example="courtlist import abandon IMPORT_ID --as clerk-1")
    def abandon(invocation: Invocation, import_id: ImportId) -> None:
        """End an import that is not signed: nothing took effect."""
        request = rpc.AbandonImportRequest(import_id=import_id)
        reply = invocation.ask(invocation.imports.AbandonImport, request)
        _show(invocation, getattr(reply, "import"))

    @command(
        imports,
        "undo",
        example="courtlist import undo IMPORT_ID --reasons '导入有误' --as president-1",
    )
    def undo(
        invocation: Invocation,
        import_id: ImportId,
        *,
        reasons: Reasons,
        request_id: RequestId = "",
    ) -> None:
        """Take an import back as a whole: all it brought is void from the start (president)."""
        request = rpc.UndoImportRequest(
            import_id=import_id, reasons=reasons, request_id=request_id or fresh_id()
        )
        reply = invocation.ask(invocation.imports.UndoImport, request)
        _show(invocation, getattr(reply, "import"))


def _survey(invocation: Invocation, source: Source) -> Survey:
    with invocation.output.progress(f"reading {source.path.name}", source.size) as advance:
        return source.survey(advance)


def _prepare(invocation: Invocation, import_id: str, survey: Survey) -> Any:
    invocation.output.note(
        f"the records' sha256 is {survey.records_sha256.hex()}: "
        "who approves the import compares it with what `import sample` shows"
    )
    request = rpc.PrepareImportRequest(
        import_id=import_id, records_sha256=survey.records_sha256, rest=survey.rest
    )
    # Before it answers, the registry reads all that was handed in and compares it with the file's hash.
    timeout_s = invocation.timeout_s + survey.count / _COMPARED_PER_S
    with invocation.output.progress("the registry compares the file"):
        reply = invocation.ask(invocation.imports.PrepareImport, request, timeout_s=timeout_s)
    return getattr(reply, "import")


def _all(invocation: Invocation) -> Iterator[rpc.Import]:
    ask = partial(invocation.ask, invocation.imports.ListImports)
    for page in pages(ask, rpc.ListImportsRequest(page_size=200)):
        yield from page.imports


def _show(invocation: Invocation, found: rpc.Import) -> None:
    invocation.output.result(data_of(found), *views.one(found))
