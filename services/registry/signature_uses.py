"""A president's signature is used up by the act that is done on it (LP Art 5, CP Art 5)."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from google.protobuf.message import Message

from chassis.stores.faults import Connection
from registry.errors import refuse
from registry.law.signature import signature_signs_once
from registry.queries import ActQueries
from registry.registry_secret import RegistrySecret
from registry.sealing import Sealer

_FIELD: Final = "signature"


class SignatureUses:
    """Keeps which signatures acts were done on.

    What was signed holds identity numbers, so it is kept as an HMAC of its hash: who has the table alone
    can try out no number. The hash lies beside it, sealed, for a further version of the secret
    (resealing/rekeying.py): it is needed when what was signed is long erased.
    """

    def __init__(
        self, *, queries: ActQueries, secrets: Sequence[RegistrySecret], sealer: Sealer
    ) -> None:
        self._queries = queries
        self._secrets = secrets
        self._sealer = sealer

    async def use(self, connection: Connection, request: Message, position: int) -> None:
        """Use up the signature that `request` carries, if it carries one, for the act at `position`.

        The caller holds the ledger's head, so nobody else uses it meanwhile. Raises ServiceError
        NOT_SIGNED where an act was done on it before.
        """
        signed = signed_content(request)
        if signed is None:
            return
        key_id, content = signed
        content_hash, secrets = hashlib.sha256(content).digest(), tuple(self._secrets)
        known = [used_digest(one, content_hash) for one in secrets]
        earlier = await connection.fetchval(
            self._queries.use_signature,
            key_id,
            known[0],
            position,
            secrets[0].version,
            self._sealer.seal(content_hash, hash_context(position)),
            known + [former_digest(one, content) for one in secrets],
        )
        if earlier is not None:
            refuse(signature_signs_once(earlier))


def signed_content(request: Message) -> tuple[str, bytes] | None:
    """The id of the key that signed a request, and what it signed, as that request; None for an unsigned one."""
    if _FIELD not in request.DESCRIPTOR.fields_by_name or not request.HasField(_FIELD):
        return None
    signature = request.signature  # type: ignore[attr-defined]
    return signature.key_id, request.DESCRIPTOR.full_name.encode() + b"\0" + signature.content


def used_digest(secret: RegistrySecret, content_hash: bytes) -> bytes:
    """How a used signature is known again: 32 bytes, of the SHA-256 of what was signed."""
    return hmac.digest(secret.signature_key, content_hash, "sha256")


def former_digest(secret: RegistrySecret, content: bytes) -> bytes:
    """The same as it was made before the secret had versions: of what was signed itself."""
    return hmac.digest(secret.signature_key, content, "sha256")


def hash_context(position: int) -> str:
    """What the hash of a signature that was used at a position is sealed for."""
    return f"signature/{position}"
