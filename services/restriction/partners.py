"""The partners of all fields, in memory: who is enrolled, in which fields, and how much each may ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from restriction.facts.effects import PartnerEnrolled, PartnerRetired
from restriction.progress import Progress

PartnerRecord: TypeAlias = PartnerEnrolled | PartnerRetired

_RETRY_AFTER_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Known:
    """What was last heard of one partner; positions as in the ledger, 0 for never."""

    enrolment: PartnerEnrolled | None = None
    retired_position: int = 0

    @property
    def enrolled(self) -> PartnerEnrolled | None:
        """Its latest enrolment, unless it was retired since."""
        enrolment = self.enrolment
        if enrolment is None or enrolment.position <= self.retired_position:
            return None
        return enrolment


_UNHEARD_OF: Final = _Known()


class Partners:
    """Filled by the feed: all of a generation when it loads, then what each batch brings.

    It is authority.doorkeeper.Partners of a field's server.
    """

    def __init__(self, *, progress: Progress) -> None:
        self._progress = progress
        self._known: dict[str, _Known] = {}

    def replace(self, records: Iterable[PartnerRecord]) -> None:
        """Hold exactly these from now on."""
        fresh = Partners(progress=self._progress)
        fresh.add(records)
        self._known = fresh._known

    def add(self, records: Iterable[PartnerRecord]) -> None:
        """Take in what a committed batch holds; an older record never undoes a newer."""
        for one in records:
            known = self._known.get(one.partner_id, _UNHEARD_OF)
            self._known[one.partner_id] = _with(known, one)

    def enrolment_of(self, partner_id: str) -> PartnerEnrolled | None:
        """Its latest enrolment; None when there is none, or it was retired since."""
        return self._known.get(partner_id, _UNHEARD_OF).enrolled

    def fields_of(self, partner_id: str) -> frozenset[str] | None:
        """The fields in which it may ask; None when it is not enrolled, or no longer.

        Raises ServiceError NOT_READY for a partner that is not known while the ledger was not once
        read to its head: it may be enrolled further on.
        """
        enrolled = self.enrolment_of(partner_id)
        if enrolled is not None:
            return enrolled.fields
        if not self._progress.started:
            raise _not_ready()
        return None


def _with(known: _Known, one: PartnerRecord) -> _Known:
    if isinstance(one, PartnerRetired):
        return _Known(known.enrolment, max(known.retired_position, one.position))
    held = known.enrolment
    newest = one if held is None or held.position < one.position else held
    return _Known(newest, known.retired_position)


def _not_ready() -> ServiceError:
    return ServiceError(
        reasons.ERROR_REASON_NOT_READY,
        "this process has not read the ledger to its head, and knows no such partner yet; this is no "
        "answer about anybody: sell or admit, and repeat the call",
        retry_after_s=_RETRY_AFTER_S,
    )
