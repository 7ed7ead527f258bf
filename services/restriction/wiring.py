"""Building a restriction service: what is made of what, on one screen."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from authority.doorkeeper import Doorkeeper
from authority.identities import SERVICE_KEY, identities_of
from authority.peer import Peer, PeerKind
from chassis.app import App, Scope, Serving
from chassis.client import open_channel
from chassis.clock import Clock, SystemClock
from chassis.postgres import Postgres, PostgresSettings
from chassis.process import ProcessViews
from chassis.schema import Schema
from chassis.server import Registration, ServerSettings
from chassis.tls.transport import Transport
from restriction.asking.wiring import open_asking
from restriction.config import Config
from restriction.confirm import Confirmer
from restriction.engine import Engine
from restriction.epochs import EpochLoading, Epochs, ReadyEpochs
from restriction.facts.postgres_epoch_store import PostgresEpochStore
from restriction.facts.postgres_store import PostgresStore
from restriction.facts.rebuild_store import PostgresRebuildStore
from restriction.facts.statements import load_statements
from restriction.facts.store import Step
from restriction.facts.witness import Witness
from restriction.feed import Feed
from restriction.gate import Gate
from restriction.grpc_ledger import GrpcLedger
from restriction.index import CountedIndex
from restriction.keyring import CurrentGateKeys
from restriction.lead import Leadership
from restriction.lookup import Lookup
from restriction.metrics import DecisionCounts, EngineView, LiftTimes, collectors
from restriction.partners import Partners
from restriction.policy import Policy
from restriction.probes import Probes
from restriction.progress import Progress
from restriction.push import Pushes
from restriction.pushing.grpc_partner import PartnerLine
from restriction.pushing.push_store import PostgresPushStore
from restriction.ratings import Ratings
from restriction.refusals import RefusalRecorder
from restriction.rewind import Rewinder
from restriction.serving.answering import MANIFEST_TIMEOUT_S, Answering
from restriction.serving.deliveries import DeliveryReader
from restriction.serving.partners import PartnerDigests
from restriction.serving.parts import Parts

Question = TypeVar("Question")
MakeServicer = Callable[[Parts[Question]], Registration]

REGISTRY: Final = Peer(PeerKind.SERVICE, "registry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The field's schema, as this release knows it, and the registry: what both serving and verifying need."""

    postgres: Postgres
    leadership: Leadership
    facts: PostgresStore
    rebuild: PostgresRebuildStore
    ledger: GrpcLedger
    epochs: PostgresEpochStore
    loading: EpochLoading
    ready: ReadyEpochs


async def open_stores(
    config: Config,
    policy: Policy[Question],
    stack: AsyncExitStack,
    *,
    on_step: Callable[[Step], None] = lambda _: None,
) -> Stores:
    """Open them on `stack`. Waits for a database that is still starting."""
    settings = PostgresSettings(
        dsn=config.dsn, schema=policy.field, application_name=f"courtlist-{policy.field}"
    )
    postgres = await stack.enter_async_context(Postgres.open(settings))
    await load_schema(policy.field).make_ready(config.dsn)
    channel = await stack.enter_async_context(
        open_channel(
            config.registry,
            transport=_transport(config, policy),
            host_name=REGISTRY.host_name(config.transport.trust_domain),
        )
    )
    statements, ready = load_statements(), ReadyEpochs()
    ledger = GrpcLedger(
        channel=channel,
        follower=policy.field,
        measure=policy.measure,
        include_ended=policy.recalls_ended,
        ready=ready,
    )
    facts = PostgresStore(
        postgres=postgres,
        statements=statements,
        measure=policy.measure,
        items=policy.items,
        recalls_ended=policy.recalls_ended,
        on_step=on_step,
    )
    epochs = PostgresEpochStore(postgres=postgres, statements=statements, projection=facts)
    return Stores(
        postgres=postgres,
        leadership=Leadership(postgres=postgres, statements=statements),
        facts=facts,
        rebuild=PostgresRebuildStore(postgres=postgres, statements=statements, projection=facts),
        ledger=ledger,
        epochs=epochs,
        loading=EpochLoading(ledger=ledger, store=epochs, clock=SystemClock()),
        ready=ready,
    )


def load_schema(field: str) -> Schema:
    """A field's tables, and who may do what in them."""
    return Schema.load("restriction", field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Generic[Question]):
    """One field's service, engine and gate in one process.

    `manifest_timeout_s` bounds the look-ups of a whole manifest.
    """

    config: Config
    policy: Policy[Question]
    make_servicer: MakeServicer[Question]
    clock: Clock
    manifest_timeout_s: float = MANIFEST_TIMEOUT_S
    on_step: Callable[[Step], None] = lambda _: None

    async def open(self, scope: Scope) -> Serving:
        """Open every resource, start following, and say what is served."""
        config, clock = self.config, self.clock
        stores = await open_stores(config, self.policy, scope.stack, on_step=self.on_step)
        index, ratings = CountedIndex(), Ratings()
        keys = CurrentGateKeys(config.keys, path=config.keyring_file, readers=config.key_readers)
        lookup = Lookup(index=index, keys=keys)
        lift_times, decisions = LiftTimes(clock=clock), DecisionCounts()
        progress = Progress(
            max_staleness_s=config.max_staleness_s, stale_limit_s=config.stale_limit_s
        )
        partners = Partners(progress=progress)
        witness = Witness(ledger=stores.ledger, store=stores.rebuild)
        confirmer = Confirmer(primary=stores.ledger, timeout_s=config.confirm_timeout_ms / 1000)
        asking = await open_asking(
            config,
            self.policy,
            postgres=stores.postgres,
            partners=partners,
            progress=progress,
            keys=keys,
            scope=scope,
            clock=clock,
        )
        recorder = RefusalRecorder(store=asking.store, timeout_s=config.record_timeout_ms / 1000)
        scope.stack.push_async_callback(recorder.close)
        scope.stack.push_async_callback(confirmer.close)
        digests = PartnerDigests(secret_of=keys.partner_secret)
        push_store = PostgresPushStore(postgres=stores.postgres, field=self.policy.field)
        pushes = Pushes(
            book=push_store,
            deliveries=stores.facts,
            positions=push_store,
            progress=progress,
            line=PartnerLine(
                field=self.policy.field,
                digests=digests,
                transport=_transport(config, self.policy),
            ),
            clock=clock,
        )
        epochs = Epochs(
            loading=stores.loading,
            store=stores.epochs,
            keys=keys,
            ready=stores.ready,
            clock=clock,
        )
        engine = Engine(
            leadership=stores.leadership,
            feed=Feed(
                ledger=stores.ledger,
                store=stores.facts,
                facts=stores.facts,
                lookup=lookup,
                epochs=epochs,
                progress=progress,
                ratings=ratings,
                partners=partners,
                witness=witness,
                clock=clock,
                lift_times=lift_times,
                on_step=self.on_step,
            ),
            rewinder=Rewinder(
                ledger=stores.ledger,
                store=stores.rebuild,
                loading=stores.loading,
                witness=witness,
                clock=clock,
            ),
            pushes=pushes,
            retention=asking.retention,
        )
        scope.spawn(engine.run(), task_name="engine")
        scope.spawn(keys.watch(), task_name="keyring")
        gate = Gate(
            policy=self.policy,
            lookup=lookup,
            progress=progress,
            store=stores.facts,
            confirmer=confirmer,
            recorder=recorder,
            queries=asking.queries,
            clock=clock,
            store_timeout_s=config.store_timeout_ms / 1000,
        )
        reader = DeliveryReader(
            store=stores.facts,
            digests=digests,
            progress=progress,
            limits=asking.limits,
            draining=scope.draining,
            clock=clock,
        )
        parts = Parts(
            answering=Answering(
                gate=gate,
                queries=asking.queries,
                limits=asking.limits,
                watch=asking.watch,
                counts=decisions,
                manifest_timeout_s=self.manifest_timeout_s,
            ),
            deliveries=reader,
            ratings=ratings,
            clock=clock,
        )
        probes = Probes(progress=progress, lookup=lookup, clock=clock)
        return Serving(
            doorkeeper=Doorkeeper(
                identities=identities_of(config.transport, clock),
                partners=partners,
                people=asking.people,
            ),
            services=[self.make_servicer(parts), asking.service],
            ready={"store": stores.facts.ping, "caught_up": probes.caught_up},
            named={"fresh": {"ledger": probes.fresh}},
            views=ProcessViews(ledger=EngineView(progress=progress), partners=pushes.view),
            collectors=collectors(
                decisions=decisions,
                lift_times=lift_times,
                index=index,
                progress=progress,
                queries=asking.queries,
                limits=asking.limits,
                watch=asking.watch,
                epochs=epochs,
                postgres=stores.postgres,
                clock=clock,
            ),
        )


def build(
    config: Config,
    policy: Policy[Question],
    make_servicer: MakeServicer[Question],
    *,
    on_step: Callable[[Step], None] = lambda _: None,
) -> App:
    """The process of one field; `on_step` is told of every station that a batch passes."""
    clock = SystemClock()
    service = Service(
        config=config,
        policy=policy,
        make_servicer=make_servicer,
        clock=clock,
        on_step=on_step,
    )
    return App(
        name=policy.field,
        server=ServerSettings(address=config.listen),
        open=service.open,
        transport=config.transport,
        grace_s=config.grace_s,
        observability=config.observability,
        clock=clock,
    )


def _transport(config: Config, policy: Policy[Question]) -> Transport:
    """How peers are called: as the field's own service."""
    return config.transport.saying(SERVICE_KEY, policy.field)
