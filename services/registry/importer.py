"""The importer's process: what is made of what, on one screen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from authority.doorkeeper import Doorkeeper
from authority.identities import identities_of
from chassis.app import App, Scope, Serving
from chassis.cache import CacheSettings, PositionedCache
from chassis.clock import Clock, SystemClock
from chassis.server import ServerSettings
from chassis.stores.notifications import Notifications
from registry.config import Config
from registry.current_keyring import CurrentKeyring
from registry.epochs.filling import Filling
from registry.epochs.keeping import Keeping
from registry.erasing.erasing import Erasing
from registry.importing.head_times import HeadTimes
from registry.importing.labour import DoneBeside
from registry.importing.steps import ImportStep
from registry.importing.wiring import ImportParts
from registry.metrics import ImportStepCounts, store_collectors
from registry.reading.record_cache import RecordCache
from registry.resealing.rekeying import Rekeying
from registry.resealing.resealing import Resealing
from registry.wiring import SCHEMA, open_eraser, open_postgres

CHANNEL: Final = "courtlist_import"
"""Where the importer hears that something waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImporterService:
    """The importer: it serves no call of its own but health."""

    config: Config
    clock: Clock
    on_step: Callable[[ImportStep], None] = lambda _: None

    async def open(self, scope: Scope) -> Serving:
        """Open every resource and begin to work."""
        config, clock = self.config, self.clock
        keyring = CurrentKeyring(
            config.keyring, path=config.keyring_file, readers=config.key_readers
        )
        labour = await scope.stack.enter_async_context(
            DoneBeside.open(processes=config.import_processes)
        )
        postgres = await open_postgres(config, scope.stack)
        cache = await scope.stack.enter_async_context(
            PositionedCache.open(CacheSettings(url=config.redis_url, prefix=SCHEMA), clock=clock)
        )
        notifications = await scope.stack.enter_async_context(
            Notifications.open(dsn=config.dsn, channel=CHANNEL)
        )
        parts = ImportParts(
            postgres=postgres,
            keyring=keyring,
            records=RecordCache(cache=cache, sealer=keyring.sealer, clock=clock),
            clock=clock,
        )
        steps, head_times = ImportStepCounts(self.on_step), HeadTimes()
        importer = parts.importer(
            labour=labour, notifications=notifications, on_step=steps, head_times=head_times
        )
        scope.spawn(importer.run(scope.draining), task_name="importer")
        erasing = None
        if config.erase_dsn:
            erasing = Erasing(
                postgres=await scope.stack.enter_async_context(open_eraser(config)),
                appending=parts.appending(),
                forgetting=parts.forgetting(),
                clock=clock,
                years=config.retention_years,
                imports_kept=timedelta(days=config.import_kept_days),
            )
        else:
            structlog.get_logger().warning(
                "erases_nothing", why="COURTLIST_ERASE_POSTGRES_DSN is not set"
            )
        keeping = Keeping(
            postgres=postgres,
            filling=Filling(
                postgres=postgres, sealer=keyring.sealer, digest_keys=keyring.digest_keys
            ),
            resealing=Resealing(postgres=postgres, sealer=keyring.sealer, clock=clock),
            rekeying=Rekeying(
                postgres=postgres, sealer=keyring.sealer, secrets=keyring.secrets, clock=clock
            ),
            erasing=erasing,
        )
        scope.spawn(keyring.watch(), task_name="keyring")
        scope.spawn(keeping.run(scope.draining), task_name="keeping")
        return Serving(
            doorkeeper=Doorkeeper(identities=identities_of(config.transport, clock)),
            services=[],
            ready={"postgres": postgres.ping},
            named={"cache": {"valkey": cache.ping}},
            collectors=(
                *store_collectors(cache=cache, postgres=postgres),
                *steps.collectors(),
                *keeping.collectors(),
                head_times,
            ),
        )


def build_importer(
    config: Config, *, on_step: Callable[[ImportStep], None] = lambda _: None
) -> App:
    """The importer's process; `on_step` is told of every station of its work."""
    clock = SystemClock()
    service = ImporterService(config=config, clock=clock, on_step=on_step)
    return App(
        name="registry-import",
        server=ServerSettings(address=config.listen),
        open=service.open,
        transport=config.transport,
        grace_s=config.grace_s,
        observability=config.observability,
        clock=clock,
    )
