"""Keying used signatures anew under the secret that is in use, so that a former one can be dropped."""

import hashlib
from collections.abc import Sequence
from typing import Any

import structlog
from google.protobuf import descriptor_pool, message_factory

from chassis.clock import Clock
from chassis.postgres import Postgres
from registry.ledger import SALT_BYTES
from registry.registry_secret import RegistrySecret
from registry.resealing.counting import COUNTED_MAX
from registry.resealing.queries import RekeyingQueries
from registry.resealing.resealing import BATCH, LEFT_AGAIN_S, LOOK_AGAIN_S
from registry.sealing import Sealer, UnsealError
from registry.signature_uses import hash_context, signed_content, used_digest


class Rekeying:
    """Goes through the table batch by batch, and rests after a pass.

    `rekeyed` counts the digests made anew since the start.
    """

    def __init__(
        self,
        *,
        postgres: Postgres,
        sealer: Sealer,
        secrets: Sequence[RegistrySecret],
        clock: Clock,
        batch: int = BATCH,
    ) -> None:
        self._postgres = postgres
        self._sealer = sealer
        self._secrets = secrets
        self._clock = clock
        self._batch = batch
        self._queries = RekeyingQueries.load()
        self._log = structlog.get_logger()
        self._after = 0
        self._unreadable = 0
        self._rests_until_s = float("-inf")
        self._version = 0
        self.rekeyed = 0

    async def work(self) -> bool:
        """One batch; False while there is nothing to do."""
        in_use = self._secrets[0]
        if in_use.version == self._version and self._clock.monotonic() < self._rests_until_s:
            return False
        async with self._postgres.connection() as connection:
            rows = await connection.fetch(
                self._queries.look_keyed, in_use.version, self._after, self._batch
            )
            anew = [one for row in rows if (one := self._anew(in_use, row)) is not None]
            if anew:
                done = await connection.execute(
                    self._queries.keep_keyed, in_use.version, *map(list, zip(*anew, strict=True))
                )
                self.rekeyed += int(done.rpartition(" ")[2])
        if rows:
            self._after = rows[-1]["position"]
        else:
            self._rest(in_use)
        return bool(rows)

    async def count_left(self) -> int:
        """How many wait; COUNTED_MAX may be more."""
        async with self._postgres.connection() as connection:
            found: int = await connection.fetchval(
                self._queries.count_keyed_before, self._secrets[0].version, COUNTED_MAX
            )
        return found

    def _rest(self, in_use: RegistrySecret) -> None:
        """The pass is over: another process may use the former secret a moment longer, so it is looked again."""
        rest_s = LEFT_AGAIN_S if self._unreadable else LOOK_AGAIN_S
        self._rests_until_s = self._clock.monotonic() + rest_s
        self._after, self._version, self._unreadable = 0, in_use.version, 0

    def _anew(self, in_use: RegistrySecret, row: Any) -> tuple[int, bytes, bytes] | None:
        """The row's position, its digest under the secret in use, its hash sealed; None where that cannot be opened."""
        context = hash_context(row["position"])
        try:
            if row["hash_sealed"] is not None:
                content_hash = self._sealer.unseal(row["hash_sealed"], context)
            else:
                content_hash = self._hash_in_facts(row)
        except UnsealError:
            self._unreadable += 1
            self._log.error("unreadable_value", column="used_signature.hash_sealed")
            return None
        return (
            row["position"],
            used_digest(in_use, content_hash),
            self._sealer.seal(content_hash, context),
        )

    def _hash_in_facts(self, row: Any) -> bytes:
        """The hash of what was signed, from the request that was done on it (registrar: `_facts`)."""
        facts = self._sealer.unseal(row["facts_sealed"], f"change/{row['position']}")
        name, _, content = facts[SALT_BYTES:].partition(b"\0")
        descriptor = descriptor_pool.Default().FindMessageTypeByName(name.decode())
        signed = signed_content(message_factory.GetMessageClass(descriptor).FromString(content))
        assert signed is not None, "the act used up a signature"
        return hashlib.sha256(signed[1]).digest()
