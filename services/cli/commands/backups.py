"""`backup`, `restore`: the stores into files, and back by the runbook."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.backups import making, manifest
from cli.backups.database import Database
from cli.backups.finishing import finish
from cli.backups.programs import installed
from cli.backups.refusing import refuse_while_running
from cli.errors import RefusedError, UsageError
from cli.invocation import REGISTRY, Invocation
from cli.options import RequestId
from cli.plain import cell
from cli.registration import command
from cli.views import backups as views
from courtlist.registry.v1 import admin_service_pb2 as admin

Target = Annotated[
    Path, typer.Argument(metavar="DIR|FILE.tar", help="A folder, or one file ending in .tar.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @command(app, "backup", example="courtlist backup backup-2026-01-31.tar")
    def backup(
        invocation: Invocation,
        target: Target,
        *,
        store: Annotated[
            list[str] | None,
            typer.Option(
                "--store",
                metavar="NAME",
                help="Of those under `stores` in the profile; all by default.",
            ),
        ] = None,
        without_head: Annotated[
            bool,
            typer.Option("--without-head", help="The registry is down: note no head to verify."),
        ] = False,
    ) -> None:
        """Dump the stores of the profile with pg_dump, while everything goes on.

        The keyrings are not in it: keep them apart, without them nothing sealed can be read.
        """
        databases = _databases(invocation, store)
        head = None if without_head else _head(invocation)
        with invocation.output.progress("dumping") as advance:
            made = making.make(
                target, list(databases.values()), head, lambda _, size: advance(size)
            )
        invocation.output.result(made.data(), *views.made(made, target))

    _register_restore(app)


def _register_restore(app: typer.Typer) -> None:
    @command(app, "restore", example="courtlist restore backup-2026-01-31.tar --yes")
    def restore(
        invocation: Invocation,
        target: Target,
        *,
        store: Annotated[
            list[str] | None,
            typer.Option(
                "--store",
                metavar="NAME",
                help="registry by default. A follower only if its own store is lost: it may have "
                "seen endings that the backup does not hold.",
            ),
        ] = None,
        is_finished: Annotated[
            bool,
            typer.Option(
                "--finish", help="After the registry is up again: verify, and announce it."
            ),
        ] = False,
        is_agreed: Annotated[
            bool, typer.Option("--yes", help="Replace what is there without being asked.")
        ] = False,
        request_id: RequestId = "",
    ) -> None:
        """Bring stores back from a backup, in two steps: at rest, then --finish when it is up."""
        with (
            tempfile.TemporaryDirectory(prefix="courtlist-restore-") as room,
            making.opened(target, Path(room)) as folder,
        ):
            held = manifest.read(folder)
            if is_finished:
                finished = finish(invocation, held, request_id=request_id)
                invocation.output.result(finished.data(), *views.finished(finished))
                return
            names = store or [REGISTRY]
            chosen = tuple(held.store(name) for name in names)
            databases = _databases(invocation, names)
            refuse_while_running(invocation, databases)
            total = sum(one.size_bytes for one in chosen)
            with invocation.output.progress("verifying the backup", total) as advance:
                manifest.verify(folder, chosen, advance)
            _agree(invocation, databases, is_agreed=is_agreed)
            for one in chosen:
                with invocation.output.progress(f"restoring {one.store}"):
                    databases[one.store].restore(folder / Path(one.file).name)
        invocation.output.result(
            {"restored": list(names), "manifest": held.data()}, *views.restored(held, names, target)
        )


def _databases(invocation: Invocation, names: Sequence[str] | None) -> Mapping[str, Database]:
    profile = invocation.profile
    chosen = list(names or profile.stores)
    missing = [name for name in chosen if name not in profile.stores]
    if missing or not chosen:
        raise UsageError(
            f"the profile has no DSN of: {', '.join(missing) or 'any store'}",
            next_step='write registry = "postgresql://..." under [stores], in a file only you read',
        )
    if profile.path is not None and profile.path.stat().st_mode & 0o077:
        invocation.output.note(f"{profile.path} holds passwords and others can read it: chmod 600")
    programs = installed(profile.postgres_programs, invocation.environment)
    return {
        name: Database(store=name, dsn=profile.stores[name], programs=programs) for name in chosen
    }


def _head(invocation: Invocation) -> manifest.Head:
    ledger = invocation.ask(invocation.operators.GetLedger, admin.GetLedgerRequest())
    return manifest.Head(ledger.head.incarnation, ledger.head.position, ledger.head_hash.hex())


def _agree(invocation: Invocation, databases: Mapping[str, Database], *, is_agreed: bool) -> None:
    """Nothing that is there is replaced unasked."""
    there = [name for name, database in databases.items() if database.exists()]
    if is_agreed or not there:
        return
    said = f"{', '.join(there)}: data are there and would be replaced"
    if not invocation.output.is_watched:
        raise RefusedError(said, reason="DATA_THERE", next_step="add --yes to replace them")
    invocation.output.show(cell(said, "yellow"))
    if not typer.confirm("replace them?", err=True):
        raise RefusedError("nothing was restored")
