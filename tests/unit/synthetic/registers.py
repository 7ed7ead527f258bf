"""Small registers, and what an import says of them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from registry.intake.judging import judge
from registry.intake.outcome import Judgement, Outcome, Problem
from registry.intake.reading import RecordFormat, read, read_header
from synthetic.cases import court_name
from synthetic.flaw import Flaw
from synthetic.plan import Plan
from synthetic.shapes import Shape
from synthetic.writing import FileFormat, Paper, head, shard

TODAY: Final = date(2026, 11, 22)
COURT: Final = "京0199"


def plan(
    rows: int = 2_000,
    *,
    seed: int = 1,
    courts: tuple[str, ...] = (COURT,),
    go_live_on: date = TODAY,
) -> Plan:
    return Plan(rows=rows, seed=seed, courts=courts, as_of=TODAY, go_live_on=go_live_on)


def paper(
    of: Plan,
    *,
    shape: Shape = Shape.OURS,
    file_format: FileFormat = FileFormat.JSONL,
    flaws: Mapping[int, Flaw] | None = None,
) -> Paper:
    return Paper(plan=of, shape=shape, file_format=file_format, flaws=flaws or {})


def judgements(of: Paper, *, after_days: int = 0) -> list[Judgement]:
    """Read and judge every row of a register, as the file holds it."""
    raw = head(of) + shard(of, 0, of.plan.rows)
    if of.file_format is FileFormat.CSV:
        # No text of a synthetic register holds a line's end.
        first, *records = raw.rstrip(b"\r\n").split(b"\r\n")
        header = read_header(first)
        assert not isinstance(header, Problem)
        rows = [read(record, RecordFormat.CSV, header) for record in records]
    else:
        rows = [read(line, RecordFormat.JSONL) for line in raw.removesuffix(b"\n").split(b"\n")]
    assert len(rows) == of.plan.rows
    court_code = of.plan.courts[0]
    return [
        Judgement(Outcome.REJECTED, (row,), None)
        if isinstance(row, Problem)
        else judge(
            row,
            court_code=court_code,
            court_name=court_name(court_code),
            go_live_on=of.plan.go_live_on,
            today=TODAY + timedelta(days=after_days),
        )
        for row in rows
    ]
