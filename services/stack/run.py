"""`python -m stack run`: everything up, or the stores alone, until a signal asks for the end."""

import asyncio
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from stack.folders import DataFolder, FolderInUseError
from stack.layout import IMPORTER, PARTNERS, ours
from stack.process import ProcessError
from stack.summary import show
from stack.supervisor import Stack


async def run(
    *,
    data: Path,
    account: str,
    environment: Mapping[str, str],
    stores_only: bool = False,
    plaintext: bool = False,
    keys: Path | None = None,
) -> int:
    """Serve until SIGINT or SIGTERM; return the exit code."""
    try:
        folder = DataFolder(data)
    except FolderInUseError as taken:
        print(taken, file=sys.stderr)
        return 1
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    stack = Stack(
        folder=folder,
        environment=environment,
        restart=True,
        account=account,
        layout=(*ours(), IMPORTER, *PARTNERS),
        plaintext=plaintext,
        keys=keys,
    )
    try:
        return await _serve(stack, ended, stores_only=stores_only)
    except (ProcessError, LookupError) as failed:
        print(failed, file=sys.stderr)
        return 1
    finally:
        folder.close()


async def _serve(stack: Stack, ended: asyncio.Event, *, stores_only: bool) -> int:
    """Start, unless the end is asked for first; then wait for it, and stop."""
    begun = time.monotonic()
    starting = asyncio.create_task(stack.start_stores() if stores_only else stack.start())
    asked = asyncio.create_task(ended.wait())
    await asyncio.wait([starting, asked], return_when=asyncio.FIRST_COMPLETED)
    if asked.done():
        starting.cancel()
        await asyncio.wait([starting])
        return 130
    try:
        await starting
        if stores_only:
            print(f"The stores are up, no service is. Data: {stack.folder.path}. Ctrl-C ends it.")
        else:
            show(stack, time.monotonic() - begun)
        await asked
        print("ending ...")
    finally:
        asked.cancel()
        await stack.stop()
    return 0
