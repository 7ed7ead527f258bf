"""`python -m synthetic`."""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from synthetic.flaws import FLAWS, SAMPLE_ROWS, Flaw, spread
from synthetic.plan import COURTS, MARGIN_DAYS, Plan, PlanError
from synthetic.progress import follow
from synthetic.shapes import Shape
from synthetic.writing import FileFormat, Paper, write

_USABLE_NOT: Final = 2
_FAILED: Final = 1
_CHINA_AHEAD: Final = timedelta(hours=8)

_EPILOG: Final = f"""\
what the rows are:
  ours  the import's superset (services/registry/intake/README.md); every row can be entered
  g1    a search engine's relay: numbers masked, the relay's own fields around   -> UNMATCHED
  g2    the court site's detail: numbers masked, figures for id and age          -> UNMATCHED
  g4    the whole list: BOM, HTML entities, some numbers whole, some texts joined
                                                       -> INCOMPLETE, UNMATCHED where masked

Courts, cases and debtors never were. Every number passes every check and can belong to nobody: regions
that begin with 00, sequence digits 000, passports of Utopia. A debtor is the same in every register;
the seed decides the cases, and what is owed in each: at one court import registers of one seed.
Of eight rows five are joint debtors'; many debtors have several cases.

The same --rows, --seed, --court, --as-of and --go-live give the same bytes, whatever --processes.
Rows stay enterable for {MARGIN_DAYS} days after --as-of; then terms begin to end.

examples:
  python -m synthetic --rows 1000000 --seed 1 --court 京0199 --out register.jsonl
  python -m synthetic --flaws --out sample.jsonl --expected sample.expected.jsonl
  python -m synthetic --rows 5000 --shape g4 --format csv --out public.csv

exit codes: 0 written, 1 the file cannot be written, 2 the settings cannot be used
"""


def execute(arguments: Sequence[str]) -> int:
    """Do what the command line says; return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        plan = _plan(given)
        jsonl = given.format is FileFormat.JSONL
        flaws = spread(plan, jsonl=jsonl) if given.flaws else {}
    except PlanError as error:
        print(error, file=sys.stderr)
        return _USABLE_NOT
    paper = Paper(plan=plan, shape=given.shape, file_format=given.format, flaws=flaws)
    return _write(paper, given)


def _plan(given: argparse.Namespace) -> Plan:
    """Raises PlanError."""
    rows = given.rows if given.rows is not None else SAMPLE_ROWS if given.flaws else None
    if rows is None:
        raise PlanError("Say how many rows: --rows N, or --flaws for the sample.")
    if given.flaws and given.shape is not Shape.OURS:
        raise PlanError("Flaws are of the superset: leave --shape out, or --flaws.")
    if given.expected is not None and not given.flaws:
        raise PlanError("--expected tells what each flaw must end in: give --flaws with it.")
    return Plan(
        rows=rows,
        seed=given.seed,
        courts=tuple(given.court or COURTS),
        as_of=given.as_of,
        go_live_on=given.go_live or given.as_of,
    )


def _write(paper: Paper, given: argparse.Namespace) -> int:
    try:
        done = follow(
            write(paper, given.out, given.processes), total=paper.plan.rows, out=sys.stderr
        )
        if given.expected is not None:
            given.expected.write_text(_expectations(paper.flaws), "utf-8")
    except OSError as error:
        print(f"{error.filename}: {error.strerror}; choose a file you can write", file=sys.stderr)
        return _FAILED
    flawed = f", {len(paper.flaws)} of them flawed" if paper.flaws else ""
    print(f"{given.out}: {done:,} rows{flawed}", file=sys.stderr)
    return 0


def _expectations(flaws: Mapping[int, Flaw]) -> str:
    """One JSON object a flawed row: its number from 1, and what an import must say of it."""
    lines = (
        json.dumps(
            {
                "row": place + 1,
                "flaw": flaw.name,
                "outcome": flaw.outcome,
                "field": flaw.field,
                "reason": flaw.reason,
            },
            ensure_ascii=False,
        )
        for place, flaw in sorted(flaws.items())
    )
    return "".join(f"{line}\n" for line in lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m synthetic",
        description="Make a register of courts, cases and debtors that never were.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to write")
    parser.add_argument("--rows", type=int, metavar="N", help="how many rows")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="default: %(default)s")
    parser.add_argument(
        "--format",
        type=FileFormat,
        choices=list(FileFormat),
        default=FileFormat.JSONL,
        help="default: %(default)s",
    )
    parser.add_argument(
        "--shape", type=Shape, choices=list(Shape), default=Shape.OURS, help="see below"
    )
    parser.add_argument(
        "--court",
        nargs="+",
        metavar="CODE",
        help=f"codes of the courts whose cases stand in it (default: {' '.join(COURTS)})",
    )
    parser.add_argument(
        "--as-of",
        type=date.fromisoformat,
        default=_today(),
        metavar="DAY",
        help="day on which the register is right (default: today in China, %(default)s)",
    )
    parser.add_argument(
        "--go-live",
        type=date.fromisoformat,
        metavar="DAY",
        help="every decision is older than this day (default: --as-of)",
    )
    parser.add_argument(
        "--flaws",
        action="store_true",
        help=f"mar {len(FLAWS)} rows, each in its own way ({SAMPLE_ROWS} rows unless --rows)",
    )
    parser.add_argument(
        "--expected",
        type=Path,
        metavar="FILE",
        help="with --flaws: also write what each flawed row must end in, as JSONL",
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="default: one a core, %(default)s",
    )
    return parser


def _today() -> date:
    return (datetime.now(UTC) + _CHINA_AHEAD).date()
