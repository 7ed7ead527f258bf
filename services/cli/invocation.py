"""One run of one command: what was given, and what is opened for it when it is needed."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeVar

import grpc

from authority.peer import Peer, PeerKind
from cli import profile as profiles
from cli.acting import Metadata, as_metadata, choose
from cli.client import Client
from cli.errors import UsageError
from cli.given import PROFILE_VARIABLE, Given
from cli.output import Output
from cli.profile import Actor, Profile

if TYPE_CHECKING:
    from courtlist.registry.v1.admin_service_pb2_grpc import AdminServiceStub
    from courtlist.registry.v1.import_service_pb2_grpc import ImportServiceStub
    from courtlist.registry.v1.registry_service_pb2_grpc import RegistryServiceStub

Reply = TypeVar("Reply")

REGISTRY: Final = "registry"
_TIMEOUT_S: Final = 10.0


class Invocation:
    """What a command works with.

    Args:
        given: the options that every command takes.
        environment: of the process.
    """

    def __init__(self, *, given: Given, environment: Mapping[str, str]) -> None:
        self.output = Output(as_json=given.as_json)
        self._given = given
        self.environment = environment
        self._client: Client | None = None

    @cached_property
    def profile(self) -> Profile:
        """The profile. Raises UsageError."""
        given, environment = self._given.profile, self.environment
        is_needed = given is not None or bool(environment.get(PROFILE_VARIABLE))
        return profiles.read(profiles.find(given, environment), is_needed=is_needed)

    @cached_property
    def actor(self) -> Actor:
        """Who acts."""
        given = self._given
        return choose(self.profile, person=given.person, role=given.role, court=given.court)

    @property
    def partner(self) -> str:
        """As whom a check is asked; may be empty."""
        return self._given.partner or self.profile.partner

    @property
    def timeout_s(self) -> float:
        """Deadline of one attempt of a call."""
        return self._given.timeout_s or _TIMEOUT_S

    @property
    def client(self) -> Client:
        """The open client."""
        if self._client is None:
            self._client = Client(
                timeout_s=self.timeout_s, on_retry=self.output.note, proofs=self.profile.proofs
            )
        return self._client

    def channel(self, service: str) -> grpc.aio.Channel:
        """The channel to a service of the profile. Raises UsageError."""
        server = Peer(PeerKind.SERVICE, service)
        return self.client.channel(self.profile.address(service), server)

    @cached_property
    def courts(self) -> "RegistryServiceStub":
        """RegistryService."""
        stub: RegistryServiceStub = self._stub("registry_service", "RegistryServiceStub")
        return stub

    @cached_property
    def operators(self) -> "AdminServiceStub":
        """AdminService."""
        stub: AdminServiceStub = self._stub("admin_service", "AdminServiceStub")
        return stub

    @cached_property
    def imports(self) -> "ImportServiceStub":
        """ImportService."""
        stub: ImportServiceStub = self._stub("import_service", "ImportServiceStub")
        return stub

    def ask(
        self,
        send: Callable[..., Awaitable[Reply]],
        request: Any,
        *,
        actor: Actor | None = None,
        timeout_s: float | None = None,
    ) -> Reply:
        """One call to the registry, by whoever acts. Raises RemoteFailure, UsageError."""
        return self.client.call(
            send,
            request,
            service=REGISTRY,
            address=self.profile.address(REGISTRY),
            metadata=as_metadata(actor or self.actor),
            timeout_s=timeout_s,
        )

    def as_asker(self) -> Metadata:
        """The metadata of a check. Raises UsageError when no partner is known."""
        if not self.partner.isascii() or not self.partner.isprintable():
            raise UsageError(
                "a partner's id is of a-z, 0-9 and hyphen",
                next_step="`courtlist partners list` shows the ids there are",
            )
        if not self.partner:
            raise UsageError(
                "a check is asked by a partner, and none is named",
                next_step="say as whom it is asked: --partner ID, or `partner` in the profile",
            )
        return (("courtlist-partner", self.partner),)

    def close(self) -> None:
        """Close what was opened."""
        if self._client is not None:
            self._client.close()

    def _stub(self, service: str, name: str) -> Any:
        # A check asks a field: it need not load what the registry's protos describe.
        module = import_module(f"courtlist.registry.v1.{service}_pb2_grpc")
        return getattr(module, name)(self.channel(REGISTRY))
