"""How imports look."""

from collections.abc import Sequence
from typing import Final

from rich.console import RenderableType

from cli.papers.shapes import enum_text
from cli.plain import cell
from cli.views.instants import instant
from cli.views.tables import pairs, table
from courtlist.registry.v1 import import_service_pb2 as rpc

_WAIT: Final = "wait: courtlist import status {id} --watch"
_ALL_STAGED: Final = "courtlist import prepare {id} FILE"
_NONE_SOUND: Final = (
    "no row is sound, nothing is to be compared; a second person: courtlist import approve {id}; "
    "once the president has signed, rows can be completed"
)
# States in which the importer goes through the rows.
_AT_WORK: Final = frozenset(
    {rpc.IMPORT_STATE_CHECKING, rpc.IMPORT_STATE_ENTERING, rpc.IMPORT_STATE_UNDOING}
)
_NEXT: Final = {
    rpc.IMPORT_STATE_STAGING: "hand in the rest: courtlist import stage FILE; "
    "then courtlist import prepare {id} FILE",
    rpc.IMPORT_STATE_CHECKING: _WAIT,
    rpc.IMPORT_STATE_CHECKED: "courtlist import sample {id} --out sample.csv, fill in `agrees`, "
    "then a second person: courtlist import approve {id} --sample sample.csv",
    rpc.IMPORT_STATE_APPROVED: "the president signs: courtlist import sign {id}",
    rpc.IMPORT_STATE_ENTERING: _WAIT,
    rpc.IMPORT_STATE_DONE: "courtlist import report {id} --out report.csv; what is incomplete is "
    "completed from the case file: courtlist complete {id} ROW",
    rpc.IMPORT_STATE_UNDOING: _WAIT,
}


def state(found: rpc.Import) -> str:
    """The state in a word."""
    return enum_text(rpc.ImportState.DESCRIPTOR, found.state)


def next_step(found: rpc.Import) -> str:
    """What is to be done next; empty when nothing is."""
    if found.state == rpc.IMPORT_STATE_STAGING and found.staged_count == found.record_count:
        return _ALL_STAGED.format(id=found.import_id)
    if found.state == rpc.IMPORT_STATE_CHECKED and not found.sample_count:
        return _NONE_SOUND.format(id=found.import_id)
    return _NEXT.get(found.state, "").format(id=found.import_id)


def one(found: rpc.Import) -> list[RenderableType]:
    """One import: where it is, what became of its rows, and what comes next."""
    rows: list[tuple[str, object]] = [
        ("import", found.import_id),
        ("file", found.file_name),
        ("state", cell(state(found), "bold")),
        ("court", found.court_code),
        ("begun", instant(found.begun_time)),
        ("staged", f"{found.staged_count} of {found.record_count} records"),
    ]
    if found.HasField("manifest"):
        rows += [
            ("rows", _rows(found)),
            ("file sha256", found.manifest.file_sha256.hex()),
            ("records sha256", found.manifest.records_sha256.hex()),
            ("manifest", found.manifest.manifest_hash.hex()),
        ]
    rows += [
        (label, person)
        for label, person in (
            ("prepared by", found.prepared_by),
            ("approved by", found.approved_by),
            ("signed by", found.signed_by),
        )
        if person
    ]
    if found.stalled_error_id:
        said = (
            f"it is tried again by itself; give the operator the error id {found.stalled_error_id}"
        )
        rows.append(("stalled", cell(said, "yellow")))
    if found.HasField("expired_time"):
        said = f"since {instant(found.expired_time)}: what waited for too long is erased, and is not completed any more"
        rows.append(("expired", cell(said, "yellow")))
    if found.sample_count:
        rows.append(("sample", f"{found.sample_count} rows to read back"))
    shown: list[RenderableType] = [pairs("import", rows)]
    if found.outcomes:
        counts = [
            (enum_text(rpc.RowOutcome.DESCRIPTOR, count.outcome) or "NOT CHECKED", count.count)
            for count in found.outcomes
        ]
        shown.append(table("rows", ("outcome", "count"), counts))
    if next_step(found):
        shown.append(cell(f"next: {next_step(found)}", "green"))
    return shown


def _rows(found: rpc.Import) -> str:
    total = found.manifest.row_count
    if found.state in _AT_WORK:
        return f"{found.done_count} of {total} done"
    return str(total)


def many(found: Sequence[rpc.Import]) -> RenderableType:
    """Imports, a line each."""
    if not found:
        return cell("this court has begun no import")
    rows = [
        (
            import_.import_id,
            import_.file_name,
            state(import_),
            import_.record_count,
            instant(import_.begun_time),
            _counts(import_),
        )
        for import_ in found
    ]
    return table("imports", ("import", "file", "state", "records", "begun", "rows"), rows)


def _counts(found: rpc.Import) -> str:
    return ", ".join(
        f"{enum_text(rpc.RowOutcome.DESCRIPTOR, one.outcome).lower()} {one.count}"
        for one in found.outcomes
        if one.outcome
    )
