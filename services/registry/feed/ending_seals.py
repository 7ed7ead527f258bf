"""The registry's own word that a change ended something, so that a follower can prove what a restore lost.

A seal is `version (1) | HMAC-SHA256`, over everything of a SeenEnding that decides what is kept. Its key
is derived from the registry's secret, which no restore of the database touches; nobody outside the
registry has it. A seal is genuine by any version that the keyring holds. Hashes alone prove nothing here: whoever reads the feed can
continue the chain with changes of his own.
"""

import hmac
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from courtlist.ledger.v1 import change_pb2
from courtlist.ledger.v1 import ledger_service_pb2 as pb

_VERSION: Final = b"\x01"
_LABEL: Final = "courtlist.ending.v1"


class EndingSeals:
    """Makes seals, and knows its own again."""

    def __init__(self, *, keys: Callable[[], Sequence[bytes]]) -> None:
        """The first of `keys` seals, any is believed; each has 32 bytes or more and serves nothing else."""
        self._keys = keys

    def of(self, body: change_pb2.ChangeBody, content_hash: bytes) -> list[pb.EndingSeal]:
        """The seals of what a change ends, one for each basis or document."""
        key = self._keys()[0]
        return [
            pb.EndingSeal(ended_id=one.basis_id or one.document_id, seal=_seal(key, one))
            for one in endings_of(body, content_hash)
        ]

    def is_genuine(self, ending: pb.SeenEnding) -> bool:
        """Whether this registry sent the ending just so, in whatever incarnation."""
        return any(hmac.compare_digest(_seal(key, ending), ending.seal) for key in self._keys())


def _seal(key: bytes, ending: pb.SeenEnding) -> bytes:
    # Ids hold no zero byte: no two endings have one content. The subject is not asked for, so it is left out.
    content = "\0".join(
        (
            _LABEL,
            ending.incarnation,
            str(ending.position),
            ending.hash.hex(),
            ending.basis_id,
            ending.document_id,
            str(int(ending.measure)),
            str(int(ending.void_from_start)),
        )
    )
    return _VERSION + hmac.digest(key, content.encode(), "sha256")


def endings_of(body: change_pb2.ChangeBody, content_hash: bytes) -> Iterator[pb.SeenEnding]:
    """What a follower witnesses of a change: what it first says of each basis or document that it ends."""
    told: set[str] = set()
    for effect in body.effects:
        one = _ending(effect)
        if one is None or (one.basis_id or one.document_id) in told:
            continue
        told.add(one.basis_id or one.document_id)
        one.position, one.hash, one.incarnation = body.position, content_hash, body.incarnation
        yield one


def _ending(effect: change_pb2.Effect) -> pb.SeenEnding | None:
    match effect.WhichOneof("effect"):
        case "listing_ended":
            listing = effect.listing_ended
            return pb.SeenEnding(
                basis_id=listing.listing_id,
                measure=change_pb2.MEASURE_LISTING,
                subject_id=listing.subject_id,
                void_from_start=listing.kind == change_pb2.ENDING_KIND_REVOKED,
            )
        case "order_lifted":
            order = effect.order_lifted
            return pb.SeenEnding(
                basis_id=order.order_id,
                measure=change_pb2.MEASURE_ORDER,
                subject_id=order.subject_id,
                void_from_start=order.kind == change_pb2.ENDING_KIND_REVOKED,
            )
        case "ending_settled" if effect.ending_settled.upheld:
            settled = effect.ending_settled
            return pb.SeenEnding(
                basis_id=settled.basis_id, measure=settled.measure, subject_id=settled.subject_id
            )
        case "document_unbound":
            unbound = effect.document_unbound
            return pb.SeenEnding(document_id=unbound.document_id, subject_id=unbound.subject_id)
    return None
