"""How a backup looks, and what comes after a restore."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import RenderableType

from cli.backups.finishing import Finished
from cli.backups.manifest import Manifest
from cli.plain import cell
from cli.views.tables import pairs, table


def made(manifest: Manifest, target: Path) -> list[RenderableType]:
    """What a backup holds."""
    rows = [(one.store, one.file, f"{one.size_bytes:,}", one.sha256) for one in manifest.stores]
    head = manifest.head
    noted = "none: it cannot be verified after a restore"
    if head is not None:
        noted = f"{head.position} of {head.incarnation}, {head.hash}"
    return [
        table(f"backup {target}", ("store", "file", "bytes", "sha256"), rows),
        pairs("", [("head", noted), ("made", manifest.created_at)]),
        cell("the keyrings are not in it: keep a copy of them in another place", "yellow"),
    ]


def restored(manifest: Manifest, names: Sequence[str], target: Path) -> list[RenderableType]:
    """What is to be done now."""
    head = manifest.head
    held = "" if head is None else f" (it must hold position {head.position})"
    return [
        cell(f"restored: {', '.join(names)}, as of {manifest.created_at}", "green"),
        cell("next:"),
        cell("  1. python -m registry migrate, as its owner: a backup holds no grants"),
        cell("  2. start the registry; its keyring must be the one of then"),
        cell(f"  3. courtlist restore {target} --finish   verify the ledger{held}, announce it"),
        cell("  4. courtlist ledger unsettled             what a judge decides: ledger settle"),
        cell("  5. record again what was paid since; courtlist tasks names decisions owed"),
    ]


def finished(done: Finished) -> list[RenderableType]:
    """The restored ledger, and what is still to be done."""
    shown: list[RenderableType] = [
        cell(f"verified: {done.verified} changes; a new incarnation is open", "green"),
        pairs("", [("incarnation", done.opened.incarnation), ("head", done.opened.position)]),
    ]
    if done.awaited:
        names = ", ".join(done.awaited)
        shown.append(
            cell(f"nobody is refused until these have reported: {names}; see ledger head", "yellow")
        )
    return [
        *shown,
        cell("next: courtlist ledger unsettled; one that is gone: ledger retire-follower", "green"),
    ]
