"""A store is never replaced under a running service."""

from collections.abc import Mapping

from cli.backups.database import Database
from cli.errors import RefusedError
from cli.invocation import Invocation
from cli.processes import answers


def refuse_while_running(invocation: Invocation, databases: Mapping[str, Database]) -> None:
    """Raise RefusedError when a service of these stores answers, or is connected to its database."""
    profile = invocation.profile
    for store, database in databases.items():
        if store in profile.addresses and answers(invocation, profile.addresses[store]):
            raise RefusedError(
                f"{store} is running at {profile.addresses[store]}",
                reason="PROCESS_RUNNING",
                next_step=f"stop {store}, every process of it; gates may go on",
            )
        count = database.connections()
        if count:
            raise RefusedError(
                f"{store} is running somewhere: it has {count} connections to its database",
                reason="PROCESS_RUNNING",
                next_step=f"stop every process of {store}, on every machine",
            )
