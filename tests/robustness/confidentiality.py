"""No log holds a name, an identity number, a digest or free text (the house's rule on logs)."""

import base64
import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from document import DigestKey, digest, parse
from restriction.keyring import parse_keyring
from stack.papers import Person
from tests.robustness.diary import Diary
from tests.robustness.world import World

# Every name, and the texts of every paper, hold one of these.
_TEXTS: Final = ("测试", "履行", "卷宗", "案款专户", "偿还", "送达回证", "裁定", "担保")
_WORD: Final = re.compile(r"[0-9A-Za-z]{8,}")
_HEX: Final = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_BASE64: Final = re.compile(r"[0-9A-Za-z+/]{22}==")
_KINDS: Final = ("RESIDENT_ID", "PASSPORT")


def check_logs(world: World, diary: Diary) -> None:
    """Search every log of the run for everybody whom a court entered or a checker asked for."""
    folder = world.stack.folder.path
    keys = parse_keyring((folder / "keys" / "gate.keyring.json").read_bytes()).digest_keys
    people = {*diary.lives, *(check.person for check in diary.checks)}
    secret = {word for person in people for word in _words_of(person, keys, world.today)}
    for path in sorted((folder / "logs").iterdir()):
        text = path.read_text(encoding="utf-8", errors="replace")
        found = secret.intersection(_words_in(text))
        assert not found, f"{path.name} holds {len(found)} identity numbers or digests"
        for one in _TEXTS:
            assert one not in text, f"{path.name} holds free text"
            assert json.dumps(one).strip('"') not in text, f"{path.name} holds escaped free text"


def _words_in(text: str) -> Iterable[str]:
    yield from _WORD.findall(text)
    yield from (one.lower() for one in _HEX.findall(text))
    yield from _BASE64.findall(text)


def _words_of(person: Person, keys: Iterable[DigestKey], today: date) -> Iterable[str]:
    for kind, given in zip(_KINDS, (person.resident_id, person.passport), strict=True):
        yield given.number
        document = parse(kind, given.issuing_state, given.number, today)
        for key in keys:
            value = digest(document, key)
            yield value.hex()
            yield base64.b64encode(value).decode()
