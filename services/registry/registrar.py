"""Performing an act: one transaction, one position, once.

staged -> written -> committed -> cached -> replied. Until `committed` a crash leaves nothing; from
then on the act is done, and a repeated request_id gives its answer.
"""

import hmac
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Generic, TypeVar
from uuid import UUID

import asyncpg
from google.protobuf.message import Message

from authority.caller import Actor
from chassis.errors import ServiceError
from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from chassis.work.errands import Errands
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2, position_pb2
from document.digest import DigestKey
from registry import ledger
from registry.admission import Admission
from registry.desk import Desk
from registry.errors import crowded
from registry.offices import Offices
from registry.plan import Plan, Step, Touched
from registry.queries import ActQueries
from registry.registry_secret import RegistrySecret
from registry.row_writer import RowWriter
from registry.sealing import Sealer
from registry.signature_uses import SignatureUses

R = TypeVar("R", bound=Message)

# Two courts that enter the same new person, document, case or key at the same moment meet at these
# constraints; the second starts again and finds what the first made.
MEETING_POINTS: Final = frozenset(
    {
        "document_digest_is_one_subjects",
        "obligation_case_pkey",
        "obligation_debtor_pkey",
        "court_pkey",
        "officer_key_pkey",
        "officer_key_is_ones_own",
    }
)
_ATTEMPTS_MAX: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Generic[R]):
    """A request to be performed.

    `plan` reads the record, applies the rules and returns what is to be written; it runs inside the
    transaction and may run again, so it has no other effect.
    """

    kind: change_pb2.Act.ValueType
    actor: Actor
    request: Message
    request_id: str
    validate_only: bool
    plan: Callable[[Desk], Awaitable[Plan[R]]]
    answer_type: type[R]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done(Generic[R]):
    """What a transaction came to: an act done now, or the answer of one done before."""

    answer: R
    position: position_pb2.Position
    touched: Touched = field(default_factory=Touched)
    is_repeated: bool = False


class _ValidatedOnly(Exception):  # noqa: N818 - carries an answer out of a rolled-back transaction
    def __init__(self, answer: Message) -> None:
        super().__init__()
        self.answer = answer


class Registrar:
    """The only writer of legal facts."""

    def __init__(
        self,
        *,
        postgres: Postgres,
        queries: ActQueries,
        sealer: Sealer,
        digest_keys: Sequence[DigestKey],
        secrets: Sequence[RegistrySecret],
        forget: Callable[[Touched, position_pb2.Position], Awaitable[None]],
        distrust: Callable[[int], None],
        errands: Errands,
        admission: Admission | None = None,
        on_step: Callable[[Step], None] = lambda _: None,
    ) -> None:
        """`secrets` key the fingerprints of requests and of what was signed.

        `forget` makes caches drop what an act touched, an errand of `errands`, `distrust` everything before
        a position; `admission` bounds how many acts hold a connection; `on_step` marks the act's stations.
        """
        self._postgres = postgres
        self._queries = queries
        self._sealer = sealer
        self._digest_keys = digest_keys
        self._secrets = secrets
        self._rows = RowWriter(queries=queries, sealer=sealer, digest_keys=digest_keys)
        self._signatures = SignatureUses(queries=queries, secrets=secrets, sealer=sealer)
        self._offices = Offices()
        self._forget = forget
        self._distrust = distrust
        self._admission = admission or Admission()
        self._errands = errands
        self._on_step = on_step

    async def perform(self, act: Act[R]) -> R:
        """Do the act, or give the answer it was given before.

        Raises ServiceError: the act's own refusals, REQUEST_ID_REUSED, OVERLOADED and
        STORE_UNAVAILABLE (not done), OUTCOME_UNKNOWN (repeat with the same request_id).
        """
        fingerprints = self._fingerprints(act)
        for _ in range(_ATTEMPTS_MAX):
            try:
                async with self._admission.turn():
                    done = await self._perform_once(act, fingerprints)
            except _ValidatedOnly as validated:
                assert isinstance(validated.answer, act.answer_type)
                return validated.answer
            except asyncpg.UniqueViolationError as conflict:
                if conflict.constraint_name not in MEETING_POINTS:
                    raise
                continue
            if done.is_repeated:
                # Whoever did it may have died before the caches were told.
                self._distrust(done.position.position)
            else:
                self._on_step(Step.COMMITTED)
                await self._tell_caches(done)
                self._on_step(Step.CACHED)
            return done.answer
        raise crowded()

    def mark_replied(self) -> None:
        """The answer has left; the last station of an act."""
        self._on_step(Step.REPLIED)

    async def _perform_once(self, act: Act[R], fingerprints: Sequence[bytes]) -> "_Done[R]":
        """One transaction. Where it ends in doubt, the caches trust nothing from before it."""
        written: list[int] = []

        async def work(connection: Connection) -> _Done[R]:
            written.clear()
            done = await self._perform_in(connection, act, fingerprints)
            written.append(done.position.position)
            return done

        try:
            return await self._postgres.transaction(work)
        except BaseException:
            # The caller's time or the connection ended after the last statement: it may be committed
            # all the same, and this process must not go on answering from before its own act.
            for position in written:
                self._distrust(position)
            raise

    async def _tell_caches(self, done: "_Done[R]") -> None:
        """Have the caches forget, to the end, even where the caller does not wait for it."""

        async def tell() -> None:
            await self._forget(done.touched, done.position)

        try:
            await self._errands.run(tell())
        except BaseException:
            position = done.position.position
            self._distrust(position)
            raise

    async def _perform_in(
        self, connection: Connection, act: Act[R], fingerprints: Sequence[bytes]
    ) -> "_Done[R]":
        if act.validate_only:
            now: datetime = await connection.fetchval(self._queries.transaction_time)
        else:
            claim = await connection.fetchrow(
                self._queries.claim_request, act.request_id, fingerprints[0]
            )
            assert claim is not None, "the statement always answers"
            if not claim["is_claimed"]:
                return await self._earlier_answer(connection, act, fingerprints)
            now = claim["now"]
        desk = Desk(
            connection=connection,
            queries=self._queries,
            sealer=self._sealer,
            digest_keys=self._digest_keys,
            now=now,
        )
        plan = await act.plan(desk)
        if not act.validate_only:
            self._on_step(Step.STAGED)
        position = await self._append(connection, act, plan)
        answer = await plan.answer(desk, position)
        if act.validate_only:
            raise _ValidatedOnly(answer)
        sealed = self._sealer.seal(answer.SerializeToString(), f"request/{act.request_id}")
        await connection.execute(
            self._queries.finish_request, act.request_id, sealed, position.position
        )
        self._on_step(Step.WRITTEN)
        return _Done(answer=answer, position=position, touched=plan.touched)

    async def _earlier_answer(
        self, connection: Connection, act: Act[R], fingerprints: Sequence[bytes]
    ) -> "_Done[R]":
        row = await connection.fetchrow(self._queries.find_request, act.request_id)
        assert row is not None, "a claimed request_id stays"
        if not any(hmac.compare_digest(row["fingerprint"], one) for one in fingerprints):
            raise ServiceError(
                reasons.ERROR_REASON_REQUEST_ID_REUSED,
                "request_id was used before: for another request, or so long ago that it cannot be compared; "
                "nothing was done now - see whether this is on record, and only if not give it a new id",
            )
        content = self._sealer.unseal(row["reply_sealed"], f"request/{act.request_id}")
        return _Done(
            answer=act.answer_type.FromString(content),
            position=position_pb2.Position(position=row["position"]),
            is_repeated=True,
        )

    async def _append(
        self, connection: Connection, act: Act[R], plan: Plan[R]
    ) -> position_pb2.Position:
        """Hold the head, then write the rows and the change. The lock is kept until commit."""
        row = await connection.fetchrow(self._queries.lock_head)
        assert row is not None, "the ledger has a head from its first migration"
        await self._offices.require(connection, act.actor)
        incarnation: UUID = plan.new_incarnation or row["incarnation"]
        head = ledger.Head(str(incarnation), row["position"], row["hash"])
        salt, facts = os.urandom(ledger.SALT_BYTES), _facts(act.request)
        recorded_at: datetime = row["now"]
        entry = ledger.append(
            head,
            recorded_at=recorded_at,
            actor=change_pb2.Actor(
                person_id=act.actor.person_id,
                role=act.actor.role,
                court_code=act.actor.court_code,
            ),
            act=act.kind,
            effects=plan.effects,
            facts_commitment=ledger.commitment(salt, facts),
        )
        await self._signatures.use(connection, act.request, entry.position)
        await self._rows.write(connection, plan.rows, entry.position)
        await connection.execute(
            self._queries.append_change,
            entry.position,
            incarnation,
            act.kind,
            ledger.is_ending(plan.effects),
            recorded_at,
            entry.body,
            entry.previous_hash,
            entry.hash,
            self._sealer.seal(salt + facts, f"change/{entry.position}"),
        )
        return position_pb2.Position(incarnation=head.incarnation, position=entry.position)

    def _fingerprints(self, act: Act[R]) -> Sequence[bytes]:
        """What makes two requests the same: the payload and who acts. The first is kept, each is known.

        Keyed, because a payload holds numbers that a bare hash would let anybody try out. A request whose
        fingerprint hangs on a secret that is gone is known no more: its id stays used.
        """
        actor = f"{act.kind}|{act.actor.person_id}|{act.actor.role}|{act.actor.court_code}|"
        content = actor.encode() + act.request.SerializeToString(deterministic=True)
        return [hmac.digest(one.request_key, content, "sha256") for one in self._secrets]


def _facts(request: Message) -> bytes:
    """An act's facts: the request as the court sent it, with its type's name."""
    name = request.DESCRIPTOR.full_name.encode()
    return name + b"\x00" + request.SerializeToString(deterministic=True)
