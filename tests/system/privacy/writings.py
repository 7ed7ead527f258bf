"""Every way in which a number or a name could stand somewhere: spellings, encodings, digests without a key."""

import base64
import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote

from document.spelling import normalise, spellings

_FULL_WIDTH: Final = str.maketrans(
    {chr(code): chr(code + 0xFEE0) for code in range(ord("!"), ord("~") + 1)}
)
_RESIDENT_LENGTHS: Final = (15, 18)
# The published form of a citizen's number (List provisions Art 6) shows its first ten characters.
_SHOWN: Final = 10
_FIGURES_MIN: Final = 4
# So much of a digest is enough to compare: what is cut to this is found, too.
_DIGEST_BYTES: Final = 12
_NAMESPACES: Final = ("PASSPORT", "EXIT_ENTRY", "HOME_RETURN", "TAIWAN", "USCC")


def number_spellings(number: str) -> Iterator[str]:
    """A document's number as people and programs write it, and more of it than may be published."""
    plain = unicodedata.normalize("NFKC", number)
    bare = "".join(one for one in plain if one.isalnum()).upper()
    yield from (number, plain, bare, bare.lower(), bare.translate(_FULL_WIDTH))
    if len(bare) not in _RESIDENT_LENGTHS:
        return
    born = 14 if len(bare) == max(_RESIDENT_LENGTHS) else 12
    for mark in (" ", "-"):
        yield mark.join((bare[:6], bare[6:born], bare[born:]))
        yield mark.join(bare[start : start + 4] for start in range(0, len(bare), 4))
    if born == 14:
        yield bare[:6] + bare[8:17]
    part = _SHOWN + 2
    parts = (bare[start : start + part] for start in range(len(bare) - part + 1))
    # A few figures over and over stand in many a count.
    yield from (one for one in parts if len(set(one)) >= _FIGURES_MIN)


def name_spellings(name: str) -> Iterator[str]:
    """A name as it was given, as the product compares it, joined and the other way round."""
    plain = unicodedata.normalize("NFKC", name).strip()
    words = normalise(name).split()
    yield from (name, plain, plain.upper(), "".join(plain.split()), *spellings(name))
    yield from (normalise(name), "".join(words), " ".join(reversed(words)))


def encodings(text: str) -> Iterator[bytes]:
    """The text as bytes: plain, escaped as logs and dumps do it, in hexadecimal and in base64."""
    plain = text.encode()
    yield from (text.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"))
    yield from (plain.hex().encode(), plain.hex().upper().encode())
    yield from _in_base64(plain)
    # JSON, and the same with upper-case figures.
    escaped = json.dumps(text)[1:-1]
    yield from (
        escaped.encode(),
        escaped.replace("\\", "\0").upper().replace("\0U", "\\u").encode(),
    )
    # Valkey's MONITOR and Python's repr; protobuf's text form; URLs; HTML.
    yield repr(plain)[2:-1].encode()
    yield "".join(_octal(one) for one in plain).encode()
    yield from (quote(text).encode(), quote(text).lower().encode())
    yield "".join(one if one.isascii() else f"&#{ord(one)};" for one in text).encode()


def digest_writings(content: bytes) -> Iterator[bytes]:
    """The beginning of every digest without a key, raw, in hexadecimal and in base64."""
    for hashed in unkeyed_digests(content):
        head = hashed[:_DIGEST_BYTES]
        yield from (head, head.hex().encode(), head.hex().upper().encode())
        yield from (base64.b64encode(head), base64.urlsafe_b64encode(head))


def unkeyed_digests(content: bytes) -> Iterator[bytes]:
    """What somebody without a key can compute of it."""
    yield from (make(content) for make in _UNKEYED)


def documents_of(number: str) -> Iterator[bytes]:
    """What a digest of the number would be made of: as it is, and as the product encodes documents."""
    namespaces = ("CITIZEN",) if len(number) in _RESIDENT_LENGTHS else _NAMESPACES
    yield number.encode()
    yield from (f"{namespace}|CHN|{number}".encode() for namespace in namespaces)


def _blake2b(size: int, person: bytes = b"") -> Callable[[bytes], bytes]:
    return lambda content: hashlib.blake2b(content, digest_size=size, person=person).digest()


_UNKEYED: Final[tuple[Callable[[bytes], bytes], ...]] = (
    *(
        (lambda content, name=name: hashlib.new(name, content).digest())
        for name in ("md5", "sha1", "sha256", "sha512", "sha3_256")
    ),
    *(_blake2b(size, person) for size in (16, 32, 64) for person in (b"", b"courtlist.doc.v1")),
    lambda content: hashlib.blake2s(content).digest(),
)


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """Wherever in a longer text it begins: what of it does not depend on its neighbours."""
    for before in range(3):
        text = base64.b64encode(bytes(before) + plain)
        inner = text[(0, 2, 3)[before] :].rstrip(b"=")
        # The last character holds bits of what comes next, unless a group ends here.
        inner = inner if (before + len(plain)) % 3 == 0 else inner[:-1]
        yield from (inner, inner.translate(bytes.maketrans(b"+/", b"-_")))


def _octal(byte: int) -> str:
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"
