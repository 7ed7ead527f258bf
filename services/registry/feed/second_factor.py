"""The second factor: a name that came with a check, compared with the one on record.

Only where the number has found somebody, and only to raise a doubt. Nothing of either name is kept,
logged, counted or told: what leaves this module is whether they fit, ids, and a keyed digest.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from structlog.typing import FilteringBoundLogger

from courtlist.ledger.v1 import ledger_service_pb2 as pb
from courtlist.registry.v1 import subject_pb2
from document.name import is_misfit
from document.spelling import recognised_by
from registry.registry_secret import RegistrySecret
from registry.sealing import Sealer, UnsealError

_SPELLING_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Misfit:
    """A name did not fit whom a document is bound to, and what is in force against that subject.

    `place` is that of the inquiry, from 1. `basis_ids` are of the measure that was asked about.
    `spellings` are keyed digests of the name's words beside this document, in 16 bytes, by the secret in
    use and by each that is still held: the same again is recognised by them, and nobody reads them.
    """

    place: int
    document_id: UUID
    subject_id: UUID
    basis_ids: list[UUID] = field(default_factory=list)
    spellings: tuple[bytes, ...] = (bytes(_SPELLING_BYTES),)


class SecondFactor:
    """Opens the name on record for inquiries that bring one, and for no other."""

    def __init__(
        self,
        *,
        sealer: Sealer,
        secrets: Sequence[RegistrySecret],
        log: FilteringBoundLogger | None = None,
    ) -> None:
        """`secrets` key the digests of names that do not fit."""
        self._sealer = sealer
        self._secrets = secrets
        self._log: FilteringBoundLogger = log or structlog.get_logger()

    def misfits(
        self, inquiries: Sequence[pb.Inquiry], rows: Iterable[Any], now: datetime
    ) -> tuple[Misfit, ...]:
        """The inquiries whose name does not fit, with the bases found that are in force at `now`.

        `rows` are bases with the `place` of their inquiry.
        """
        # For this call only: the same person may be asked about many times.
        fits: dict[tuple[UUID, str], bool] = {}
        found: dict[int, Misfit] = {}
        for row in rows:
            place = row["place"]
            name = inquiries[place - 1].name
            compared = (row["subject_id"], name)
            if compared not in fits:
                fits[compared] = self._may_fit(name, row)
            if fits[compared]:
                continue
            if place not in found:
                found[place] = Misfit(
                    place,
                    document_id=row["document_id"],
                    subject_id=row["subject_id"],
                    spellings=self._spellings(row["document_id"], name),
                )
            misfit = found[place]
            if _is_in_force(row, now):
                misfit.basis_ids.append(row["basis_id"])
        return tuple(found.values())

    def _spellings(self, document_id: UUID, name: str) -> tuple[bytes, ...]:
        """Of what the name is recognised by: spaced or typed otherwise it is the same one."""
        content = document_id.bytes + recognised_by(name).encode()
        return tuple(
            hmac.digest(one.misfit_key, content, "sha256")[:_SPELLING_BYTES]
            for one in self._secrets
        )

    def _may_fit(self, name: str, row: Any) -> bool:
        """Whether it is no misfit. What cannot be opened, or was erased, says nothing."""
        sealed = row["facts_sealed"]
        if not name or sealed is None:
            return True
        try:
            facts = self._sealer.unseal(sealed, f"subject/{row['subject_id']}")
        except UnsealError as fault:
            self._log.error("name_unreadable", subject_id=str(row["subject_id"]), fault=str(fault))
            return True
        return not is_misfit(name, subject_pb2.Subject.FromString(facts).name)


def _is_in_force(row: Any, now: datetime) -> bool:
    """Whether somebody may be refused on it."""
    return (
        row["ended_at"] is None
        and not row["unsettled"]
        and row["start_at"] <= now
        and (row["end_at"] is None or now < row["end_at"])
    )
