"""A registry of which only some calls are asked, over a real channel, and a profile that names it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import grpc

from chassis.errors import ServiceError
from chassis.wire.status import to_status, to_trailers
from cli.app import main
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.registry.v1 import registry_service_pb2_grpc

REPAY = ("repay", "--obligation", "o-1", "--amount", "10", "--receipt", "R-1", "--json")


class Double:
    """A service of which only some calls are asked."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        async def unasked(_request: Any, context: Any) -> None:
            await context.abort(grpc.StatusCode.UNIMPLEMENTED, name)

        return unasked


class Court(Double):
    """Fails as often as it is told to, then answers; keeps every request.

    What gRPC itself says of a connection is given as a status and its words.
    """

    def __init__(self, *errors: ServiceError | tuple[grpc.StatusCode, str]) -> None:
        self.errors = list(errors)
        self.requests: list[rpc.RecordRepaymentRequest] = []
        self.metadata: dict[str, Any] = {}

    async def RecordRepayment(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.requests.append(request)
        self.metadata = dict(context.invocation_metadata())
        failed = self.errors.pop(0) if self.errors else None
        if isinstance(failed, ServiceError):
            await abort(context, failed)
        elif failed is not None:
            await context.abort(*failed)
        return rpc.RecordRepaymentResponse(lifted_order_ids=["order-1"])


@asynccontextmanager
async def serving(add: Callable[[grpc.aio.Server], None], folder: Path) -> AsyncIterator[Path]:
    """A server with what `add` adds; yields a profile that names it."""
    server = grpc.aio.server()
    add(server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield profile_of(folder, port)
    finally:
        await server.stop(None)


def profile_of(folder: Path, port: int) -> Path:
    """A clerk's, in plaintext, with the registry at a port of this machine."""
    path = folder / "courtlist.toml"
    path.write_text(
        f'[addresses]\nregistry = "127.0.0.1:{port}"\n'
        "[tls]\nplaintext = true\n"
        '[acting]\nperson = "clerk-1"\nrole = "clerk"\ncourt = "京0199"\n'
    )
    return path


async def run(profile: Path, *arguments: str) -> int:
    """One command line, in a thread; its exit code."""
    return await asyncio.to_thread(main, arguments, {"COURTLIST_PROFILE": str(profile)})


def error(name: str, **more: Any) -> ServiceError:
    """What a service answers with this reason."""
    return ServiceError(reasons.ErrorReason.Value(f"ERROR_REASON_{name}"), "said why", **more)


async def abort(context: Any, error: ServiceError) -> None:
    """End a call with it."""
    context.set_trailing_metadata(to_trailers(to_status(error)))
    await context.abort(error.code, error.message)


async def repaid(court: Court, folder: Path, *more: str) -> int:
    """A repayment recorded at this court; the exit code."""

    def add(server: grpc.aio.Server) -> None:
        registry_service_pb2_grpc.add_RegistryServiceServicer_to_server(cast("Any", court), server)

    async with serving(add, folder) as profile:
        return await run(profile, *REPAY, *more)
