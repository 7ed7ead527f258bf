"""A client as others write it: grpc's own blocking channel and Google's decoder, nothing of ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2_grpc
from grpc_status import rpc_status

from authority.assertion import make
from authority.peer import Peer, PeerKind
from authority.proving_channel import Words, maker_of
from chassis.clock import SystemClock
from courtlist.ledger.v1 import ledger_service_pb2_grpc
from courtlist.registry.v1 import registry_service_pb2_grpc
from courtlist.travel.v1 import travel_service_pb2_grpc
from stack.connections import OPERATOR_PEER
from stack.keys import assert_key, assert_key_id
from stack.supervisor import Stack


@dataclass(frozen=True, slots=True)
class Refused:
    """An error as a stranger's client decodes it."""

    code: grpc.StatusCode
    message: str
    details: tuple[Any, ...]

    def detail(self, kind: type[Message]) -> Any:
        """The one detail of that type; fails when there is none or several."""
        [packed] = [one for one in self.details if one.Is(kind.DESCRIPTOR)]
        message = kind()
        packed.Unpack(message)
        return message

    @property
    def reason(self) -> str:
        """google.rpc.ErrorInfo's reason."""
        info: error_details_pb2.ErrorInfo = self.detail(error_details_pb2.ErrorInfo)
        assert info.domain == "courtlist"
        return info.reason

    @property
    def violations(self) -> dict[str, str]:
        """google.rpc.BadRequest: reason by field."""
        request: error_details_pb2.BadRequest = self.detail(error_details_pb2.BadRequest)
        return {one.field: one.reason for one in request.field_violations}


class PlainClient:
    """Blocking stubs of one server; generated code has types for asyncio's only."""

    def __init__(self, channel: Any, audience: str, *, is_plaintext: bool) -> None:
        self._audience = audience
        self._is_plaintext = is_plaintext
        self.courts: Any = registry_service_pb2_grpc.RegistryServiceStub(channel)
        self.ledger: Any = ledger_service_pb2_grpc.LedgerServiceStub(channel)
        self.gate: Any = travel_service_pb2_grpc.TravelServiceStub(channel)
        self.health: Any = health_pb2_grpc.HealthStub(channel)
        self.reflection: Any = reflection_pb2_grpc.ServerReflectionStub(channel)

    def signed(self, words: Words) -> Words:
        """The metadata of one call by the person whom the words name: an assertion, good once."""
        maker = maker_of(words)
        assert maker is not None
        assert maker.person is not None
        if self._is_plaintext:
            return words
        person_id = maker.person.person_id
        token = make(
            actor=maker.person,
            key_id=assert_key_id(person_id),
            private_key=assert_key(person_id),
            audience=self._audience,
            now=SystemClock().now(),
        )
        return (*words, ("authorization", f"Bearer {token}"))


@contextmanager
def plain_client(stack: Stack, service: str, peer: Peer = OPERATOR_PEER) -> Iterator[PlainClient]:
    """A client with a peer's certificate, over a channel with grpc's own defaults."""
    transport, address = stack.proofs.transport_of(peer), stack.addresses[service]
    if transport.files is None:
        with grpc.insecure_channel(address) as channel:
            yield PlainClient(channel, service, is_plaintext=True)
        return
    credentials = grpc.ssl_channel_credentials(
        root_certificates=transport.files.trust.read_bytes(),
        private_key=transport.files.key.read_bytes(),
        certificate_chain=transport.files.certificate.read_bytes(),
    )
    server = Peer(PeerKind.SERVICE, service).host_name(transport.trust_domain)
    options = [("grpc.ssl_target_name_override", server)]
    with grpc.secure_channel(address, credentials, options) as channel:
        yield PlainClient(channel, service, is_plaintext=False)


def refusal(call: Callable[..., Any], request: Message, **options: Any) -> Refused:
    """Call, and decode the error that must come."""
    try:
        call(request, **options)
    except grpc.RpcError as error:
        failed: Any = error
        status = rpc_status.from_call(failed)
        details = () if status is None else tuple(status.details)
        return Refused(failed.code(), failed.details(), details)
    raise AssertionError("the call was answered")
