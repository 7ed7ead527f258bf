"""The cluster that PostgreSQL's image would make of compose.yaml's settings, made by initdb itself."""

import re
import shlex
import subprocess
from pathlib import Path

from stack.account import for_servers
from stack.binaries import find
from stack.folders import DataFolder

COMPOSE = Path(__file__).parents[3] / "deploy" / "compose.yaml"


def test_initdb_takes_what_compose_yaml_tells_it() -> None:
    [told] = re.findall(r"POSTGRES_INITDB_ARGS: (.+)", COMPOSE.read_text("utf-8"))
    account = for_servers()
    folder = DataFolder.temporary()
    try:
        home = folder.sub("postgres", account)
        done = subprocess.run(
            [find(account).initdb, "-D", home / "data", "--no-sync", *shlex.split(told)],
            capture_output=True,
            text=True,
            check=False,
            cwd=home,
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
        )
    finally:
        folder.close()
    assert done.returncode == 0, done.stderr
