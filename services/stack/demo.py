"""`python -m stack demo`: everything up, the story played, a table, one JSON line, everything down."""

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from chassis.client import open_channel
from stack.folders import DataFolder
from stack.office import Registry, TicketOffice
from stack.process import ProcessError
from stack.story import Story
from stack.supervisor import Stack


async def demo(*, account: str, environment: Mapping[str, str]) -> int:
    """Play the story in a folder of its own; 0 when every answer was the expected one."""
    folder = DataFolder.temporary()
    began_s = time.monotonic()
    print("starting PostgreSQL, Valkey and the services ...", flush=True)
    stack = Stack(folder=folder, environment=environment, account=account)
    try:
        async with stack:
            started_s = time.monotonic() - began_s
            story = await _play(stack)
    except (ProcessError, LookupError) as failed:
        print(failed, file=sys.stderr)
        return 1
    finally:
        folder.close()
    _show(story)
    print(_summary(story, started_s, time.monotonic() - began_s))
    return 0 if story.is_right else 1


async def _play(stack: Stack) -> Story:
    # China keeps one time; a legal day of the courts is a day there.
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    async with (
        open_channel(stack.addresses["registry"]) as registry,
        open_channel(stack.addresses["travel"]) as travel,
    ):
        story = Story(
            registry=Registry.over(registry),
            office=TicketOffice.over(travel, today + timedelta(days=1)),
            today=today,
        )
        async with asyncio.timeout(60):
            await story.play()
    return story


def _show(story: Story) -> None:
    table = Table(title="The story", title_justify="left", show_lines=False)
    for column in ("", "what happens", "expected", "answered"):
        table.add_column(column, overflow="fold")
    table.add_column("ms", justify="right")
    chapter = ""
    for line in story.lines:
        if line.chapter != chapter:
            chapter = line.chapter
            table.add_section()
            table.add_row("", f"[bold]{chapter}[/bold]")
        mark = "[green]✓[/green]" if line.is_right else "[red]✗[/red]"
        table.add_row(mark, line.what, line.expected, line.got, f"{line.took_ms:.1f}")
        if line.note:
            table.add_row("", f"[dim]  {line.note}[/dim]")
    console = Console()
    console.width = max(console.width, 110)
    console.print(table)


def _summary(story: Story, started_s: float, took_s: float) -> str:
    wrong = [line.what for line in story.lines if not line.is_right]
    return json.dumps(
        {
            "demo": "failed" if wrong else "ok",
            "lift_to_clear_ms": story.lift_to_clear_ms,
            "entry_to_refusal_ms": story.entry_to_refusal_ms,
            "steps": len(story.lines),
            "wrong": wrong,
            "start_s": round(started_s, 1),
            "total_s": round(took_s, 1),
        },
        ensure_ascii=False,
    )
