"""Looking for bytes that must not be anywhere any more: in tables, the cache, logs and partners' copies."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from document import DigestKey, digest, parse
from partner.copy import FILE_NAME
from registry.keyring import REGISTRY_FILE, purpose_of, read_content
from restriction.serving.partners import PartnerDigests
from tests.robustness.rotation.scene import COPIES, FIELDS, Scene
from tests.stored import cache_text, database_text

_RUN: Final = re.compile(r"[0-9a-f]{32,}")
_DIGEST_CHARS: Final = 32
_KINDS: Final = ("RESIDENT_ID", "PASSPORT")


class Remains:
    """Searches all that the world keeps; each answer names where something was found."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._folder = scene.world.stack.folder.path

    def digests(self, key: DigestKey) -> list[bytes]:
        """By this key, of everybody whom a court entered: as the gates hold them, and as partners do."""
        own = self._own(key)
        return [*own, *(derive(one) for derive in self._for_copies() for one in own)]

    def _own(self, key: DigestKey) -> list[bytes]:
        world, people = self._scene.world, [*self._scene.diary.lives, *self._scene.importing.people]
        return [
            digest(parse(kind, given.issuing_state, given.number, world.today), key)
            for person in people
            for kind, given in zip(_KINDS, (person.resident_id, person.passport), strict=True)
        ]

    def partners_digests(self, key: DigestKey, secret: bytes) -> list[bytes]:
        """As partners hold everybody by a digest key and this secret of theirs."""
        own = self._own(key)
        return [derive(one) for derive in self._by_secret(secret) for one in own]

    async def in_databases(self, values: Sequence[bytes]) -> list[str]:
        """The databases in which one of these values stands."""
        return [
            name
            for name in ("registry", *FIELDS)
            if _holds(await database_text(self._scene.world.dsn(name)), values)
        ]

    async def in_cache(self, values: Sequence[bytes]) -> bool:
        """Whether the cache holds one."""
        return _holds(await cache_text(self._scene.world.valkey.url), values)

    def in_logs(self, values: Sequence[bytes]) -> list[str]:
        """The logs that hold one, in hexadecimal."""
        return [
            path.name
            for path in sorted((self._folder / "logs").iterdir())
            if _holds(path.read_text(encoding="utf-8", errors="replace"), values)
        ]

    def in_copies(self, values: Sequence[bytes]) -> list[str]:
        """The partners whose copies hold one."""
        return [name for name in COPIES if _holds(self._copy_text(name), values)]

    def _copy_text(self, name: str) -> str:
        path = self._folder / "services" / name / FILE_NAME
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            entries = connection.execute("SELECT hex(entry) FROM restriction").fetchall()
            digests = connection.execute("SELECT hex(digest) FROM digest").fetchall()
        return "\n".join(row[0].lower() for row in (*entries, *digests))

    def _for_copies(self) -> Iterator[Callable[[bytes], bytes]]:
        content = read_content(Path(self._folder / "keys" / REGISTRY_FILE))
        return self._by_secret(purpose_of(content, "partners"))

    def _by_secret(self, secret: bytes) -> Iterator[Callable[[bytes], bytes]]:
        partners = PartnerDigests(secret_of=lambda _: secret)
        return (partners.for_partner(name, 0) for name in COPIES)


def _holds(text: str, values: Sequence[bytes]) -> bool:
    """Whether one of the values stands in a text as hexadecimal, also within a longer value."""
    wanted = {value.hex() for value in values}
    if any(len(one) != _DIGEST_CHARS for one in wanted):
        return any(one in text for one in wanted)
    return not wanted.isdisjoint(_windows(text))


def _windows(text: str) -> Iterable[str]:
    for run in _RUN.finditer(text):
        whole = run.group()
        for start in range(0, len(whole) - _DIGEST_CHARS + 1, 2):
            yield whole[start : start + _DIGEST_CHARS]
