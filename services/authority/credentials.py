"""The client's side of an assertion: a fresh one on every attempt of every call."""

import grpc
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authority.assertion import make
from authority.caller import Actor
from chassis.clock import Clock

AUTHORIZATION_KEY = "authorization"
SCHEME = "Bearer"


class AssertionCredentials(grpc.AuthMetadataPlugin):
    """Signs who acts. Given to `grpc.metadata_call_credentials`, it is asked anew for each attempt,
    so a call that the channel repeats is no replay.

    gRPC sends what it gives over TLS only.
    """

    def __init__(
        self,
        *,
        actor: Actor,
        key_id: str,
        private_key: Ed25519PrivateKey,
        audience: str,
        clock: Clock,
    ) -> None:
        """`audience` is the name of the server to which the calls go, for example `registry`."""
        self._actor = actor
        self._key_id = key_id
        self._private_key = private_key
        self._audience = audience
        self._clock = clock

    def __call__(
        self, context: grpc.AuthMetadataContext, callback: grpc.AuthMetadataPluginCallback
    ) -> None:
        """Hand over the header of one attempt. gRPC calls it on a thread of its own."""
        del context
        token = make(
            actor=self._actor,
            key_id=self._key_id,
            private_key=self._private_key,
            audience=self._audience,
            now=self._clock.now(),
        )
        callback(((AUTHORIZATION_KEY, f"{SCHEME} {token}"),), None)
