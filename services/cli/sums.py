"""Sums on the command line, in yuan."""

from cli.errors import Problem, UsageError
from cli.papers.shapes import ShapeError, money_from
from courtlist.registry.v1 import obligation_pb2


def yuan(text: str, *, option: str) -> obligation_pb2.Money:
    """A sum from `10500` or `10500.00`. Raises UsageError."""
    try:
        return money_from(text)
    except ShapeError as error:
        problem = Problem(option, "AMOUNT_OUT_OF_RANGE", str(error))
        raise UsageError(f"{option} is not a sum", problems=[problem]) from None
