"""No running process shows a password to who lists processes, and no file of ours opens to another account."""

import json
from pathlib import Path

import pytest

from stack.supervisor import Stack

_OURS_ALONE = 0o077
_KEPT_CLOSED = ("keys", "secrets", "certificates", "credentials.json")


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc")
@pytest.mark.asyncio(loop_scope="session")
async def test_no_process_holds_a_password_in_its_environment_or_its_arguments(
    system: Stack,
) -> None:
    kept = json.loads((system.folder.path / "credentials.json").read_text(encoding="utf-8"))
    passwords = [word.encode() for name, word in kept.items() if name.endswith(".password")]
    assert passwords
    for name, service in system.services.items():
        for shown in ("environ", "cmdline"):
            content = _shown(service.process.pid, shown)
            assert content
            assert not [word for word in passwords if word in content], (name, shown)


@pytest.mark.asyncio(loop_scope="session")
async def test_no_file_that_holds_a_key_or_a_password_opens_to_another_account(
    system: Stack,
) -> None:
    for place in (system.folder.path / name for name in _KEPT_CLOSED):
        assert place.stat().st_mode & _OURS_ALONE == 0, place.name


def _shown(pid: int | None, what: str) -> bytes:
    return Path(f"/proc/{pid}/{what}").read_bytes()
