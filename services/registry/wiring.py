"""Building the registry: what is made of what, on one screen."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from authority.doorkeeper import Doorkeeper
from authority.identities import identities_of
from authority.people import people_of
from chassis.app import App, Scope, Serving
from chassis.cache import CacheSettings, PositionedCache
from chassis.clock import Clock, SystemClock
from chassis.postgres import Postgres, PostgresSettings
from chassis.process import ProcessViews
from chassis.schema import Schema
from chassis.server import Registration, ServerSettings
from chassis.stores.notifications import Notifications
from chassis.wire.pages import PageTokens
from chassis.work.errands import Errands
from courtlist.ledger.v1 import ledger_service_pb2_grpc as ledger_grpc
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import admin_service_pb2_grpc as admin_grpc
from courtlist.registry.v1 import import_service_pb2_grpc as import_grpc
from courtlist.registry.v1 import registry_service_pb2_grpc as registry_grpc
from registry.acts.documents import DocumentActs
from registry.acts.ending import EndingActs
from registry.acts.entering import Entering
from registry.acts.looking import Looking
from registry.acts.misfits import NotingMisfits
from registry.acts.passing import Passing
from registry.acts.preparing import Preparing
from registry.acts.repaying import Repaying
from registry.acts.restoring import Restoring
from registry.admin_servicer import AdminServicer
from registry.admission import Admission
from registry.config import Config
from registry.current_keyring import CurrentKeyring
from registry.enrolments import Enrolments
from registry.epochs.acts import EpochActs
from registry.epochs.reading import EpochReads
from registry.feed.change_wait import ChangeWait
from registry.feed.confirmation import Confirmation
from registry.feed.ending_seals import EndingSeals
from registry.feed.feed_queries import FeedQueries
from registry.feed.followers import Followers
from registry.feed.head_watch import HeadWatch
from registry.feed.ledger_reader import LedgerReader
from registry.feed.ledger_servicer import LedgerServicer
from registry.feed.ledger_survey import LedgerSurvey
from registry.feed.ledger_tail import LedgerTail
from registry.feed.misfit_notes import MisfitNotes
from registry.feed.restores import Restores
from registry.feed.second_factor import SecondFactor
from registry.importing.wiring import ImportParts
from registry.metrics import follower_collectors, misfit_collectors, store_collectors
from registry.plan import Step, Touched
from registry.queries import ActQueries
from registry.reading.cached_reads import CachedReads
from registry.reading.forgetting import Forgetting
from registry.reading.reads import PostgresReads
from registry.reading.record_cache import RecordCache
from registry.reading.search import ListingSearch
from registry.reading.task_list import TaskList
from registry.reading.views import Views
from registry.registrar import Registrar
from registry.registry_servicer import RegistryServicer

SCHEMA = "registry"
_CHANNEL = "courtlist_change"
# What reads, and caches that must forget, find free however many acts wait for the ledger's head.
_NEVER_AN_ACTS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The registry's process."""

    config: Config
    clock: Clock
    on_step: Callable[[Step], None]

    async def open(self, scope: Scope) -> Serving:
        """Open every resource and say what is served."""
        config, clock = self.config, self.clock
        keyring = CurrentKeyring(
            config.keyring, path=config.keyring_file, readers=config.key_readers
        )
        keys, sealer = keyring.digest_keys, keyring.sealer
        postgres = await open_postgres(config, scope.stack)
        # A gate waits half a second for a confirmation and then lets everybody through: nothing that
        # courts do may stand before it in a queue.
        gates_postgres = await scope.stack.enter_async_context(
            Postgres.open(_settings(config, config.confirm_pool_size, only_lookups=True))
        )
        cache = await scope.stack.enter_async_context(
            PositionedCache.open(CacheSettings(url=config.redis_url, prefix=SCHEMA), clock=clock)
        )
        notifications = await scope.stack.enter_async_context(
            Notifications.open(dsn=config.dsn, channel=_CHANNEL)
        )
        act_queries, feed_queries = ActQueries.load(), FeedQueries.load()
        views, watch = Views(sealer=sealer), HeadWatch()
        records = RecordCache(cache=cache, sealer=sealer, clock=clock)
        enrolments = Enrolments(postgres=postgres, clock=clock)
        page_tokens = PageTokens(keys=lambda: [one.page_key for one in keyring.secrets])
        changes = ChangeWait(notifications=notifications, draining=scope.draining)
        search = ListingSearch(
            postgres=postgres,
            views=views,
            digest_keys=keys,
            page_tokens=page_tokens,
        )
        reads = PostgresReads(postgres=postgres, views=views, search=search, digest_keys=keys)
        errands = Errands()
        scope.stack.push_async_callback(errands.ended)
        registrar = Registrar(
            postgres=postgres,
            queries=act_queries,
            sealer=sealer,
            digest_keys=keys,
            secrets=keyring.secrets,
            forget=partial(
                _after_commit,
                watch,
                enrolments,
                Forgetting(
                    postgres=postgres, cache=records, sealer=sealer, digest_keys=keyring.cache_keys
                ),
            ),
            distrust=partial(_distrust, enrolments, records),
            errands=errands,
            admission=Admission(at_work_max=config.pool_size - _NEVER_AN_ACTS),
            on_step=self.on_step,
        )
        followers = Followers(postgres=gates_postgres, queries=feed_queries, clock=clock)
        seals = EndingSeals(keys=lambda: [one.ending_key for one in keyring.secrets])
        restoring = Restoring(queries=feed_queries, followers=followers, seals=seals, clock=clock)
        restores = Restores(
            registrar=registrar,
            restoring=restoring,
            postgres=gates_postgres,
            queries=feed_queries,
            watch=watch,
            errands=errands,
            clock=clock,
        )
        misfits = MisfitNotes(
            registrar=registrar,
            noting=NotingMisfits(queries=feed_queries, clock=clock),
            postgres=postgres,
        )
        scope.spawn(misfits.run(), task_name="misfit notes")
        courts = RegistryServicer(
            registrar=registrar,
            reads=CachedReads(
                inner=reads, cache=records, digest_keys=keyring.cache_keys, clock=clock
            ),
            tasks=TaskList(postgres=postgres, page_tokens=page_tokens),
            entering=Entering(views=views, clock=clock),
            repaying=Repaying(views=views, clock=clock),
            ending=EndingActs(views=views, clock=clock),
            documents=DocumentActs(clock=clock),
            preparing=Preparing(
                postgres=postgres,
                queries=act_queries,
                sealer=sealer,
                digest_keys=keys,
            ),
            passing=Passing(views=views, clock=clock),
            looking=Looking(clock=clock),
            clock=clock,
        )
        epochs = EpochReads(postgres=postgres, sealer=sealer, digest_keys=keys)
        ledger = LedgerServicer(
            epochs=EpochReads(postgres=gates_postgres, sealer=sealer, digest_keys=keys),
            reader=LedgerReader(postgres=gates_postgres, queries=feed_queries),
            confirmation=Confirmation(
                postgres=gates_postgres,
                queries=feed_queries,
                second_factor=SecondFactor(sealer=sealer, secrets=keyring.secrets),
            ),
            followers=followers,
            restores=restores,
            restoring=restoring,
            registrar=registrar,
            misfits=misfits,
            seals=seals,
            changes=changes,
            errands=errands,
            clock=clock,
        )
        operators = AdminServicer(
            registrar=registrar,
            restoring=restoring,
            followers=followers,
            postgres=postgres,
            queries=feed_queries,
            page_tokens=page_tokens,
            tail=LedgerTail(
                reader=LedgerReader(postgres=postgres, queries=feed_queries),
                changes=changes,
                clock=clock,
            ),
            epochs=epochs,
            epoch_acts=EpochActs(digest_keys=keys),
            clock=clock,
        )
        imports = ImportParts(
            postgres=postgres, keyring=keyring, records=records, clock=clock
        ).servicer(registrar=registrar, page_tokens=page_tokens)
        survey = LedgerSurvey(postgres=postgres, queries=feed_queries, watch=watch, clock=clock)
        scope.spawn(survey.run(), task_name="ledger survey")
        scope.spawn(enrolments.run(), task_name="used assertions")
        scope.spawn(keyring.watch(), task_name="keyring")
        return Serving(
            doorkeeper=Doorkeeper(
                identities=identities_of(config.transport, clock),
                people=people_of(
                    config.transport, enrolments=enrolments, audience=SCHEMA, clock=clock
                ),
            ),
            services=[
                _registration("registry", "RegistryService", registry_grpc, courts),
                _registration("ledger", "LedgerService", ledger_grpc, ledger),
                _registration("registry", "AdminService", admin_grpc, operators),
                _registration("registry", "ImportService", import_grpc, imports),
            ],
            ready={"postgres": postgres.ping},
            named={"cache": {"valkey": cache.ping}, "keys": {"digest_keys": epochs.probe}},
            views=ProcessViews(ledger=survey.view),
            collectors=(
                *store_collectors(cache=cache, postgres=postgres),
                *follower_collectors(survey),
                *misfit_collectors(misfits),
            ),
        )


def build(config: Config, *, on_step: Callable[[Step], None] = lambda _: None) -> App:
    """The registry's process; `on_step` is told of every station that an act passes."""
    clock = SystemClock()
    service = Service(config=config, clock=clock, on_step=on_step)
    return App(
        name=SCHEMA,
        server=ServerSettings(address=config.listen),
        open=service.open,
        transport=config.transport,
        grace_s=config.grace_s,
        observability=config.observability,
        clock=clock,
    )


async def open_postgres(config: Config, stack: AsyncExitStack) -> Postgres:
    """The registry's schema, as this release knows it. Waits for a database that is still starting."""
    postgres = await stack.enter_async_context(Postgres.open(_settings(config, config.pool_size)))
    await load_schema().make_ready(config.dsn)
    return postgres


def open_eraser(config: Config) -> AbstractAsyncContextManager[Postgres]:
    """The same schema as the role that may erase. One subject after the other: a connection is enough."""
    return Postgres.open(
        replace(_settings(config, 2, only_lookups=True), dsn=config.erase_dsn, size_min=1)
    )


def load_schema() -> Schema:
    """The registry's tables, and who may do what in them."""
    return Schema.load("registry", SCHEMA)


def _settings(config: Config, size_max: int, *, only_lookups: bool = False) -> PostgresSettings:
    return PostgresSettings(
        dsn=config.dsn,
        schema=SCHEMA,
        application_name="courtlist-registry",
        size_max=size_max,
        statement_timeout_s=config.statement_timeout_s,
        only_lookups=only_lookups,
    )


async def verify(config: Config) -> dict[str, Any]:
    """Follow the whole chain; see LedgerReader.verify_all."""
    async with AsyncExitStack() as stack:
        postgres = await open_postgres(config, stack)
        reader = LedgerReader(postgres=postgres, queries=FeedQueries.load())
        return await reader.verify_all(config.keyring.sealer)


async def _after_commit(
    watch: HeadWatch,
    enrolments: Enrolments,
    forgetting: Forgetting,
    touched: Touched,
    position: position_pb2.Position,
) -> None:
    """What this process must know of a change before anybody is told that it is done."""
    watch.note_written(position)
    if touched.people:
        enrolments.forget()
    await forgetting(touched, position)


def _distrust(enrolments: Enrolments, records: RecordCache, position: int) -> None:
    """Answer nothing from before a change of which this process does not know what it touched."""
    enrolments.forget()
    records.distrust(position)


def _registration(package: str, service: str, module: Any, servicer: Any) -> Registration:
    add = getattr(module, f"add_{service}Servicer_to_server")
    return Registration(f"courtlist.{package}.v1.{service}", partial(add, servicer))
