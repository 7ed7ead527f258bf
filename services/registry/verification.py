"""Following the whole chain as it is stored (`python -m registry verify`)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chassis.postgres import Postgres
from courtlist.ledger.v1 import change_pb2
from registry import ledger
from registry.feed.feed_queries import FeedQueries
from registry.feed.ledger_rows import entry_of, head_of
from registry.sealing import Sealer, UnsealError

_BATCH: Final = 1000


@dataclass(slots=True)
class Verified:
    """How far the chain was followed: `facts` compared with their commitments, `erased` gone by now."""

    head: ledger.Head
    facts: int = 0
    erased: int = 0


async def verify_all(
    *,
    postgres: Postgres,
    queries: FeedQueries,
    sealer: Sealer,
    progress: Callable[[int], None] = lambda _: None,
) -> Verified:
    """Follow the chain from the first change to the head that the ledger has when this begins.

    Checks every hash and link, what is stored beside the bytes, and the commitments of facts that are
    still there. `progress` is told the last position after each batch. Raises
    ledger.BrokenChainError naming the first wrong position, ServiceError STORE_UNAVAILABLE.
    """
    async with postgres.connection() as connection:
        head = head_of(await connection.fetchrow(queries.head))
    verified = Verified(ledger.Head(head.incarnation, 0, ledger.GENESIS_HASH))
    while verified.head.position < head.position:
        async with postgres.connection() as connection:
            rows = await connection.fetch(
                queries.stored_changes, verified.head.position + 1, _BATCH
            )
        if not rows:
            raise ledger.BrokenChainError(f"position {verified.head.position + 1} is missing")
        _verify_batch(verified, [row for row in rows if row["position"] <= head.position], sealer)
        progress(verified.head.position)
    if verified.head != head:
        raise ledger.BrokenChainError(f"the head is not the change at position {head.position}")
    return verified


def _verify_batch(verified: Verified, rows: Sequence[Any], sealer: Sealer) -> None:
    verified.head = ledger.verify((entry_of(row) for row in rows), start=verified.head)
    for row in rows:
        body = change_pb2.ChangeBody.FromString(row["body"])
        position = row["position"]
        if (str(row["incarnation"]), row["act"], row["ends"]) != (
            body.incarnation,
            body.act,
            ledger.is_ending(body.effects),
        ):
            raise ledger.BrokenChainError(f"position {position} is filed as what it is not")
        if row["facts_sealed"] is None:
            # An act may have had none.
            verified.erased += bool(body.facts_commitment)
            continue
        try:
            plain = sealer.unseal(row["facts_sealed"], f"change/{position}")
        except UnsealError as error:
            raise ledger.BrokenChainError(f"the facts of position {position}: {error}") from error
        salt, facts = plain[: ledger.SALT_BYTES], plain[ledger.SALT_BYTES :]
        if ledger.commitment(salt, facts) != body.facts_commitment:
            raise ledger.BrokenChainError(f"the facts of position {position} were altered")
        verified.facts += 1
