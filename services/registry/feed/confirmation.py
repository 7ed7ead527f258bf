"""The confirmation without which nobody is refused: one statement on the primary, and no cache."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import ServiceError
from chassis.postgres import Postgres
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2
from courtlist.ledger.v1 import ledger_service_pb2 as pb
from registry.feed.feed_queries import FeedQueries
from registry.feed.feed_requests import Claim
from registry.feed.ledger_rows import head_of, position_of
from registry.feed.second_factor import Misfit, SecondFactor
from registry.ledger import Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """What the ledger says of some documents at one moment; `rows` holds the bases found.

    `misfits` are the inquiries whose name does not fit. `seen_hash` and `known_hash` are the ledger's hashes at the positions that the gate and this
    process know. `followers` are all readers known, `awaited` whether one has yet to report.
    """

    head: Head
    as_of_at: datetime
    seen_hash: bytes | None
    known_hash: bytes | None
    followers: frozenset[str]
    awaited: bool
    count: int
    rows: tuple[Any, ...]
    misfits: tuple[Misfit, ...]

    def reply(
        self, *, measure: change_pb2.Measure.ValueType, withheld: bool
    ) -> pb.ConfirmStandingResponse:
        """One standing for each inquiry, in their order; empty where nothing is in force or to be."""
        response = pb.ConfirmStandingResponse(
            standings=[pb.Standing() for _ in range(self.count)],
            as_of=position_of(self.head),
            withheld=withheld,
        )
        response.as_of_time.FromDatetime(self.as_of_at)
        for row in self.rows:
            response.standings[row["place"] - 1].bases.append(_basis(row, measure))
        for misfit in self.misfits:
            response.standings[misfit.place - 1].name_misfit = True
        return response


class Confirmation:
    """Asks the primary."""

    def __init__(
        self, *, postgres: Postgres, queries: FeedQueries, second_factor: SecondFactor
    ) -> None:
        self._postgres = postgres
        self._queries = queries
        self._second_factor = second_factor

    async def ask(
        self, request: pb.ConfirmStandingRequest, claim: Claim, *, known_position: int
    ) -> Standings:
        """Every basis of the measure that no act has ended, started or not; and ended ones where asked.

        Raises ServiceError STORE_UNAVAILABLE, and EPOCH_REFUSED for a digest of no open epoch.
        """
        is_order = request.measure == change_pb2.MEASURE_ORDER
        query = self._queries.confirm_orders if is_order else self._queries.confirm_listings
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(
                query,
                [inquiry.epoch for inquiry in request.inquiries],
                [inquiry.digest for inquiry in request.inquiries],
                claim.position,
                known_position,
                request.include_ended,
                [bool(inquiry.name) for inquiry in request.inquiries],
            )
        first = rows[0]
        _require_open(request, first["epochs"])
        bases = tuple(row for row in rows if row["place"] is not None)
        return Standings(
            head=head_of(first),
            as_of_at=first["as_of_at"],
            seen_hash=first["seen_hash"],
            known_hash=first["known_hash"],
            followers=frozenset(first["followers"]),
            awaited=first["awaited"],
            count=len(request.inquiries),
            rows=bases,
            misfits=self._second_factor.misfits(request.inquiries, bases, first["as_of_at"]),
        )


def _require_open(request: pb.ConfirmStandingRequest, epochs: Sequence[int]) -> None:
    """That nothing is found by a digest of a closed epoch says nothing about anybody.

    `epochs` are the open ones; none before the first document was filed.
    """
    if epochs and any(inquiry.epoch not in epochs for inquiry in request.inquiries):
        raise ServiceError(
            reasons.ERROR_REASON_EPOCH_REFUSED,
            "a digest is of an epoch that is not open; read the changes, a later one is in force",
            metadata={"why": "ORDER"},
        )


def _basis(row: Any, measure: change_pb2.Measure.ValueType) -> pb.Basis:
    basis = pb.Basis(
        basis_id=str(row["basis_id"]),
        measure=measure,
        subject_id=str(row["subject_id"]),
        court_code=row["court_code"],
        court_name=row["court_name"],
        court_contact=row["court_contact"],
        case_number=row["case_number"],
        reference=row["reference"],
        items=row["items"],
        ground=row["ground"],
        unsettled=row["unsettled"],
    )
    basis.start_time.FromDatetime(row["start_at"])
    if row["end_at"] is not None:
        basis.end_time.FromDatetime(row["end_at"])
    if row["performed_at"] is not None:
        basis.performed_time.FromDatetime(row["performed_at"])
    if row["ended_at"] is not None:
        basis.ended_time.FromDatetime(row["ended_at"])
        basis.ended_kind = change_pb2.EndingKind.ValueType(row["ended_kind"])
    for pass_id, items, start_at, end_at in row["passes"]:
        free = basis.passes.add(pass_id=str(pass_id), items=items)
        free.start_time.FromDatetime(start_at)
        free.end_time.FromDatetime(end_at)
    return basis
