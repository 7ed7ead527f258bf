"""Numbers of decisions and receipts, compared as people mean them."""

import unicodedata


def plain_number(text: str) -> str:
    """The number without spaces and with half-width characters, as it is stored and compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def same_number(one: str, other: str) -> bool:
    """Whether two numbers differ in width of characters, spaces and case only."""
    return plain_number(one).casefold() == plain_number(other).casefold()
