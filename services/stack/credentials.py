"""Ports and passwords of one data folder: made once, kept with the data they belong to."""

import json
import os
import secrets
from pathlib import Path

from stack.ports import claim, free_port

_PASSWORD_BYTES = 24


class Credentials:
    """A small file of mode 0600. What is asked for and not there yet is made up and kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, str | int] = {}
        if path.exists():
            self._values = json.loads(path.read_text(encoding="utf-8"))

    def password(self, name: str) -> str:
        """Return the password of account `name`."""
        key = f"{name}.password"
        if key not in self._values:
            self._keep(key, secrets.token_urlsafe(_PASSWORD_BYTES))
        return str(self._values[key])

    def port(self, name: str) -> int:
        """Return the port of server `name`: the one of last time, unless somebody took it since."""
        key = f"{name}.port"
        if key not in self._values or not claim(int(self._values[key])):
            self._keep(key, free_port())
        return int(self._values[key])

    def _keep(self, key: str, value: str | int) -> None:
        self._values[key] = value
        aside = self._path.with_suffix(".new")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self._values, file, indent=2)
        aside.replace(self._path)
