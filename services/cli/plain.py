"""Text from elsewhere, made harmless for a terminal.

A name or a reason that a server sends may hold escape sequences, or marks that turn the direction
of writing: shown as they are they could rewrite what stands on the screen.
"""

import re
from typing import Final

from rich.text import Text

# C0 but tab and line feed, DEL, C1, and Unicode's bidirectional controls (UAX 9) and line marks.
_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)


def plain(text: object) -> str:
    """`text` with every control character written out, as an escape."""
    return _UNSAFE.sub(_written_out, str(text))


def cell(text: object, style: str = "") -> Text:
    """`text` for a table: no markup is read from it, no control character is left in it."""
    return Text(plain(text), style=style)


def harmless_json(line: str) -> str:
    """A line of JSON whose remaining controls (DEL, C1, directions) are escaped, too."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _written_out(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
