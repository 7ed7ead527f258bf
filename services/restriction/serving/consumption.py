"""What an order bars: exactly the items it names (Art 3(1) Consumption Provisions, 2015). Pure."""

from collections.abc import Sequence

from restriction.model import Bar, Basis, Item


def bars_of(bases: Sequence[Basis], items: frozenset[Item]) -> tuple[Bar, ...]:
    """Every order that names one of `items`, with the article and all of the items that fit."""
    return tuple(
        Bar(basis, _article(basis.items & items)) for basis in bases if basis.items & items
    )


def _article(items: frozenset[Item]) -> str:
    return "CP Art 3(1) " + ", ".join(f"item {item.value}" for item in sorted(items))
