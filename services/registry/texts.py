"""What a text of the record may hold."""

import re
from typing import Final

# Control characters have no place in a court's text, and would write lines of their own in a log;
# direction marks would let it read otherwise than it is stored.
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)


def holds_control_characters(text: str) -> bool:
    """Whether a text holds control or direction characters; tabs and line ends are none."""
    # Nearly every text is printable, and asking so costs a tenth of the search.
    return not text.isprintable() and _CONTROL.search(text) is not None
