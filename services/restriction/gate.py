"""Answering a check. A clear is local, a refusal is confirmed (design §3.6).

    document unreadable ............................ UNDETERMINED
    the question decides by itself ................. as the policy's rule says
    the key of the digests is not held ............. UNDETERMINED
    not in the index ............................... CLEAR, no I/O
    in it, and nothing held here binds now ......... the same CLEAR, word for word
    what binds leaves this question free ........... CLEAR
    else the registry's primary is asked, and only a refusal that stands on its answer, at both
    clocks, and whose record is committed .......... RESTRICTED
    it would stand, and the name that came with the
    question does not fit the one on record ........ UNDETERMINED
    whatever goes wrong on the way ................. UNDETERMINED: sell or admit, and log

Nothing here knows how a question arrives or an answer leaves.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, TypeVar

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from chassis.logs import describe_fault
from document import InvalidDocument, parse
from restriction.asking.query_log import QueryLog
from restriction.confirm import Confirmer, NotConfirmedError
from restriction.days import legal_day
from restriction.facts.store import FactStore
from restriction.ledger import Inquiry
from restriction.lookup import KeyMissingError, Lookup
from restriction.model import (
    CLEAR,
    Answer,
    Basis,
    DecidedBy,
    Decision,
    Facts,
    Query,
    Reason,
    Standing,
    Verdict,
    undetermined,
)
from restriction.policy import Policy, rule
from restriction.progress import Progress
from restriction.refusals import NotRecordedError, RefusalRecorder
from restriction.serving.recall import recall

Question = TypeVar("Question")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[Question]):
    """One question about one document, as it was typed or scanned, and why it is asked.

    `name` may be empty. It leaves this process with a confirmation only, and is kept nowhere.
    """

    kind: str
    issuing_state: str
    number: str = field(repr=False)
    name: str = field(default="", repr=False)
    question: Question
    purpose: str


@dataclass(frozen=True, slots=True)
class Hit(Generic[Question]):
    """A check whose document is in the index: nothing is decided yet."""

    question: Question
    purpose: str
    inquiry: Inquiry


@dataclass(frozen=True, slots=True)
class _Case(Generic[Question]):
    """A hit that is being decided, and what its record will say of it."""

    hit: Hit[Question]
    partner_id: str
    decision_id: str


class Gate(Generic[Question]):
    """Decides checks of one field. `store_timeout_s` bounds the look-up of facts."""

    def __init__(
        self,
        *,
        policy: Policy[Question],
        lookup: Lookup,
        progress: Progress,
        store: FactStore,
        confirmer: Confirmer,
        recorder: RefusalRecorder,
        queries: QueryLog,
        clock: Clock,
        store_timeout_s: float = 1.0,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._policy = policy
        self._lookup = lookup
        self._progress = progress
        self._store = store
        self._confirmer = confirmer
        self._recorder = recorder
        self._queries = queries
        self._clock = clock
        self._store_timeout_s = store_timeout_s
        self._log: FilteringBoundLogger = log or structlog.get_logger()

    async def check(self, check: Check[Question], partner_id: str) -> Decision:
        """Decide one check; never raises for anything that the store or the registry does."""
        begun = self.begin(check)
        return begun if isinstance(begun, Decision) else await self.finish(begun, partner_id)

    def begin(self, check: Check[Question]) -> "Decision | Hit[Question]":
        """Decide what needs no I/O, which is nearly every check; else what is to be looked up."""
        now = self._clock.now()
        today = legal_day(now)
        try:
            document = parse(check.kind, check.issuing_state, check.number, today)
        except InvalidDocument:
            return self._local(undetermined(Reason.DOCUMENT_INVALID), DecidedBy.RULE, now)
        ruled = self._policy.before_lookup(check.question, document, today)
        if ruled is not None:
            return self._local(ruled, DecidedBy.RULE, now)
        if not self._progress.started:
            return self._local(undetermined(Reason.STARTING), DecidedBy.INDEX, now)
        try:
            inquiry = self._lookup.find(document, check.name)
        except KeyMissingError:
            return self._local(undetermined(Reason.STARTING), DecidedBy.INDEX, now)
        if inquiry is None:
            return self._miss(now)
        return Hit(check.question, check.purpose, inquiry)

    async def finish(self, hit: "Hit[Question]", partner_id: str) -> Decision:
        """Look up the facts, confirm what they would refuse, and have it logged if anything was found."""
        now = self._clock.now()
        try:
            async with asyncio.timeout(self._store_timeout_s):
                facts = await self._store.read_facts([hit.inquiry.digest])
        except Exception as error:  # noqa: BLE001 - whatever it is, it refuses nobody
            self._log.warning("facts_unreadable", fault=describe_fault(error))
            return self._local(undetermined(Reason.STORE_UNREADABLE), DecidedBy.STORE, now)
        case = _Case(hit, partner_id, str(self._clock.uuid()))
        bases = [basis for basis in facts.bases if basis.binds(now)]
        if not bases and hit.inquiry.epoch != self._lookup.epoch:
            # The epoch may have been closed since the check began, and its digests be gone.
            return self._held(undetermined(Reason.NOT_CONFIRMED), facts, now)
        if not bases:
            decision = self._nothing_binds(facts, now)
            self._note(case, decision, decision.verdict.recalled)
            return decision
        try:
            decision = await self._decide(case, facts, bases, now)
        except asyncio.CancelledError:
            # A manifest's time is up: it answers UNDETERMINED of somebody on whom something was found.
            self._note(case, self.give_up(), bases)
            raise
        self._note(case, decision, bases)
        return decision

    def give_up(self) -> Decision:
        """What a hit is answered when its caller has no time left to finish it."""
        verdict = undetermined(Reason.NOT_CONFIRMED)
        return self._local(verdict, DecidedBy.STORE, self._clock.now())

    async def _decide(
        self, case: _Case[Question], facts: Facts, bases: Sequence[Basis], now: datetime
    ) -> Decision:
        """The answer where something binds."""
        if facts.rebuilding:
            return self._held(undetermined(Reason.NOT_CONFIRMED), facts, now)
        question = case.hit.question
        verdict = self._with_recalled(rule(self._policy, question, bases), facts.bases, now)
        if verdict.answer is not Answer.RESTRICTED:
            return self._held(verdict, facts, now)
        return await self._confirm(case, facts, now)

    def _miss(self, now: datetime) -> Decision:
        as_of_at = self._progress.as_of_at
        if as_of_at is not None and self._progress.is_beyond_limit(as_of_at, now):
            return self._local(undetermined(Reason.STALE), DecidedBy.INDEX, now)
        return self._local(CLEAR, DecidedBy.INDEX, now)

    def _nothing_binds(self, facts: Facts, now: datetime) -> Decision:
        """Told as a miss, also while the facts are rebuilt, unless something ended is recalled.

        Anything else would let a ticket office find out who is in grace, which never leaves the
        court (design §3.5).
        """
        verdict = self._with_recalled(CLEAR, facts.bases, now)
        if verdict.recalled and not facts.rebuilding:
            return self._held(verdict, facts, now)
        return replace(self._miss(now), looked_up=True)

    def _with_recalled(self, verdict: Verdict, bases: Sequence[Basis], now: datetime) -> Verdict:
        """The verdict with what has ended, in a field that tells of it; UNDETERMINED tells nothing."""
        if not self._policy.recalls_ended or verdict.answer is Answer.UNDETERMINED:
            return verdict
        return replace(verdict, recalled=recall(bases, now))

    def _local(self, verdict: Verdict, decided_by: DecidedBy, now: datetime) -> Decision:
        """A decision on what this process holds in memory."""
        as_of_at = self._progress.as_of_at
        return Decision(
            verdict=verdict,
            decided_by=decided_by,
            as_of=self._progress.position,
            as_of_at=as_of_at,
            stale=as_of_at is None or self._progress.is_stale(as_of_at, now),
        )

    def _held(self, verdict: Verdict, facts: Facts, now: datetime) -> Decision:
        """A decision on the store's facts; older than the court allows, it is none."""
        as_of_at = facts.as_of_at
        if as_of_at is None or self._progress.is_beyond_limit(as_of_at, now):
            verdict = undetermined(Reason.STALE)
        return Decision(
            verdict=verdict,
            decided_by=DecidedBy.STORE,
            as_of=facts.as_of,
            as_of_at=as_of_at,
            stale=as_of_at is None or self._progress.is_stale(as_of_at, now),
        )

    async def _confirm(self, case: _Case[Question], facts: Facts, now: datetime) -> Decision:
        hit = case.hit
        try:
            standing = await self._confirmer.confirm(hit.inquiry, facts.seen)
        except NotConfirmedError as error:
            self._log.warning("not_confirmed", why=str(error))
            return self._held(undetermined(Reason.NOT_CONFIRMED), facts, now)
        verdict = self._judge(hit.question, facts, standing, self._clock.now())
        decision = Decision(
            verdict=verdict,
            decided_by=DecidedBy.REGISTRY,
            as_of=standing.as_of,
            as_of_at=standing.as_of_at,
        )
        if verdict.answer is not Answer.RESTRICTED:
            return decision
        return await self._record(case, decision)

    def _judge(
        self, question: Question, facts: Facts, standing: Standing, now: datetime
    ) -> Verdict:
        """The policy's verdict on the registry's bases, at this clock and at the registry's.

        A basis whose ending this service has itself seen, or holds to be lost, is unsettled
        whatever the registry says: a restored ledger must not un-pay anybody (design §3.2). What
        has ended is told as the registry says, too, unless it is in doubt here: it knows of a wrong
        document first. A name decides nothing but that: what would refuse is left open.
        """
        seen_ended = {basis.basis_id for basis in facts.bases if basis.ended}
        doubted = {basis.basis_id for basis in facts.bases if basis.unsettled}
        bases = [
            replace(basis, unsettled=True)
            if basis.basis_id in doubted or (basis.basis_id in seen_ended and not basis.ended)
            else basis
            for basis in standing.bases
        ]
        firm = [one for one in bases if one.binds(now) and one.binds(standing.as_of_at)]
        verdict = rule(self._policy, question, firm)
        if verdict.answer is Answer.RESTRICTED and standing.name_misfit:
            # The number may have been bound to a namesake's record, or to a stranger's, by a slip.
            return undetermined(Reason.NAME_MISFIT)
        if verdict.answer is Answer.RESTRICTED:
            return self._with_recalled(verdict, bases, now)
        doubtful = [one for one in bases if one.binds(now) or one.binds(standing.as_of_at)]
        if len(doubtful) > len(firm):
            wider = rule(self._policy, question, doubtful)
            if wider.answer is Answer.RESTRICTED:
                return undetermined(Reason.CLOCKS_DISAGREE)
        return self._with_recalled(verdict, bases, now)

    async def _record(self, case: _Case[Question], decision: Decision) -> Decision:
        decision = replace(decision, decision_id=case.decision_id)
        bars = decision.verdict.bars
        refusal = replace(
            self._query(case, decision, [bar.basis for bar in bars]),
            articles={bar.basis.basis_id: bar.article for bar in bars},
        )
        try:
            await self._recorder.record(refusal)
        except NotRecordedError:
            return replace(decision, verdict=undetermined(Reason.NOT_RECORDED), decision_id="")
        return decision

    def _note(self, case: _Case[Question], decision: Decision, found: Sequence[Basis]) -> None:
        """Log what was found and answered; a refusal is on record already.

        Where nothing that may be told was found there is no row: somebody in grace is a stranger.
        """
        if found and decision.answer is not Answer.RESTRICTED:
            self._queries.note(self._query(case, decision, found))

    def _query(self, case: _Case[Question], decision: Decision, found: Sequence[Basis]) -> Query:
        return Query(
            decision_id=case.decision_id,
            decided_at=self._clock.now(),
            partner_id=case.partner_id,
            purpose=case.hit.purpose,
            product=self._policy.label(case.hit.question),
            answer=decision.answer,
            reason=decision.reason,
            basis_ids=[basis.basis_id for basis in found],
            digest=case.hit.inquiry.digest,
            epoch=case.hit.inquiry.epoch,
            as_of=decision.as_of,
        )
