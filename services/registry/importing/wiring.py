"""Building what imports need: for the process that serves their calls, and for the importer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chassis.clock import Clock
from chassis.postgres import Postgres
from chassis.stores.notifications import Notifications
from chassis.wire.pages import PageTokens
from document import DigestKey
from registry.current_keyring import CurrentKeyring
from registry.epochs.filing import Filing
from registry.import_servicer import ImportServicer
from registry.importing.batch.appending import Appending
from registry.importing.batch.batches import Batches
from registry.importing.batch.matching import Matching
from registry.importing.calls.completing import Completing
from registry.importing.calls.reading import ImportReads
from registry.importing.calls.signing import Signing
from registry.importing.calls.staging import Staging
from registry.importing.checking.checking import Checking
from registry.importing.entering import Entering
from registry.importing.erasing import Erasing
from registry.importing.head_times import HeadTimes
from registry.importing.labour import DoneHere, Labour
from registry.importing.queries import ImportQueries
from registry.importing.stalling import Stalling
from registry.importing.steps import ImportStep
from registry.importing.telling import Telling
from registry.importing.undoing import Undoing
from registry.importing.worker import Importer
from registry.queries import ActQueries
from registry.reading.forgetting import Forgetting
from registry.reading.record_cache import RecordCache
from registry.registrar import Registrar
from registry.row_writer import RowWriter
from registry.sealing import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportParts:
    """What both processes build imports on."""

    postgres: Postgres
    keyring: CurrentKeyring = field(repr=False)
    records: RecordCache
    clock: Clock
    queries: ImportQueries = field(default_factory=ImportQueries.load)
    acts: ActQueries = field(default_factory=ActQueries.load)

    @property
    def sealer(self) -> Sealer:
        """Seals under the newest key."""
        return self.keyring.sealer

    @property
    def digest_keys(self) -> Sequence[DigestKey]:
        """By epoch."""
        return self.keyring.digest_keys

    def appending(self) -> Appending:
        """What takes the ledger's head."""
        rows = RowWriter(queries=self.acts, sealer=self.sealer, digest_keys=self.digest_keys)
        filing = Filing(digest_keys=self.digest_keys)
        return Appending(queries=self.queries, rows=rows, filing=filing, sealer=self.sealer)

    def forgetting(self) -> Forgetting:
        """What makes the caches forget."""
        return Forgetting(
            postgres=self.postgres,
            cache=self.records,
            sealer=self.sealer,
            digest_keys=self.keyring.cache_keys,
        )

    def telling(self) -> Telling:
        """What tells the caches."""
        return Telling(forgetting=self.forgetting())

    def batches(
        self, labour: Labour, on_step: Callable[[ImportStep], None] = lambda _: None
    ) -> Batches:
        """What enters rows; `labour` does the heavy part."""
        return Batches(
            queries=self.queries,
            matching=Matching(queries=self.queries, acts=self.acts, sealer=self.sealer),
            appending=self.appending(),
            labour=labour,
            sealer=self.sealer,
            clock=self.clock,
            on_step=on_step,
        )

    def importer(
        self,
        *,
        labour: Labour,
        notifications: Notifications,
        on_step: Callable[[ImportStep], None] = lambda _: None,
        head_times: HeadTimes | None = None,
    ) -> Importer:
        """The importer; `labour` does the heavy part, `on_step` is told of every station."""
        times = head_times or HeadTimes()
        postgres, queries, sealer, telling = (
            self.postgres,
            self.queries,
            self.sealer,
            self.telling(),
        )
        return Importer(
            postgres=postgres,
            queries=queries,
            checking=Checking(
                postgres=postgres,
                queries=queries,
                labour=labour,
                sealer=sealer,
                secrets=self.keyring.secrets,
                on_step=on_step,
            ),
            entering=Entering(
                postgres=postgres,
                queries=queries,
                batches=self.batches(labour, on_step),
                telling=telling,
                labour=labour,
                sealer=sealer,
                digest_keys=self.digest_keys,
                head_times=times,
                on_step=on_step,
            ),
            undoing=Undoing(
                postgres=postgres,
                queries=queries,
                appending=self.appending(),
                telling=telling,
                clock=self.clock,
                on_step=on_step,
            ),
            erasing=Erasing(postgres=postgres, queries=queries, sealer=sealer),
            stalling=Stalling(postgres=postgres, queries=queries, clock=self.clock),
            telling=telling,
            notifications=notifications,
            head_times=times,
            clock=self.clock,
        )

    def servicer(self, *, registrar: Registrar, page_tokens: PageTokens) -> ImportServicer:
        """ImportService. A single completed row is entered in this process."""
        reads = ImportReads(
            postgres=self.postgres,
            queries=self.queries,
            sealer=self.sealer,
            page_tokens=page_tokens,
        )
        return ImportServicer(
            staging=Staging(
                postgres=self.postgres,
                queries=self.queries,
                sealer=self.sealer,
                clock=self.clock,
            ),
            signing=Signing(queries=self.queries, reads=reads),
            completing=Completing(
                postgres=self.postgres,
                queries=self.queries,
                batches=self.batches(DoneHere()),
                telling=self.telling(),
                sealer=self.sealer,
                digest_keys=self.digest_keys,
                secrets=self.keyring.secrets,
                clock=self.clock,
            ),
            reads=reads,
            registrar=registrar,
            clock=self.clock,
        )
