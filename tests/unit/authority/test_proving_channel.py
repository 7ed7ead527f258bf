"""Who holds a new key signs with it from her next call on."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authority.caller import Actor
from authority.peer import Peer, PeerKind
from authority.proving_channel import PersonKey, ProvingChannel
from chassis.tls.transport import Transport
from courtlist.ledger.v1 import change_pb2
from stack.office import acting
from stack.papers import Court
from tests.certificates import Issuer, Wallet

COURT = Court("京0199", "示例市第一人民法院", "010-0000 0001")
REGISTRY = Peer(PeerKind.SERVICE, "registry")


class Clerk:
    """Her court's certificate, and the key that she has now."""

    def __init__(self, folder: Path) -> None:
        authority = Issuer()
        own = authority.issue(Peer(PeerKind.COURT, COURT.code))
        self._wallet = Wallet.made(folder, own, authority.trust)
        self.key = _key("first")

    def transport_of(self, peer: Peer) -> Transport:
        assert peer.kind is PeerKind.COURT
        return self._wallet.transport()

    def key_of(self, person: Actor) -> PersonKey:
        assert person.role == change_pb2.ROLE_CLERK
        return self.key


async def test_a_person_signs_with_the_key_that_she_has_when_she_calls(tmp_path: Path) -> None:
    clerk = Clerk(tmp_path / "clerk")
    words = acting(COURT.clerk, "clerk", COURT)
    async with ProvingChannel("127.0.0.1:1", server=REGISTRY, proofs=clerk) as channel:
        before, again = channel.route(words)[2], channel.route(words)[2]
        clerk.key = _key("second")
        after = channel.route(words)[2]
    assert before is again
    assert after is not before


def _key(key_id: str) -> PersonKey:
    return PersonKey(key_id=key_id, private_key=Ed25519PrivateKey.generate())
