"""Small values as the protos carry them."""

from datetime import date, datetime

from google.type import date_pb2

from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import decision_pb2, obligation_pb2
from registry.law.money import CURRENCY
from registry.records import TaskRecord


def money_message(fen: int) -> obligation_pb2.Money:
    """A sum in yuan."""
    return obligation_pb2.Money(currency=CURRENCY, minor_units=fen)


def day_message(day: date) -> date_pb2.Date:
    """A legal day."""
    return date_pb2.Date(year=day.year, month=day.month, day=day.day)


def task_message(task: TaskRecord, opened_at: datetime) -> decision_pb2.Task:
    """A decision that a court owes since `opened_at`."""
    message = decision_pb2.Task(
        task_id=str(task.task_id),
        kind=change_pb2.TaskKind.ValueType(task.kind),
        court_code=task.court_code,
        basis_id="" if task.basis_id is None else str(task.basis_id),
        obligation_id="" if task.obligation_id is None else str(task.obligation_id),
    )
    message.opened_time.FromDatetime(opened_at)
    return message
