"""Completing single rows from the case file, under four eyes."""

import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from authority.caller import Actor
from chassis.clock import Clock
from chassis.errors import ServiceError
from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import import_service_pb2 as rpc
from document import DigestKey
from registry.acts.scope import require_other_person
from registry.errors import crowded, not_found
from registry.importing.batch.batches import (
    Batch,
    BatchDone,
    Batches,
    CrowdedError,
    moved_from,
    settled_columns,
    until_alone,
)
from registry.importing.batch.deciding import Verdict
from registry.importing.calls.completion import Completion
from registry.importing.calls.reading import row_message
from registry.importing.calls.refusing import (
    expired,
    manifest_mismatch,
    require_state,
)
from registry.importing.checking.checking import header_raw, house_of
from registry.importing.checking.judging import OUTCOMES, header_of
from registry.importing.found import ImportRecord, find
from registry.importing.papers.chunks import completion_context, pack, records_context, unpack
from registry.importing.papers.claims import claim_piece, read_claim
from registry.importing.queries import ImportQueries
from registry.importing.telling import Telling
from registry.intake.names import KNOWN
from registry.intake.outcome import Judgement, Problem
from registry.intake.reading import Fields, completed, read
from registry.intake.understanding import understood
from registry.law.days import legal_day
from registry.offices import Offices
from registry.registry_secret import RegistrySecret
from registry.sealing import Sealer

_COMPLETABLE: Final = frozenset({rpc.ROW_OUTCOME_INCOMPLETE, rpc.ROW_OUTCOME_UNMATCHED})


class Completing:
    """One clerk adds what the case file holds, a second person approves, and the row is entered."""

    def __init__(
        self,
        *,
        postgres: Postgres,
        queries: ImportQueries,
        batches: Batches,
        telling: Telling,
        sealer: Sealer,
        digest_keys: Sequence[DigestKey],
        secrets: Sequence[RegistrySecret],
        clock: Clock,
    ) -> None:
        """`secrets` key the hash by which a completed row is approved."""
        self._postgres = postgres
        self._queries = queries
        self._batches = batches
        self._telling = telling
        self._sealer = sealer
        self._digest_keys = digest_keys
        self._secrets = secrets
        self._clock = clock
        self._offices = Offices()

    async def complete(
        self, actor: Actor, import_id: UUID, row_number: int, additions: Mapping[str, str]
    ) -> rpc.Row:
        """Keep the additions; the row as it would be judged with them.

        Raises ServiceError NOT_FOUND, IMPORT_STATE.
        """

        async def work(connection: Connection) -> rpc.Row:
            record, row = await self._hold(connection, actor, import_id, row_number)
            completion = await self._completion(
                connection, record, row_number, actor.person_id, additions
            )
            judgement = await self._judged(connection, record, completion)
            sealed = self._sealer.seal(
                json.dumps(dict(additions), ensure_ascii=False).encode(),
                completion_context(import_id, row_number),
            )
            await connection.execute(
                self._queries.complete_row, import_id, row_number, actor.person_id, sealed
            )
            return self._as_judged(row, completion, judgement)

        return await self._postgres.transaction(work)

    async def read(
        self, actor: Actor, import_id: UUID, row_number: int
    ) -> rpc.ReadCompletionResponse:
        """The completed row as it would be entered, documents masked, and the hash to approve it by.

        Raises ServiceError NOT_FOUND, IMPORT_STATE.
        """

        async def work(connection: Connection) -> rpc.ReadCompletionResponse:
            record, row = await self._hold(connection, actor, import_id, row_number)
            completion = await self._kept(connection, record, row)
            judgement = await self._judged(connection, record, completion)
            fields = {} if judgement.row is None else understood(judgement.row)
            return rpc.ReadCompletionResponse(
                row=self._as_judged(row, completion, judgement),
                understood=rpc.SampleRow(row_number=row_number, fields=fields),
                # A name that the superset does not know could be anything: it is not told back.
                added_fields=sorted(KNOWN & completion.additions.keys()),
            )

        return await self._postgres.transaction(work)

    async def approve(
        self, actor: Actor, import_id: UUID, row_number: int, completion_hash: bytes
    ) -> rpc.Row:
        """Judge the completed row whole, and enter it if it is sound.

        Raises ServiceError NOT_FOUND, IMPORT_STATE, SAME_PERSON, MANIFEST_MISMATCH.
        """

        async def work(connection: Connection) -> tuple[rpc.Row, BatchDone | None]:
            return await self._approve(connection, actor, import_id, row_number, completion_hash)

        try:
            shown, done = await until_alone(lambda: self._postgres.transaction(work), _at_once)
        except CrowdedError:
            raise crowded() from None
        if done is not None and done.appended is not None:
            self._telling.tell(done, before=None)
            await self._telling.told()
        return shown

    async def _approve(
        self,
        connection: Connection,
        actor: Actor,
        import_id: UUID,
        row_number: int,
        completion_hash: bytes,
    ) -> tuple[rpc.Row, BatchDone | None]:
        record, row = await self._hold(connection, actor, import_id, row_number)
        completion = await self._kept(connection, record, row)
        require_other_person(actor, completion.completed_by, "completed the row")
        if not any(
            hmac.compare_digest(completion.hash(one.secret), completion_hash)
            for one in self._secrets
        ):
            # What was compared with the case file is what takes effect, and nothing else.
            raise manifest_mismatch("the row was completed anew since it was read")
        judgement = await self._judged(connection, record, completion)
        if judgement.row is None:
            problems = [(one.field, one.reason, one.text) for one in judgement.problems]
            outcome = OUTCOMES[judgement.outcome]
            moved = [0] * rpc.ROW_OUTCOME_SOUND
            moved[row["outcome"] - 1] -= 1
            moved[outcome - 1] += 1
            content = json.dumps(problems, ensure_ascii=False)
            await connection.execute(
                self._queries.settle_row, import_id, row_number, outcome, content, None
            )
            await connection.execute(self._queries.count_entered, import_id, 0, None, moved)
            if outcome not in _COMPLETABLE:
                await self._forget_record(connection, record, row_number)
            return await self._shown(connection, import_id, row_number), None
        done = await self._enter(connection, actor, record, row, judgement)
        await self._forget_record(connection, record, row_number)
        return await self._shown(connection, import_id, row_number), done

    async def _enter(
        self,
        connection: Connection,
        actor: Actor,
        record: ImportRecord,
        row: Any,
        judgement: Judgement,
    ) -> BatchDone:
        """The same way as every row of the import, in a batch of its own."""
        assert judgement.row is not None, "it is sound"
        piece = claim_piece(judgement.row)
        today = legal_day(self._clock.now())
        claim = read_claim(row["row_number"], piece, self._digest_keys, today)
        batch = Batch(import_id=record.import_id, actor=actor, claims=[claim])

        async def settle(connection: Connection, verdicts: Sequence[Verdict]) -> None:
            [number], [outcome], [problem], [listing_id] = settled_columns(verdicts)
            await connection.execute(
                self._queries.settle_row, record.import_id, number, outcome, problem, listing_id
            )

        done = await self._batches.enter(connection, batch, settle, _at_once)
        position = None if done.appended is None else done.appended.position.position
        await connection.execute(
            self._queries.count_entered,
            record.import_id,
            0,
            position,
            moved_from(row["outcome"], done.verdicts),
        )
        return done

    async def _hold(
        self, connection: Connection, actor: Actor, import_id: UUID, row_number: int
    ) -> tuple[ImportRecord, Any]:
        await self._offices.keep(connection, actor)
        record = await find(connection, self._queries, import_id, actor.court_code, hold=True)
        require_state(record, rpc.IMPORT_STATE_DONE)
        if record.expired_at is not None:
            raise expired()
        row = await connection.fetchrow(self._queries.hold_row, import_id, row_number)
        if row is None:
            raise not_found("row", "row_number")
        if row["outcome"] not in _COMPLETABLE:
            raise _row_state(row)
        return record, row

    async def _kept(self, connection: Connection, record: ImportRecord, row: Any) -> Completion:
        """What a clerk added. Raises ServiceError IMPORT_STATE where nobody has."""
        if row["completed_by"] is None:
            raise _row_state(row)
        number = row["row_number"]
        context = completion_context(record.import_id, number)
        additions = json.loads(self._sealer.unseal(row["completion_sealed"], context))
        return await self._completion(connection, record, number, row["completed_by"], additions)

    async def _completion(
        self,
        connection: Connection,
        record: ImportRecord,
        row_number: int,
        completed_by: str,
        additions: Mapping[str, str],
    ) -> Completion:
        fields = await self._fields(connection, record, row_number)
        return Completion(
            import_id=record.import_id,
            row_number=row_number,
            completed_by=completed_by,
            additions=additions,
            whole=fields if isinstance(fields, Problem) else completed(fields, additions),
        )

    def _as_judged(self, row: Any, completion: Completion, judgement: Judgement) -> rpc.Row:
        """The row as it would be judged with what was added."""
        shown = row_message({**row, "completed_by": completion.completed_by})
        shown.outcome = OUTCOMES[judgement.outcome]
        del shown.problems[:]
        shown.problems.extend(_problem(one) for one in judgement.problems)
        shown.completion_hash = completion.hash(self._secrets[0].secret)
        return shown

    async def _judged(
        self, connection: Connection, record: ImportRecord, completion: Completion
    ) -> Judgement:
        """The row with its additions, judged whole."""
        today = legal_day(self._clock.now())
        house = await house_of(connection, self._queries, record.court_code, today)
        assert house is not None, "an import begins after the go-live day is set"
        if isinstance(completion.whole, Problem):
            return Judgement.of((completion.whole,))
        return house.judge(completion.whole)

    async def _fields(
        self, connection: Connection, record: ImportRecord, row_number: int
    ) -> Fields | Problem:
        """The row as it was handed in: it is kept for as long as it can be completed."""
        import_id = record.import_id
        number = record.record_of(row_number)
        chunk = await connection.fetchrow(self._queries.chunk_of_record, import_id, number)
        assert chunk is not None, "what can be completed is kept"
        context = records_context(import_id, chunk["first_record"])
        records = unpack(self._sealer.unseal(chunk["records_sealed"], context))
        raw = next(one.content for one in records if one.number == number)
        header = None
        if record.format == rpc.RECORD_FORMAT_CSV:
            first = await connection.fetchrow(self._queries.first_chunk, import_id)
            assert first is not None, "and so is its header"
            header = header_of(header_raw(self._sealer, import_id, first["records_sealed"]))
        return header if isinstance(header, Problem) else read(raw, record.record_format, header)

    async def _forget_record(
        self, connection: Connection, record: ImportRecord, row_number: int
    ) -> None:
        """A row that is settled is completed no more: what the file says of its person goes."""
        number = record.record_of(row_number)
        chunk = await connection.fetchrow(self._queries.chunk_of_record, record.import_id, number)
        assert chunk is not None, "it was read just now"
        first = chunk["first_record"]
        context = records_context(record.import_id, first)
        records = unpack(self._sealer.unseal(chunk["records_sealed"], context))
        left = [one for one in records if one.number != number]
        sealed = self._sealer.seal(pack(left), context) if left else None
        await connection.execute(self._queries.keep_records, record.import_id, first, sealed)

    async def _shown(self, connection: Connection, import_id: UUID, row_number: int) -> rpc.Row:
        return row_message(await connection.fetchrow(self._queries.hold_row, import_id, row_number))


async def _at_once() -> None:
    """Nobody goes before a single row."""


def _problem(problem: Problem) -> rpc.Problem:
    return rpc.Problem(field=problem.field, reason=problem.reason, text=problem.text)


def _row_state(row: Any) -> ServiceError:
    outcome = rpc.RowOutcome.Name(row["outcome"]).removeprefix("ROW_OUTCOME_")
    return ServiceError(
        reasons.ERROR_REASON_IMPORT_STATE,
        "the row is not one that waits for this; read the rows again",
        metadata={"state": outcome},
    )
