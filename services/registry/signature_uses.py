"""A president's signature is used up by the act that is done on it (LP Art 5, CP Art 5)."""

import hashlib
import hmac

from google.protobuf.message import Message

from chassis.faults import Connection
from registry.errors import refuse
from registry.law.signature import signature_signs_once
from registry.queries import ActQueries


class SignatureUses:
    """Keeps which signatures acts were done on.

    What was signed holds identity numbers, so it is kept as an HMAC: who has the table alone can try
    out no number.
    """

    def __init__(self, *, queries: ActQueries, secret: bytes) -> None:
        """`secret` is kept for the life of the record: under another, what was used is not known."""
        self._queries = queries
        self._key = hashlib.sha256(b"courtlist.signature.v1" + secret).digest()

    async def use(self, connection: Connection, request: Message, position: int) -> None:
        """Use up the signature that `request` carries, if it carries one, for the act at `position`.

        The caller holds the ledger's head, so nobody else uses it meanwhile. Raises ServiceError
        NOT_SIGNED where an act was done on it before.
        """
        if "signature" not in request.DESCRIPTOR.fields_by_name or not request.HasField(
            "signature"
        ):
            return
        signature = request.signature  # type: ignore[attr-defined]
        name = request.DESCRIPTOR.full_name.encode()
        used = (
            signature.key_id,
            hmac.digest(self._key, name + b"\0" + signature.content, "sha256"),
        )
        if await connection.fetchval(self._queries.use_signature, *used, position) is None:
            earlier = await connection.fetchval(self._queries.find_used_signature, *used)
            refuse(signature_signs_once(earlier))
