"""`import sample|approve|sign`: the second person and the president."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.acts import fresh_id
from cli.commands.signing import signed_by_actor
from cli.errors import RefusedError, UsageError
from cli.imports import sheet
from cli.imports.paging import pages
from cli.imports.watching import get
from cli.invocation import Invocation
from cli.options import RequestId
from cli.papers import signatures
from cli.papers.writing import data_of
from cli.plain import cell
from cli.registration import command
from cli.views import imports as views
from courtlist.registry.v1 import import_service_pb2 as rpc

ImportId = Annotated[str, typer.Argument(metavar="IMPORT_ID")]
_PAGE = 1000
_HASH_BYTES = 32
_SHOWN_MAX = 10


def register(imports: typer.Typer) -> None:
    """Add the commands."""

    @command(
        imports,
        "sample",
        example="courtlist import sample IMPORT_ID --out sample.csv --as clerk-2",
    )
    def sample(
        invocation: Invocation,
        import_id: ImportId,
        *,
        out: Annotated[Path, typer.Option("--out", metavar="CSV", help="With a column `agrees`.")],
    ) -> None:
        """Write the rows that must be compared with the case file, as they were understood."""
        rows, manifest_hash = _sample(invocation, import_id)
        if rows:
            sheet.write_sample(out, rows, manifest_hash)
            said = (
                f"{len(rows)} rows in {out}: compare each with the case file, write yes in `agrees`, "
                f"then as a second person: import approve {import_id} --sample {out}"
            )
        else:
            said = (
                "no row is sound: there is nothing to compare, and no file is written; "
                f"as a second person: import approve {import_id}"
            )
        received = get(invocation, import_id).manifest.records_sha256.hex()
        data = {
            "rows": len(rows),
            "file": str(out) if rows else "",
            "manifestHash": manifest_hash.hex(),
            "recordsSha256": received,
        }
        seen = f"records sha256 {received}: must be what the preparer was told by `import prepare`"
        invocation.output.result(data, cell(seen), cell(said, "green"))

    @command(
        imports,
        "approve",
        example="courtlist import approve IMPORT_ID --sample sample.csv --as clerk-2",
    )
    def approve(
        invocation: Invocation,
        import_id: ImportId,
        *,
        filled: Annotated[
            Path | None,
            typer.Option(
                "--sample",
                metavar="CSV",
                help="As `sample` wrote it, filled in. Left out where no row is sound.",
            ),
        ] = None,
    ) -> None:
        """Say that every row of the sample agrees with the case file (by a second person)."""
        marked = sheet.read_sample(filled) if filled else _nothing_to_compare(invocation, import_id)
        if marked.unmarked:
            raise RefusedError(
                f"rows of the sample that are not marked: {_shown(marked.unmarked)}",
                reason="SAMPLE_INCOMPLETE",
                next_step="compare each with the case file and write yes or no in `agrees`",
            )
        if marked.disagreeing:
            raise RefusedError(
                f"rows of the sample that do not agree with the case file: {_shown(marked.disagreeing)}",
                reason="SAMPLE_INCOMPLETE",
                next_step="mend the file and import it anew: `import abandon`, `import stage`",
            )
        request = rpc.ApproveImportRequest(
            import_id=import_id,
            manifest_hash=marked.manifest_hash,
            agreeing_rows=marked.agreeing,
        )
        reply = invocation.ask(invocation.imports.ApproveImport, request)
        _show(invocation, getattr(reply, "import"))

    @command(imports, "sign", example="courtlist import sign IMPORT_ID --as president-1")
    def sign(
        invocation: Invocation,
        import_id: ImportId,
        *,
        manifest: Annotated[
            str,
            typer.Option("--manifest", metavar="HASH", help="Of the manifest that is signed."),
        ] = "",
        signature: Annotated[
            Path | None,
            typer.Option(
                "--signature",
                metavar="FILE",
                help="As `courtlist sign` wrote it of a paper with import_id and manifest_hash; "
                "otherwise it is signed here.",
            ),
        ] = None,
        request_id: RequestId = "",
    ) -> None:
        """Sign the manifest: the sound rows take effect from now on (by the president).

        Without --manifest the manifest is shown, and it is asked whether to sign it.
        """
        try:
            manifest_hash = bytes.fromhex(manifest) if manifest else b""
        except ValueError:
            manifest_hash = bytes(1)
        if manifest_hash and len(manifest_hash) != _HASH_BYTES:
            raise UsageError(
                "--manifest takes the whole hash, 64 hexadecimal digits",
                next_step=f"courtlist import status {import_id} prints it as `manifest`",
            )
        request = rpc.SignImportRequest(
            request_id=request_id or fresh_id(),
            import_id=import_id,
            manifest_hash=manifest_hash or _asked(invocation, import_id),
        )
        if signature is None:
            request.signature.CopyFrom(signed_by_actor(invocation, request))
        else:
            signatures.attach(request, "the manifest", signature)
        reply = invocation.ask(invocation.imports.SignImport, request)
        _show(invocation, getattr(reply, "import"))


def _nothing_to_compare(invocation: Invocation, import_id: str) -> sheet.FilledSample:
    """The sample of an import without a sound row, as one of a public copy is: its rows are completed
    once it is signed. Raises UsageError where there is a sample.
    """
    found = get(invocation, import_id)
    if found.sample_count:
        raise UsageError(
            f"--sample is needed: {found.sample_count} rows are to be compared with the case file",
            next_step=f"courtlist import sample {import_id} --out sample.csv",
        )
    return sheet.FilledSample(found.manifest.manifest_hash, [], [], [])


def _shown(rows: Sequence[int]) -> str:
    more = f" and {len(rows) - _SHOWN_MAX} more" if len(rows) > _SHOWN_MAX else ""
    return ", ".join(str(one) for one in rows[:_SHOWN_MAX]) + more


def _sample(invocation: Invocation, import_id: str) -> tuple[list[rpc.SampleRow], bytes]:
    def read(after: int, limit: int) -> rpc.ReadSampleResponse:
        request = rpc.ReadSampleRequest(import_id=import_id, after=after, limit=limit)
        return invocation.ask(invocation.imports.ReadSample, request)

    rows: list[rpc.SampleRow] = []
    manifest_hash = b""
    with invocation.output.progress("reading the sample") as advance:
        for page in pages(read, limit=_PAGE):
            rows += page.rows
            manifest_hash = page.manifest_hash
            advance(len(rows))
    return rows, manifest_hash


def _asked(invocation: Invocation, import_id: str) -> bytes:
    """The manifest's hash, once the president has seen it and agreed."""
    if not invocation.output.is_watched:
        raise UsageError(
            "--manifest is needed where nobody can be asked",
            next_step=f"courtlist import status {import_id} prints it as `manifest`",
        )
    found = get(invocation, import_id)
    _show(invocation, found)
    if not typer.confirm("sign this manifest?", err=True):
        raise RefusedError("not signed")
    return found.manifest.manifest_hash


def _show(invocation: Invocation, found: rpc.Import) -> None:
    invocation.output.result(data_of(found), *views.one(found))
