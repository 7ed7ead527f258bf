"""Digest epochs of a ledger in memory: opened, filled by hand, switched to, closed."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from courtlist.ledger.v1 import change_pb2
from courtlist.ledger.v1 import ledger_service_pb2 as wire


class LedgerEpochs(ABC):
    """Which digests there are of which document; `unfilled` are the epochs that lack some."""

    def __init__(self) -> None:
        self._filed: dict[int, dict[str, bytes]] = {}
        self._closed: set[int] = set()
        self.unfilled: set[int] = set()
        self.digest_reads = 0

    @abstractmethod
    def act(self, effects: Iterable[change_pb2.Effect]) -> int:
        """Append one change with these effects."""

    def file(self, epoch: int, document_id: str, digest: bytes) -> None:
        """A digest beside the ledger."""
        self._filed.setdefault(epoch, {})[document_id] = digest

    def open_epoch(self, epoch: int) -> int:
        self.unfilled.add(epoch)
        opened = change_pb2.EpochOpened(epoch=epoch, algorithm="blake2b-128")
        return self.act([change_pb2.Effect(epoch_opened=opened)])

    def switch_epoch(self, epoch: int) -> int:
        self.unfilled.discard(epoch)
        return self.act([change_pb2.Effect(epoch_switched=change_pb2.EpochSwitched(epoch=epoch))])

    def close_epoch(self, epoch: int) -> int:
        self._closed.add(epoch)
        return self.act([change_pb2.Effect(epoch_closed=change_pb2.EpochClosed(epoch=epoch))])

    def is_open(self, epoch: int) -> bool:
        return epoch not in self._closed

    def digests_of(self, document_id: str) -> list[wire.DocumentDigest]:
        """In every epoch that is open."""
        return [
            wire.DocumentDigest(document_id=document_id, epoch=epoch, digest=filed[document_id])
            for epoch, filed in sorted(self._filed.items())
            if self.is_open(epoch) and document_id in filed
        ]

    def page_of_digests(
        self, request: wire.ReadDigestsRequest, bound: Iterable[str]
    ) -> wire.ReadDigestsResponse:
        """Digests of one epoch, in the order of documents."""
        self.digest_reads += 1
        filed = self._filed.get(request.epoch, {})
        found = sorted(one for one in filed if one in set(bound) and one > request.after)
        return wire.ReadDigestsResponse(
            digests=[
                wire.DocumentDigest(document_id=one, epoch=request.epoch, digest=filed[one])
                for one in found[: request.limit or 5000]
            ],
            complete=request.epoch not in self.unfilled,
        )
