"""Building what concerns who asks: limits, the log, its retention, and who may read it."""

from dataclasses import dataclass
from typing import Any

from authority.doorkeeper import People
from authority.people import people_of
from chassis.app import Scope
from chassis.clock import Clock
from chassis.postgres import Postgres
from chassis.server import Registration
from restriction.asking.enrolments import PostgresEnrolments
from restriction.asking.fresh_enrolments import FreshEnrolments
from restriction.asking.leases import Leases
from restriction.asking.limits import Limits
from restriction.asking.query_log import QueryLog
from restriction.asking.query_servicer import QueryServicer, page_tokens, register
from restriction.asking.query_store import PostgresQueryStore
from restriction.asking.retention import Retention
from restriction.asking.watch import Watch
from restriction.config import Config
from restriction.keyring import CurrentGateKeys
from restriction.partners import Partners
from restriction.policy import Policy
from restriction.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """All of it, opened."""

    store: PostgresQueryStore
    queries: QueryLog
    retention: Retention
    limits: Limits
    watch: Watch
    people: People
    service: Registration


async def open_asking(
    config: Config,
    policy: Policy[Any],
    *,
    postgres: Postgres,
    partners: Partners,
    progress: Progress,
    keys: CurrentGateKeys,
    scope: Scope,
    clock: Clock,
) -> Asking:
    """Open it on `scope`; the log is written until after the last call has ended."""
    store, enrolments = PostgresQueryStore(postgres=postgres), PostgresEnrolments(postgres=postgres)
    queries = QueryLog(sink=store, clock=clock)
    # The task is cancelled first: what waits at the end is written once.
    scope.stack.push_async_callback(queries.close)
    scope.spawn(queries.run(), task_name="query log")
    leases = await scope.stack.enter_async_context(
        Leases.open(config.redis_url, field=policy.field, clock=clock)
    )
    limits = Limits(
        partners=partners,
        leases=leases,
        clock=clock,
        per_s=config.checks_per_s,
        per_day=config.checks_per_day,
    )
    scope.stack.push_async_callback(limits.close)
    retention = Retention(
        store=store,
        nonces=enrolments,
        clock=clock,
        queries_days=config.query_log_days,
        counts_days=config.query_count_days,
    )
    servicer = QueryServicer(
        store=store,
        retention=retention,
        keys=keys,
        measure=policy.measure,
        tokens=page_tokens(lambda: keys.partner_secrets),
        clock=clock,
    )
    return Asking(
        store=store,
        queries=queries,
        retention=retention,
        limits=limits,
        watch=Watch(clock=clock),
        people=people_of(
            config.transport,
            enrolments=FreshEnrolments(enrolments=enrolments, progress=progress, clock=clock),
            audience=policy.field,
            clock=clock,
        ),
        service=register(servicer),
    )
