"""A court that imports one file after the other, for as long as everything else goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import asyncpg
import grpc

from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.keyring import REGISTRY_FILE, Keyring
from stack.office import request_id
from stack.papers import Court, Person
from tests.eventually import eventually
from tests.integration.registry.importing.bureau import Bureau
from tests.registry_server import RegistryServer
from tests.robustness.rotation.sign_keys import SignKeys
from tests.robustness.world import World

COURT: Final = Court("粤0199", "示例市第四人民法院", "020-0000 0004")
_ROWS: Final = 30
# Two cores serve everybody else, too.
_PAUSE_S: Final = 1.0
_FIRST_SERIAL: Final = 15_000_000
# CANCELLED is gRPC's own answer to a call that arrives while its server shuts down.
_DOWN: Final = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED})
_DONE: Final = rpc.IMPORT_STATE_DONE


@dataclass
class Importing:
    """One file at a time; `rows` were entered, and `signed` are the positions of the signatures."""

    bureau: Bureau
    sign_keys: SignKeys
    rows: int = 0
    signed: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        # While it is held nothing is asked that is not repeated; a file that is being entered goes on.
        self.calls = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def open(cls, world: World, sign_keys: SignKeys) -> AsyncIterator["Importing"]:
        """Enrol the court, which goes live today, and connect to its record."""
        await world.registry.enrol(COURT)
        keyring = Keyring.load(world.stack.folder.path / "keys" / REGISTRY_FILE)
        connection = await asyncpg.connect(
            world.dsn("registry"), server_settings={"search_path": "registry"}
        )
        address = world.stack.addresses["registry"]
        try:
            async with world.stack.connections.to("registry") as channel:
                bureau = Bureau(
                    server=RegistryServer(address, channel, keyring),
                    dsn=world.dsn("registry"),
                    redis_url=world.valkey.url,
                    connection=connection,
                    today=world.today,
                    court=COURT,
                    serial=_FIRST_SERIAL,
                )
                await bureau.go_live()
                yield cls(bureau, sign_keys)
        finally:
            await connection.close()

    @property
    def people(self) -> list[Person]:
        """Everybody who was entered."""
        return [Person(serial) for serial in range(_FIRST_SERIAL + 1, self.bureau.serial + 1)]

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Import for the life of the context; the last file is brought to its end."""
        ended = asyncio.Event()
        work = asyncio.create_task(self._import_all(ended), name="importing")
        try:
            yield
        finally:
            ended.set()
            await work

    async def approved(self, count: int = _ROWS) -> str:
        """An import of so many fresh rows that waits for the president."""
        bureau = self.bureau
        import_id = await bureau.checked([bureau.row() for _ in range(count)])
        await bureau.approve(import_id)
        return import_id

    async def sign(self, import_id: str) -> None:
        """The president signs, with the key that she has now."""
        found = await self.bureau.get(import_id)
        request = rpc.SignImportRequest(
            request_id=request_id(),
            import_id=import_id,
            manifest_hash=found.manifest.manifest_hash,
        )
        request.signature.CopyFrom(self.sign_keys.sign(request, COURT.president))
        reply = await self.bureau.stub.SignImport(request, metadata=self.bureau.president)
        self.signed.append(reply.position.position)

    async def finish(self, import_id: str) -> None:
        """Wait until every row is entered."""

        async def is_done() -> bool:
            try:
                return (await self.bureau.get(import_id)).state == _DONE
            except grpc.aio.AioRpcError as error:
                # The registry is being replaced: the importer works on beside it.
                if error.code() not in _DOWN:
                    raise
                return False

        await eventually(is_done)
        async with self.calls:
            outcomes = await self.bureau.outcomes(import_id)
        assert set(outcomes) == {"ENTERED"}
        self.rows += len(outcomes)

    async def _import_all(self, ended: asyncio.Event) -> None:
        while not ended.is_set():
            async with self.calls:
                import_id = await self.approved()
                await self.sign(import_id)
            await self.finish(import_id)
            await asyncio.sleep(_PAUSE_S)

    async def positions(self) -> list[int]:
        """Where the ledger holds what was imported; call when nothing is imported any more."""
        # Act 25 is an imported row's.
        rows = await self.bureau.connection.fetch("SELECT position FROM change WHERE act = 25")
        return [*self.signed, *(row["position"] for row in rows)]
