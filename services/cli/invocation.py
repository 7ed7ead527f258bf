"""One run of one command: what was given, and what is opened for it when it is needed."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import grpc

from authority.peer import Peer, PeerKind
from cli import profile as profiles
from cli.acting import Metadata, as_metadata, choose
from cli.client import Client
from cli.errors import UsageError
from cli.output import Output
from cli.profile import Actor, Profile
from courtlist.registry.v1 import (
    admin_service_pb2_grpc,
    import_service_pb2_grpc,
    registry_service_pb2_grpc,
)

Reply = TypeVar("Reply")

REGISTRY = "registry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The options that every command takes, as they were given; see cli.options."""

    profile: Path | None = None
    as_json: bool = False
    person: str = ""
    role: str = ""
    court: str = ""
    partner: str = ""
    timeout_s: float | None = None

    def over(self, outer: "Given") -> "Given":
        """These, and where they say nothing, what was given before the command's name."""
        return Given(
            profile=self.profile or outer.profile,
            as_json=self.as_json or outer.as_json,
            person=self.person or outer.person,
            role=self.role or outer.role,
            court=self.court or outer.court,
            partner=self.partner or outer.partner,
            timeout_s=self.timeout_s or outer.timeout_s,
        )


_TIMEOUT_S = 10.0


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
        is_needed = given is not None or bool(environment.get(profiles.VARIABLE))
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
    def courts(self) -> registry_service_pb2_grpc.RegistryServiceStub:
        """RegistryService."""
        return registry_service_pb2_grpc.RegistryServiceStub(self._registry_channel)

    @cached_property
    def operators(self) -> admin_service_pb2_grpc.AdminServiceStub:
        """AdminService."""
        return admin_service_pb2_grpc.AdminServiceStub(self._registry_channel)

    @cached_property
    def imports(self) -> import_service_pb2_grpc.ImportServiceStub:
        """ImportService."""
        return import_service_pb2_grpc.ImportServiceStub(self._registry_channel)

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

    @property
    def _registry_channel(self) -> grpc.aio.Channel:
        return self.channel(REGISTRY)
