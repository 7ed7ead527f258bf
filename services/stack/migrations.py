"""Bringing a service's schema forward before it starts: `python -m NAME migrate`, as its owner."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stack.databases import Database
from stack.log_file import LogFile
from stack.process import Process
from stack.service_process import python_environment


@dataclass(frozen=True, kw_only=True)
class Migrations:
    """Runs them one by one.

    Attributes:
        environment: what the supervisor was given.
        folder: their working directory.
        logs: where their words go.
        secrets: where the files lie that hold their passwords.
    """

    environment: Mapping[str, str]
    folder: Path
    logs: Path
    secrets: Path

    async def run(self, name: str, database: Database) -> None:
        """Migrate service `name`, and grant to its roles.

        Raises:
            ProcessError: it refused; the message ends with its log.
        """
        process = Process(
            name=f"{name} migrate",
            command=[sys.executable, "-m", name, "migrate"],
            environment={
                **python_environment(self.environment),
                "COURTLIST_POSTGRES_OWNER_DSN": database.owner,
                "COURTLIST_POSTGRES_DSN": database.roles[name],
            },
            folder=self.folder,
            log=LogFile(self.logs / f"{name}-migrate.log"),
            secrets=self.secrets,
        )
        try:
            await process.start()
            await process.finish()
        finally:
            await process.stop()
