"""A system of its own in which everything happens that people are named in, and all that it shows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from stack.folders import DataFolder
from stack.layout import IMPORTER, PARTNERS, ours
from tests.eventually import eventually
from tests.fakes.collector import Collector, collecting
from tests.patience import PATIENT
from tests.system.privacy.places import overheard
from tests.system.privacy.plot import Plot
from tests.system.privacy.receiver import Receiver, receiving
from tests.system.privacy.spoken import HeardStack
from tests.system.privacy.sweep import everything, let_postgres_tell_everything


@dataclass(frozen=True, kw_only=True)
class Played:
    """The running system after the plot.

    Attributes:
        heard: every command that Valkey was given.
        endpoint: where traces are taken.
    """

    stack: HeardStack
    collector: Collector
    endpoint: str
    receiver: Receiver
    heard: bytearray

    async def places(self) -> dict[str, bytes]:
        """Everything that is told, kept and sent."""
        return {
            **await everything(self.stack),
            "traces": b"\n".join(self.collector.exports),
            "Valkey's commands": bytes(self.heard),
            "pushes": b"\n".join(self.receiver.pushes),
        }


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def played(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Played]:
    folder = DataFolder.temporary()
    try:
        async with collecting() as (collector, endpoint):
            stack = HeardStack(
                folder=folder,
                environment={
                    **PATIENT,
                    "COURTLIST_LOG_LEVEL": "DEBUG",
                    "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
                    "OTEL_BSP_SCHEDULE_DELAY": "100",
                },
                durable=False,
                layout=(*ours(), IMPORTER, *PARTNERS),
                keys=tmp_path_factory.mktemp("keys"),
            )
            # Whoever runs a server may have it log all that it is sent: nothing of that names anybody.
            await stack.start_stores()
            assert stack.postgres is not None
            await let_postgres_tell_everything(stack.postgres.dsn)
            await stack.stop()
            async with stack:
                assert stack.valkey is not None
                async with receiving(stack) as receiver, overheard(stack.valkey.url) as heard:
                    await Plot.play(stack, receiver)
                    await eventually(lambda: len(collector.spans) > 100)
                    yield Played(
                        stack=stack,
                        collector=collector,
                        endpoint=endpoint,
                        receiver=receiver,
                        heard=heard,
                    )
    finally:
        folder.close()
