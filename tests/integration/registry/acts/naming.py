"""Asking about a document with a name beside it, and what a court then owes."""

from typing import Final

from authority.identities import SERVICE_KEY
from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.registry.v1 import decision_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from document import digest, parse
from stack.papers import Court
from tests.eventually import LIMIT_S, eventually
from tests.integration.registry.acts.courthouse import FIRST, CourtHouse

_A_GATE: Final = ((SERVICE_KEY, "travel"),)
STRANGER: Final = "无名路人"
ANOTHER_STRANGER: Final = "陌生过客"
"""Names that fit nobody's on record."""


async def ask(
    house: CourtHouse,
    document: document_pb2.Document,
    name: str,
    measure: ledger.Measure.ValueType = ledger.MEASURE_ORDER,
) -> feed.Standing:
    """What a gate is told that asks about this document with this name.

    A registry that has just begun to serve withholds its word for a moment, as after a restore.
    """
    kind = document_pb2.DocumentKind.Name(document.kind).removeprefix("DOCUMENT_KIND_")
    value = digest(
        parse(kind, document.issuing_state, document.number, house.today), house.digest_key
    )
    house.secrets.update({name} if name else ())
    request = feed.ConfirmStandingRequest(
        measure=measure,
        inquiries=[feed.Inquiry(epoch=house.digest_key.epoch, digest=value, name=name)],
    )
    answers: list[feed.ConfirmStandingResponse] = []

    async def is_told() -> bool:
        answers.append(await house.feed.ConfirmStanding(request, metadata=_A_GATE, timeout=LIMIT_S))
        return not answers[-1].withheld

    await eventually(is_told)
    return answers[-1].standings[0]


async def looks_owed(
    house: CourtHouse, basis_ids: list[str], court: Court = FIRST
) -> list[decision_pb2.Task]:
    """The court's open tasks to look into a misfit on one of these bases."""
    found, token = [], ""
    while True:
        reply = await house.do(rpc.ListTasksRequest(page_size=200, page_token=token), court=court)
        found += [
            one
            for one in reply.tasks
            if one.kind == ledger.TASK_KIND_NAME_MISFIT and one.basis_id in basis_ids
        ]
        token = reply.next_page_token
        if not token:
            return found


async def until_owed(
    house: CourtHouse, basis_ids: list[str], court: Court = FIRST
) -> list[decision_pb2.Task]:
    """These, once there are any."""

    async def are_there() -> bool:
        return bool(await looks_owed(house, basis_ids, court))

    await eventually(are_there)
    return await looks_owed(house, basis_ids, court)


async def owed_look(house: CourtHouse, court: Court = FIRST) -> decision_pb2.Task:
    """A fresh person under an order of the court, and the task that a stranger's name opens."""
    debtor = house.person()
    order = (await house.do(house.restriction(court, subject=debtor.subject), court=court)).order
    assert (await ask(house, debtor.resident_id, STRANGER)).name_misfit
    [task] = await until_owed(house, [order.order_id], court)
    return task
