"""A search of everything that a stack's processes have said and kept for everybody whom its clients named."""

import base64
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg

from document import DigestKey, DocumentKind, InvalidDocument, digest, parse
from restriction.keyring import parse_keyring
from tests.system.courthouse import legal_today
from tests.system.privacy.needles import Needles
from tests.system.privacy.places import Places, kept, told
from tests.system.privacy.spoken import HeardStack, Spoken

_LOG_EVERYTHING = {
    "log_error_verbosity": "verbose",
    "log_min_error_statement": "info",
    "log_statement": "all",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
}


async def let_postgres_tell_everything(dsn: str) -> None:
    """Have every statement logged with its values, for whoever connects from now on."""
    connection = await asyncpg.connect(dsn)
    try:
        for name, value in _LOG_EVERYTHING.items():
            await connection.execute(f"ALTER ROLE ALL SET {name} = '{value}'")
    finally:
        await connection.close()


async def everything(stack: HeardStack) -> dict[str, bytes]:
    """All that is told and kept now, and the errors that clients got."""
    return {**await told(stack), **await kept(stack), **errors_of(stack.spoken)}


def errors_of(spoken: Spoken) -> dict[str, bytes]:
    """The errors of each RPC."""
    found: dict[str, bytes] = {}
    for method, content in spoken.errors:
        place = f"errors of {method}"
        found[place] = found.get(place, b"") + content + b"\n"
    return found


def named_by(spoken: Spoken) -> Needles:
    """Everybody whom the clients named."""
    return Needles.of(numbers=spoken.numbers, names=spoken.names)


def digested(spoken: Spoken, keyring: Path) -> Needles:
    """The digest under every key of the gates of every document that the clients named."""
    needles = Needles()
    keys = parse_keyring(keyring.read_bytes()).digest_keys
    for number in spoken.numbers:
        for value in digests_of(number, keys):
            needles.add((value, value.hex().encode(), base64.b64encode(value)[:-2]), whose=number)
    return needles


def digests_of(number: str, keys: Iterable[DigestKey]) -> Iterator[bytes]:
    """Under each key, as a document of whatever kind."""
    for kind in DocumentKind:
        with suppress(InvalidDocument):
            document = parse(kind, "CHN", number, legal_today())
            yield from (digest(document, key) for key in keys)


def leaks(places: Places, needles: Needles) -> dict[str, set[str]]:
    """Who is told where."""
    found = {place: needles.found_in(content) for place, content in places.items()}
    return {place: whom for place, whom in found.items() if whom}
