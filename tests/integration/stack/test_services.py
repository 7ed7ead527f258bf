"""The supervisor with a stand-in for the services: one that is ready when a file says so."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from stack.folders import DataFolder
from stack.layout import Service
from stack.process import ProcessError
from stack.supervisor import Stack
from tests.eventually import LIMIT_S

STANDIN = Service(name="standin", keyring="gate.keyring.json")
PROGRAM = """
import asyncio, os, pathlib, sys
if sys.argv[1:] == ["migrate"]:
    sys.exit(0)
import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

class Health(health_pb2_grpc.HealthServicer):
    async def Check(self, request, context):
        ready = request.service == "ready" and pathlib.Path("go").exists()
        return health_pb2.HealthCheckResponse(status=1 if ready else 2)

async def main():
    server = grpc.aio.server()
    health_pb2_grpc.add_HealthServicer_to_server(Health(), server)
    assert server.add_insecure_port(os.environ["COURTLIST_LISTEN"])
    await server.start()
    print("keys in", os.environ["COURTLIST_KEYRING"], flush=True)
    await server.wait_for_termination()

asyncio.run(main())
"""


@pytest.fixture
def folder() -> Iterator[DataFolder]:
    made = DataFolder.temporary()
    (made.sub("keys") / STANDIN.keyring).touch()
    yield made
    made.close()


def _install(folder: DataFolder, program: str) -> Path:
    """Put the stand-in where `python -m` finds it: the working directory of the services."""
    home = folder.sub("services")
    (home / "standin.py").write_text(program, encoding="utf-8")
    return home


def _stack(folder: DataFolder, *, restart: bool = False) -> Stack:
    return Stack(
        folder=folder,
        environment={},
        durable=False,
        restart=restart,
        layout=(STANDIN,),
        plaintext=True,
    )


async def test_the_stack_is_up_when_the_service_says_it_is_ready(folder: DataFolder) -> None:
    home = _install(folder, PROGRAM)
    stack = _stack(folder)
    starting = asyncio.create_task(stack.start())
    log = folder.path / "logs" / "standin.log"
    while not (log.exists() and "keys in" in log.read_text(encoding="utf-8")):
        assert not starting.done()
        await asyncio.sleep(0.02)
    assert not starting.done()
    (home / "go").touch()
    await starting
    assert list(stack.addresses) == ["standin"]
    await stack.stop()


async def test_a_killed_service_is_ready_again_by_itself_on_its_address(folder: DataFolder) -> None:
    (_install(folder, PROGRAM) / "go").touch()
    async with _stack(folder, restart=True) as stack:
        service = stack.services["standin"]
        for kills in range(1, 3):
            await service.kill()
            await service.wait_ready(limit_s=LIMIT_S)
            assert service.process.starts == kills + 1


async def test_a_service_that_cannot_start_ends_the_rest_and_shows_its_log(
    folder: DataFolder,
) -> None:
    unable = "import sys; sys.exit('the keyring is of another age' if not sys.argv[1:] else 0)"
    _install(folder, unable)
    stack = _stack(folder, restart=True)
    with pytest.raises(ProcessError, match=r"(?s)standin.*exit code 1.*of another age"):
        await stack.start()
    assert stack.postgres is not None
    assert stack.valkey is not None
    assert not stack.postgres.process.running
    assert not stack.valkey.process.running


async def test_a_schema_that_cannot_be_brought_forward_ends_the_start(folder: DataFolder) -> None:
    _install(folder, "import sys; sys.exit('no such lock') if sys.argv[1:] else None")
    stack = _stack(folder)
    with pytest.raises(ProcessError, match=r"(?s)standin migrate.*exit code 1.*no such lock"):
        await stack.start()
    assert stack.services == {}


async def test_keys_that_cannot_be_made_end_the_start(folder: DataFolder) -> None:
    """The stand-in has no registry to make them: an error of that program is shown."""
    _install(folder, PROGRAM)
    (folder.path / "keys" / STANDIN.keyring).unlink()
    (folder.path / "keys").rmdir()
    (folder.path / "keys").touch()
    with pytest.raises(ProcessError, match="keys could not be made"):
        await _stack(folder).start()


async def test_the_stores_alone_are_up_with_every_database_and_no_service(
    folder: DataFolder,
) -> None:
    stack = _stack(folder)
    await stack.start_stores()
    try:
        assert stack.services == {}
        assert stack.postgres is not None
        connection = await asyncpg.connect(stack.postgres.dsn)
        try:
            there = await connection.fetchval(
                "SELECT count(*) FROM pg_database WHERE datname = $1", STANDIN.name
            )
        finally:
            await connection.close()
        assert there == 1
    finally:
        await stack.stop()
