"""The ledger's rows as values."""

from typing import Any

from courtlist.ledger.v1 import position_pb2
from registry.ledger import Entry, Head


def head_of(row: Any) -> Head:
    """The head in a row that holds incarnation, head_position and head_hash."""
    return Head(str(row["incarnation"]), row["head_position"], row["head_hash"])


def entry_of(row: Any) -> Entry:
    """A change as stored."""
    return Entry(
        position=row["position"],
        body=row["body"],
        previous_hash=row["previous_hash"],
        hash=row["hash"],
    )


def position_of(head: Head) -> position_pb2.Position:
    """The head's position as it travels."""
    return position_pb2.Position(incarnation=head.incarnation, position=head.position)
