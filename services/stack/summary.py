"""What the terminal shows once everything is up."""

from rich.console import Console
from rich.table import Table

from stack.client_profile import write_profile
from stack.supervisor import Stack


def show(stack: Stack, took_s: float) -> None:
    """Print addresses, logs and the data folder; no password."""
    table = Table(title=f"Courtlist is up after {took_s:.1f} s", title_justify="left")
    for column in ("process", "address", "metrics", "pid", "log"):
        table.add_column(column)
    logs = stack.folder.path / "logs"
    servers = {"postgres": stack.postgres, "valkey": stack.valkey}
    for name, server in servers.items():
        if server is None:
            table.add_row(name, "from the environment", "", "", "")
        else:
            log = str(logs / f"{name}.log")
            table.add_row(name, server.address, "", str(server.process.pid), log)
    for name, service in stack.services.items():
        log = str(logs / f"{name}.log")
        pid = str(service.process.pid)
        table.add_row(name, service.address, stack.metrics.get(name, ""), pid, log)
    # Paths are for copying: as many columns as they need, even where nobody watches.
    console = Console()
    console.width = max(console.width, 120)
    console.print(table)
    console.print(f"data and keys: {stack.folder.path} (passwords in credentials.json)")
    console.print(f"by hand: .venv/bin/courtlist --profile {write_profile(stack)} status")
    console.print("Ctrl-C ends it.")
