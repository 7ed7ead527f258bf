"""Changes of the ledger from the wire: the effects that this engine knows, and nothing else."""

from typing import Final

from chassis.work.turns import in_turns
from courtlist.ledger.v1 import change_pb2, ledger_service_pb2
from restriction.convert import instant_from, position_from
from restriction.facts.effects import (
    Change,
    DigestKnown,
    Reference,
)
from restriction.facts.sorting import Effects
from restriction.ledger import Page
from restriction.model import Position

# Checks wait for the loop on which a page is read: each of these takes a tenth of a millisecond.
_READ_AT_ONCE: Final = 20


async def page_from(reply: ledger_service_pb2.ReadChangesResponse) -> Page:
    """A reply of ReadChanges."""
    return Page(
        changes=[
            change_from(change) async for change in in_turns(reply.changes, every=_READ_AT_ONCE)
        ],
        head=position_from(reply.head),
        head_hash=reply.head_hash,
        as_of_at=instant_from(reply.as_of_time),
    )


def change_from(change: ledger_service_pb2.Change) -> Change:
    """A change with the effects this engine knows; the bytes are kept as they were hashed."""
    body = change_pb2.ChangeBody.FromString(change.body)
    effects = Effects(body)
    for effect in body.effects:
        effects.take(effect)
    number = body.position
    return Change(
        position=Position(body.incarnation, number),
        recorded_at=instant_from(body.recorded_time),
        previous_hash=change.previous_hash,
        hash=change.hash,
        body=change.body,
        courts=effects.courts,
        bindings=effects.bindings,
        starts=effects.starts,
        endings=effects.endings,
        unsettled=effects.unsettled,
        obligations=effects.obligations,
        granted=effects.granted,
        withdrawn=effects.withdrawn,
        enrolled=effects.enrolled,
        retired=effects.retired,
        ratings=effects.ratings,
        epochs=effects.epochs,
        erased=effects.erased,
        retired_courts=effects.retired_courts,
        officers=effects.officers,
        keys=effects.keys,
        retired_keys=effects.retired_keys,
        references=[
            Reference(
                position=number,
                basis_id=one.basis_id,
                case_number=one.case_number,
                reference=one.reference,
            )
            for one in change.references
        ],
        digests=[
            DigestKnown(document_id=one.document_id, epoch=one.epoch, digest=one.digest)
            for one in change.digests
        ],
        seals={one.ended_id: one.seal for one in change.ending_seals},
    )
