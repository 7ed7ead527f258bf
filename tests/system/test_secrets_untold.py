"""No process tells a password or a key: not in its help, its errors, its log, nor to who lists processes."""

import asyncio
import base64
import json
import secrets
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from registry import keyring
from stack.office import TicketOffice
from stack.papers import Person
from stack.service_process import python_environment
from stack.supervisor import Stack
from tests.eventually import eventually
from tests.system.courthouse import Courthouse, gate_refuses

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORD = "hunter2-of-the-store"
WHOLE_LIMIT_S = 60.0
# The fields share the engine, and its command line.
NAMES = ("registry", "travel")
PROGRAMS = [
    ("registry", "serve"),
    ("registry", "import"),
    ("registry", "verify"),
    ("registry", "migrate"),
    ("travel", "serve"),
    ("travel", "verify"),
    ("travel", "migrate"),
]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    keyring.generate(folder)
    return folder


def settings(keys: Path, *, store: str, name: str) -> dict[str, str]:
    """Everything that a service is told, secrets among it; `store` is `host:port`."""
    kind = "registry" if name == "registry" else "gate"
    return {
        "COURTLIST_POSTGRES_DSN": f"postgresql://{name}:{PASSWORD}@{store}/{name}",
        "COURTLIST_POSTGRES_OWNER_DSN": f"postgresql://{name}_owner:{PASSWORD}@{store}/{name}",
        "COURTLIST_REDIS_URL": f"redis://:{PASSWORD}@{store}/0",
        "COURTLIST_KEYRING": str(keys / f"{kind}.keyring.json"),
        "COURTLIST_REGISTRY": "127.0.0.1:1",
        "COURTLIST_LOG_LEVEL": "DEBUG",
        "COURTLIST_PLAINTEXT": "true",
    }


@asynccontextmanager
async def running(
    name: str, arguments: Iterable[str], given: Mapping[str, str], folder: Path
) -> AsyncIterator[tuple[asyncio.subprocess.Process, Path]]:
    """The program, and the file with all that it says."""
    said = folder / f"said-{secrets.token_hex(4)}"
    with said.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            name,
            *arguments,
            env=python_environment(given),
            cwd=folder,
            stdout=file,
            stderr=file,
        )
    try:
        yield process, said
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def outcome(
    name: str, arguments: Iterable[str], given: Mapping[str, str], folder: Path
) -> tuple[int | None, str]:
    """Exit code and words of a program that ends by itself."""
    async with running(name, arguments, given, folder) as (process, said):
        async with asyncio.timeout(WHOLE_LIMIT_S):
            await process.wait()
        return process.returncode, said.read_text("utf-8")


def secret_words(keys: Path) -> set[str]:
    """Every key of the keyrings as it is written there and in hexadecimal, and the stores' password."""
    words = {PASSWORD}
    for file in keys.glob("*.keyring.json"):
        content = json.loads(file.read_text("utf-8"))
        for one in (*content.get("seal_keys", ()), *content["digest_keys"]):
            words |= {one["secret"], base64.b64decode(one["secret"]).hex()}
    return words


def broken_twin(file: Path, folder: Path) -> Path:
    """A keyring with every key in it, that no program can read."""
    twin = folder / "broken.json"
    twin.write_text(file.read_text("utf-8").replace("epoch", "era"))
    return twin


def listed(pid: int) -> bytes:
    """What the kernel shows of a process to who lists processes; nothing where it does not."""
    shown = [Path(f"/proc/{pid}/{kind}") for kind in ("cmdline", "environ")]
    return b"".join(one.read_bytes() for one in shown if one.exists())


def told(text: str, words: Iterable[str]) -> list[str]:
    return [word[:4] for word in words if word in text]


@pytest.mark.parametrize("name", NAMES)
async def test_the_help_shows_settings_and_no_value(name: str, keys: Path, tmp_path: Path) -> None:
    given = settings(keys, store="db.example", name=name)
    code, text = await outcome(name, ["--help"], given, tmp_path)
    assert (code, "COURTLIST_POSTGRES_OWNER_DSN" in text) == (0, True)
    assert told(text, secret_words(keys)) == []


@pytest.mark.parametrize(("name", "command"), PROGRAMS)
async def test_settings_that_cannot_be_used_are_named_and_not_repeated(
    name: str, command: str, keys: Path, tmp_path: Path
) -> None:
    given = settings(keys, store="db.example:port", name=name)
    code, text = await outcome(name, [command], given, tmp_path)
    assert (code, "COURTLIST_POSTGRES_DSN: has a port that is no number" in text) == (2, True)
    assert told(text, secret_words(keys)) == []


@pytest.mark.parametrize("name", NAMES)
async def test_a_keyring_that_cannot_be_read_is_named_and_not_repeated(
    name: str, keys: Path, tmp_path: Path
) -> None:
    given = settings(keys, store="127.0.0.1:1", name=name)
    broken = broken_twin(Path(given["COURTLIST_KEYRING"]), tmp_path)
    code, text = await outcome(
        name, ["serve"], {**given, "COURTLIST_KEYRING": str(broken)}, tmp_path
    )
    assert (code, "COURTLIST_KEYRING" in text) == (2, True)
    assert told(text, secret_words(keys)) == []


@pytest.mark.parametrize(("name", "command"), PROGRAMS)
async def test_a_password_that_the_server_refuses_is_not_told(
    name: str, command: str, keys: Path, system: Stack, tmp_path: Path
) -> None:
    assert system.postgres is not None
    given = settings(keys, store=system.postgres.address, name=name)
    code, text = await outcome(name, [command], given, tmp_path)
    assert code == 1
    assert "InvalidPasswordError" in text
    assert told(text, secret_words(keys)) == []


@pytest.mark.parametrize("name", NAMES)
async def test_a_server_that_is_away_is_told_by_its_fault_alone(
    name: str, keys: Path, tmp_path: Path
) -> None:
    given = settings(keys, store="127.0.0.1:1", name=name)
    # By path: whoever may list processes may not read this file.
    file = tmp_path / "dsn"
    file.write_text(given.pop("COURTLIST_POSTGRES_DSN"))
    del given["COURTLIST_POSTGRES_OWNER_DSN"], given["COURTLIST_REDIS_URL"]
    (tmp_path / "url").write_text(f"redis://:{PASSWORD}@127.0.0.1:1/0")
    given |= {
        "COURTLIST_POSTGRES_DSN_FILE": str(file),
        "COURTLIST_REDIS_URL_FILE": str(tmp_path / "url"),
    }
    async with running(name, ["serve"], given, tmp_path) as (process, said):
        await eventually(lambda: "postgres_awaited" in said.read_text("utf-8"), WHOLE_LIMIT_S)
        assert PASSWORD.encode() not in listed(process.pid)
        process.terminate()
        await process.wait()
        assert told(said.read_text("utf-8"), secret_words(keys)) == []


async def test_a_system_at_work_logs_no_password_and_no_key(
    system: Stack, court: Courthouse, office: TicketOffice
) -> None:
    person = Person(7_400_001)
    await court.enter(person.subject)
    await gate_refuses(office, person.resident_id)
    folder = system.folder.path
    kept = json.loads((folder / "credentials.json").read_text("utf-8"))
    words = {str(value) for name, value in kept.items() if name.endswith(".password")}
    assert {"postgres.password", "registry.password", "registry_owner.password"} <= kept.keys()
    words |= secret_words(folder / "keys")
    for path in sorted((folder / "logs").iterdir()):
        assert told(path.read_text("utf-8", errors="replace"), words) == [], path.name
