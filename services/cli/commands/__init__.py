"""The commands, one file a noun; each file's `register` adds its own to the application."""

import typer

from cli.commands import (
    backups,
    certificates,
    checks,
    completing,
    documents,
    endings,
    entering,
    epochs,
    imports,
    init,
    keys,
    ledger,
    obligations,
    partners,
    passes,
    queries,
    records,
    signing,
    status,
)

_NOUNS = (
    init,
    keys,
    signing,
    entering,
    obligations,
    endings,
    passes,
    documents,
    records,
    checks,
    imports,
    completing,
    ledger,
    partners,
    epochs,
    queries,
    status,
    certificates,
    backups,
)


def register(app: typer.Typer) -> None:
    """Add every command."""
    for noun in _NOUNS:
        noun.register(app)
