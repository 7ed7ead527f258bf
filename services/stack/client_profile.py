"""The profile with which `courtlist` finds what this stack serves: services/cli/README.md."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stack.supervisor import Stack

NAME: Final = "courtlist.toml"
# The people of `courtlist init --example`: `--as clerk-1` is enough for who has run it.
_PEOPLE: Final = (
    ("clerk-1", "clerk"),
    ("clerk-2", "clerk"),
    ("judge-1", "judge"),
    ("president-1", "president"),
)
_COURT: Final = "京0199"


def write_profile(stack: Stack) -> Path:
    """Write the profile into the data folder, for its owner alone: it holds passwords."""
    beside = {
        name: address for name, address in stack.addresses.items() if name not in stack.stores
    }
    lines = [
        "# Written at every start: courtlist --profile THIS_FILE status",
        "",
        *_table("addresses", {name: stack.addresses[name] for name in stack.stores}),
        *_table("processes", beside),
        *_table("stores", stack.stores),
        *_table("acting", {"person": "operator-1", "role": "operator"}),
    ]
    for person, role in _PEOPLE:
        lines += _table("[people]", {"person": person, "role": role, "court": _COURT})
    path = stack.folder.path / NAME
    aside = path.with_suffix(".new")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join(lines))
    aside.replace(path)
    return path


def _table(name: str, values: Mapping[str, str]) -> list[str]:
    # A JSON text is a TOML text.
    return [
        f"[{name}]",
        *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()),
        "",
    ]
