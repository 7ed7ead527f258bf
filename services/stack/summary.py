"""What the terminal shows once everything is up."""

from rich.console import Console
from rich.table import Table

from stack.client_profile import write_profile
from stack.supervisor import Stack


def show(stack: Stack, took_s: float) -> None:
    """Print addresses, logs and the data folder; no password."""
    table = Table(title=f"Courtlist is up after {took_s:.1f} s", title_justify="left")
    for column in ("process", "address", "metrics", "pid"):
        table.add_column(column)
    servers = {"postgres": stack.postgres, "valkey": stack.valkey}
    for name, server in servers.items():
        if server is None:
            table.add_row(name, "from the environment", "", "")
        else:
            table.add_row(name, server.address, "", str(server.process.pid))
    for name, service in stack.services.items():
        pid = str(service.process.pid)
        table.add_row(name, service.address, stack.metrics.get(name, ""), pid)
    console = Console()
    console.print(table)
    # Paths are for copying: each in one piece, however narrow the terminal.
    for line in (
        f"logs: {stack.folder.path / 'logs'}, PROCESS.log of each",
        f"data and keys: {stack.folder.path} (passwords in credentials.json)",
        f"by hand: .venv/bin/courtlist --profile {write_profile(stack)} status",
    ):
        console.print(line, soft_wrap=True)
    console.print("Ctrl-C ends it.")
