"""Field violations must name fields that the request has."""

import re
from typing import Any

from google.protobuf.message import Message

from chassis.errors import RemoteError


def check_fields_exist(error: RemoteError, request: Message) -> None:
    """Every violation names a field of the request, so that a form can show it at its place."""
    for violation in error.violations:
        assert resolves(request.DESCRIPTOR, violation.field), violation.field
        assert violation.reason_name, violation
        assert violation.description, violation


def resolves(descriptor: Any, path: str) -> bool:
    """Whether a path like `order.items[3]` names a field, or a oneof, below `descriptor`."""
    first, _, rest = path.partition(".")
    match = re.fullmatch(r"(\w+)(\[\d+\])?", first)
    if match is None:
        return False
    name, index = match.groups()
    if name in descriptor.oneofs_by_name:
        return not rest and index is None
    found = descriptor.fields_by_name.get(name)
    if found is None or (index is not None and not found.is_repeated):
        return False
    if not rest:
        return True
    return found.message_type is not None and resolves(found.message_type, rest)
