"""Showing the epochs to operators, and one epoch's digests to followers."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from chassis.errors import FieldViolation, ServiceError, invalid_request, name_of
from chassis.postgres import Postgres
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import ledger_service_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as rpc
from document import DigestKey
from registry.epochs.queries import EpochQueries
from registry.epochs.rules import EpochRecord, Reader, in_force, not_past
from registry.resealing.counting import COUNTED_MAX, SealedCounts
from registry.sealing import Sealer

LIMIT_DEFAULT: Final = 5_000
LIMIT_MAX: Final = 10_000
_FIRST: Final = UUID(int=0)


class KeyMissingHereError(Exception):
    """This process lacks the key of an open epoch: it cannot find who is filed under it."""


class EpochReads:
    """GetEpochs and ReadDigests, and a probe of the keyring."""

    def __init__(
        self, *, postgres: Postgres, sealer: Sealer, digest_keys: Sequence[DigestKey]
    ) -> None:
        self._postgres = postgres
        self._sealer = sealer
        self._digest_keys = digest_keys
        self._queries = EpochQueries.load()
        self._sealed = SealedCounts(postgres=postgres)

    async def show(self) -> rpc.GetEpochsResponse:
        """The keys at work by their ids. What is left is counted when asked, as far as COUNTED_MAX."""
        newest = self._sealer.key_ids[-1]
        response = rpc.GetEpochsResponse(
            seal_key_id=newest, sealed_under_older=await self._sealed.under_older(newest)
        )
        async with self._postgres.connection() as connection:
            epochs = [
                EpochRecord(**row) for row in await connection.fetch(self._queries.all_epochs)
            ]
            readers = [Reader(**row) for row in await connection.fetch(self._queries.readers)]
            now = in_force(epochs)
            for one in epochs:
                if one.closed_position is not None:
                    continue
                missing = 0
                if one.switched_position is None:
                    missing = await connection.fetchval(
                        self._queries.count_missing, one.epoch, COUNTED_MAX
                    )
                response.epochs.add(
                    epoch=one.epoch,
                    key_id=one.key_id,
                    in_force=one is now,
                    missing=missing,
                    opened_position=one.opened_position,
                    switched_position=one.switched_position or 0,
                    awaited=_awaited(one, readers, is_in_force=one is now),
                )
        return response

    async def page(self, request: ledger.ReadDigestsRequest) -> ledger.ReadDigestsResponse:
        """A page of one epoch's digests.

        Raises ServiceError INVALID_REQUEST, and EPOCH_REFUSED for an epoch that is not open.
        """
        after, limit = _checked(request)
        async with self._postgres.connection() as connection:
            epochs = [
                EpochRecord(**row) for row in await connection.fetch(self._queries.all_epochs)
            ]
            # Read before the digests: what is filled then has all of them now.
            found = [
                one for one in epochs if one.epoch == request.epoch and one.closed_position is None
            ]
            if not found:
                raise ServiceError(
                    reasons.ERROR_REASON_EPOCH_REFUSED,
                    "this digest epoch is not open; read the changes, a later one is in force",
                    metadata={"why": "ORDER"},
                )
            digests = await connection.fetch(
                self._queries.page_of_digests, request.epoch, after, limit
            )
        return ledger.ReadDigestsResponse(
            digests=[
                ledger.DocumentDigest(
                    document_id=str(row["document_id"]), epoch=request.epoch, digest=row["digest"]
                )
                for row in digests
            ],
            complete=found[0].filled,
        )

    async def probe(self) -> None:
        """Raise while this process lacks the key of an open epoch."""
        held = {key.epoch: key.key_id for key in self._digest_keys}
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(self._queries.open_epochs)
        for row in rows:
            if row["key_id"] not in ("", held.get(row["epoch"])) or row["epoch"] not in held:
                raise KeyMissingHereError(f"no key of digest epoch {row['epoch']}")


def _awaited(one: EpochRecord, readers: Sequence[Reader], *, is_in_force: bool) -> list[str]:
    """Who is not ready for an epoch that is to be in force, or has not passed its switch."""
    behind: Sequence[Reader] = ()
    if one.switched_position is None:
        behind = [reader for reader in readers if one.epoch not in reader.ready_epochs]
    elif is_in_force:
        behind = not_past(one, readers)
    return sorted({reader.follower.partition("/")[0] for reader in behind})


def _checked(request: ledger.ReadDigestsRequest) -> tuple[UUID, int]:
    invalid = name_of(reasons.ERROR_REASON_FIELD_INVALID)
    violations, after = [], _FIRST
    try:
        after = UUID(request.after) if request.after else _FIRST
    except ValueError:
        text = "is no document_id as this ledger gives it; hand in the last one read"
        violations.append(FieldViolation("after", invalid, text))
    if request.epoch < 1:
        violations.append(FieldViolation("epoch", invalid, "is no epoch; give 1 or more"))
    if not 0 <= request.limit <= LIMIT_MAX:
        text = f"lies outside 0 to {LIMIT_MAX}; hand it in as the field's comment says"
        violations.append(FieldViolation("limit", invalid, text))
    if violations:
        raise invalid_request(violations)
    return after, request.limit or LIMIT_DEFAULT
