"""Settings that hold a password, told to a program by the path of a file: its environment is shown to every
process of the same account, and to whoever looks at a crash of it.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_HOLD_PASSWORDS: Final = ("_DSN", "_REDIS_URL")


def told_by_file(environment: Mapping[str, str], name: str, folder: Path) -> dict[str, str]:
    """The environment, with `X_FILE` in place of each `X` that holds a password.

    Args:
        environment: what the program is to be told.
        name: of the program; its files are called after it.
        folder: where they lie; each is for our own account alone.
    """
    told = dict(environment)
    for variable in environment:
        if variable.endswith(_HOLD_PASSWORDS):
            path = folder / f"{name}.{variable}"
            _write(path, told.pop(variable))
            told[f"{variable}_FILE"] = str(path)
    return told


def _write(path: Path, content: str) -> None:
    aside = path.with_name(f".{path.name}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    aside.replace(path)
