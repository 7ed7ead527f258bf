"""`python -m stack demo`: everything up, the story played, a table, one JSON line, everything down."""

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from stack.folders import DataFolder
from stack.layout import PARTNERS, ours
from stack.process import ProcessError
from stack.story import Story
from stack.supervisor import Stack
from stack.telling import tell

_STORY_S_MAX: Final = 60.0


async def demo(*, account: str, environment: Mapping[str, str], plaintext: bool = False) -> int:
    """Play the story in a folder of its own; 0 when every answer was the expected one."""
    folder = DataFolder.temporary()
    began_s = time.monotonic()
    print("starting PostgreSQL, Valkey and the services ...", flush=True)
    stack = Stack(
        folder=folder,
        environment=environment,
        account=account,
        layout=(*ours(), *PARTNERS),
        plaintext=plaintext,
    )
    try:
        async with stack:
            started_s = time.monotonic() - began_s
            async with asyncio.timeout(_STORY_S_MAX):
                story = await tell(stack.connections)
    except (ProcessError, LookupError) as failed:
        print(failed, file=sys.stderr)
        return 1
    finally:
        folder.close()
    _show(story)
    print(_summary(story, started_s, time.monotonic() - began_s))
    return 0 if story.script.is_right else 1


def _show(story: Story) -> None:
    """One row a line; what was expected is shown only where something else came."""
    table = Table(title="The story", title_justify="left", show_lines=False)
    table.add_column("")
    table.add_column("what happens", overflow="fold", ratio=1)
    table.add_column("answer", overflow="fold", max_width=38)
    table.add_column("ms", justify="right")
    chapter = ""
    for line in story.script.lines:
        if line.chapter != chapter:
            chapter = line.chapter
            table.add_section()
            table.add_row("", f"[bold]{escape(chapter)}[/bold]")
        mark = "[green]✓[/green]" if line.is_right else "[red]✗[/red]"
        answer = line.got if line.is_right else f"{line.got} (expected: {line.expected})"
        table.add_row(mark, escape(line.what), escape(answer), f"{line.took_ms:.1f}")
        if line.note:
            table.add_row("", f"[dim]  {escape(line.note)}[/dim]")
    console = Console()
    console.width = max(console.width, 110)
    console.print(table)


def _summary(story: Story, started_s: float, took_s: float) -> str:
    wrong = [line.what for line in story.script.lines if not line.is_right]
    return json.dumps(
        {
            "demo": "failed" if wrong else "ok",
            "lift_to_clear_ms": story.checks.lift_to_clear_ms,
            "lift_to_partner_ms": story.partners.lift_to_partner_ms,
            "entry_to_refusal_ms": story.checks.entry_to_refusal_ms,
            "steps": len(story.script.lines),
            "wrong": wrong,
            "start_s": round(started_s, 1),
            "total_s": round(took_s, 1),
        },
        ensure_ascii=False,
    )
