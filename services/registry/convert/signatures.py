"""The president's signature, as every request that needs one carries it."""

from typing import Final

from google.protobuf.message import Message

from authority.signature import CONTENT_BYTES_MAX
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import decision_pb2
from registry.commands import SignedPaper
from registry.convert.fields import Fields

_KEY_ID_CHARS_MAX: Final = 63


def read_signature(fields: Fields, request: Message) -> SignedPaper | None:
    """The signature with what it came with; None without one, which is for the law to refuse."""
    if not request.HasField("signature"):
        return None
    signature: decision_pb2.Signature = request.signature  # type: ignore[attr-defined]
    fields.text(signature.key_id, "signature.key_id", _KEY_ID_CHARS_MAX)
    if len(signature.content) > CONTENT_BYTES_MAX:
        fields.note(
            "signature.content",
            reasons.ERROR_REASON_FIELD_TOO_LONG,
            f"has more than {CONTENT_BYTES_MAX} bytes, which no lawful paper has; sign the paper anew",
        )
    return SignedPaper(request=request, signature=signature)
