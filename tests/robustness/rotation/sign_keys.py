"""The keys with which presidents sign at present."""

from google.protobuf.message import Message

from authority.proving_channel import PersonKey
from authority.signature import sign
from courtlist.registry.v1 import decision_pb2
from stack.keys import sign_key, sign_key_id


class SignKeys:
    """Each president's own; the derived one until she is given another."""

    def __init__(self) -> None:
        self._keys: dict[str, PersonKey] = {}

    def of(self, person_id: str) -> PersonKey:
        """The key that she signs with now."""
        derived = PersonKey(key_id=sign_key_id(person_id), private_key=sign_key(person_id))
        return self._keys.get(person_id, derived)

    def give(self, person_id: str, key: PersonKey) -> None:
        """From now on she signs with this key."""
        self._keys[person_id] = key

    def sign(self, request: Message, person_id: str) -> decision_pb2.Signature:
        """Her signature on a request as it is now."""
        key = self.of(person_id)
        return sign(request, key_id=key.key_id, private_key=key.private_key)
