"""Names of proto enums on the command line: typed once, in the protos."""

from collections.abc import Callable

from google.protobuf.descriptor import EnumDescriptor

from cli.errors import Problem, UsageError
from cli.papers import shapes


def names(descriptor: EnumDescriptor) -> list[str]:
    """As they are typed: lower case, with hyphens."""
    return [one.lower().replace("_", "-") for one in shapes.enum_names(descriptor)]


def completion(descriptor: EnumDescriptor) -> Callable[[str], list[str]]:
    """For `autocompletion=`: the names that begin as what was typed."""
    return lambda incomplete: [one for one in names(descriptor) if one.startswith(incomplete)]


def number(descriptor: EnumDescriptor, text: str, *, option: str) -> int:
    """The number of the value named. Raises UsageError, with the names there are."""
    try:
        return shapes.enum_from(descriptor, text)
    except shapes.ShapeError:
        problem = Problem(option, "FIELD_INVALID", f"one of: {', '.join(names(descriptor))}")
        raise UsageError(f"{option} is not known", problems=[problem]) from None
