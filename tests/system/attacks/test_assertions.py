"""What is shown as a person's word and is not: each is refused by its own reason, and uses nothing up."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from authority.assertion import ALGORITHM, TYPE
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.keys import assert_key, assert_key_id, sign_key, sign_key_id
from stack.office import acting, request_id
from tests.system.attacks.attacker import Headers, Outcome, assertion_of, bearer
from tests.system.attacks.cast import COURT_A, COURT_B, actor, peer_of
from tests.system.attacks.conftest import Scene
from tests.system.attacks.journal import Journal

pytestmark = pytest.mark.asyncio(loop_scope="session")

_CLERK = COURT_A.clerk
_DAY_S = 86_400


def signed(
    *, claims: dict[str, Any] | None = None, header: dict[str, Any] | None = None, key: Any = None
) -> str:
    """The clerk's word, with anything in it changed; lawful where nothing is."""
    now_s = int(datetime.now(UTC).timestamp())
    said = {
        "sub": _CLERK,
        "role": "clerk",
        "court": COURT_A.code,
        "aud": "registry",
        "iat": now_s,
        "exp": now_s + 60,
        "jti": request_id().replace("-", ""),
        **(claims or {}),
    }
    headers = {"alg": ALGORITHM, "typ": TYPE, "kid": assert_key_id(_CLERK), **(header or {})}
    return jwt.encode(
        {name: value for name, value in said.items() if value is not None},
        assert_key(_CLERK) if key is None else key,
        algorithm=headers["alg"],
        headers=headers,
    )


def aged(issued_s: int, life_s: int = 60) -> str:
    """Issued that many seconds from now."""
    now_s = int(datetime.now(UTC).timestamp())
    return signed(claims={"iat": now_s + issued_s, "exp": now_s + issued_s + life_s})


def unsigned() -> str:
    """Of the algorithm `none` (RFC 7519, section 6)."""
    header, claims, _ = signed().split(".")
    return f"{_with(header, alg='none')}.{claims}."


def signed_by_the_public_key() -> str:
    """HS256 with the public key as its secret: the confusion of RFC 8725, section 2.1."""
    public = assert_key(_CLERK).public_key()
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return signed(header={"alg": "HS256"}, key=raw)


def altered(part: int, **changes: Any) -> str:
    """A lawful one of which one part is another's."""
    parts = signed().split(".")
    parts[part] = _with(parts[part], **changes)
    return ".".join(parts)


def _with(part: str, **changes: Any) -> str:
    read = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    content = json.dumps({**read, **changes}).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _by_another_signature() -> str:
    mine, other = signed(), signed()
    return f"{mine.rpartition('.')[0]}.{other.rpartition('.')[2]}"


_INVALID = "ASSERTION_INVALID"
FORGED: dict[str, tuple[Callable[[], str], str, str]] = {
    "role altered": (lambda: altered(1, role="judge"), _INVALID, "SIGNATURE"),
    "person altered": (lambda: altered(1, sub=COURT_A.judge), _INVALID, "SIGNATURE"),
    "court altered": (lambda: altered(1, court=COURT_B.code), _INVALID, "SIGNATURE"),
    "audience altered": (lambda: altered(1, aud="travel"), _INVALID, "SIGNATURE"),
    "end altered": (lambda: altered(1, exp=2**33), _INVALID, "SIGNATURE"),
    "nonce altered": (lambda: altered(1, jti="0" * 32), _INVALID, "SIGNATURE"),
    "type altered": (lambda: altered(0, typ="JWT"), _INVALID, "MALFORMED"),
    "key altered to another's": (
        lambda: altered(0, kid=assert_key_id(COURT_A.judge)), _INVALID, "SIGNATURE",
    ),
    "key that nobody has": (lambda: altered(0, kid="assert.nobody"), _INVALID, "KEY_UNKNOWN"),
    "signature of another": (_by_another_signature, _INVALID, "SIGNATURE"),
    "signature cut off": (lambda: signed().rpartition(".")[0], _INVALID, "MALFORMED"),
    "algorithm none": (unsigned, _INVALID, "ALGORITHM"),
    "the public key as a secret": (signed_by_the_public_key, _INVALID, "ALGORITHM"),
    "a key of one's own": (lambda: signed(key=sign_key("x")), _INVALID, "SIGNATURE"),
    "key in the header": (
        lambda: altered(0, jwk={"kty": "OKP"}, jku="https://x.example"), _INVALID, "SIGNATURE",
    ),
    "expired": (lambda: aged(-600), _INVALID, "EXPIRED"),
    "not yet": (lambda: aged(600), _INVALID, "NOT_YET"),
    "too long": (lambda: aged(0, 301), _INVALID, "TOO_LONG"),
    "for ever": (lambda: aged(0, 365 * _DAY_S), _INVALID, "TOO_LONG"),
    "ends before it begins": (lambda: aged(0, -1), _INVALID, "EXPIRED"),
    "for a gate": (lambda: signed(claims={"aud": "travel"}), _INVALID, "AUDIENCE"),
    "for several": (lambda: signed(claims={"aud": ["registry"]}), _INVALID, "AUDIENCE"),
    "without a nonce": (lambda: signed(claims={"jti": None}), _INVALID, "MALFORMED"),
    "without an end": (lambda: signed(claims={"exp": None}), _INVALID, "MALFORMED"),
    "of another person by her own key": (
        lambda: signed(claims={"sub": COURT_A.judge, "role": "judge"}), _INVALID, "KEY_UNKNOWN",
    ),
    "of her at another court": (
        lambda: signed(claims={"court": COURT_B.code}), _INVALID, "KEY_UNKNOWN",
    ),
    "in a role she does not hold": (
        lambda: signed(claims={"role": "president"}), "ACTOR_UNKNOWN", "",
    ),
    "as an operator": (lambda: signed(claims={"role": "operator"}), _INVALID, "MALFORMED"),
    "by a key that signs decisions": (
        lambda: signed(
            claims={"sub": COURT_A.president, "role": "president"},
            header={"kid": sign_key_id(COURT_A.president)},
            key=sign_key(COURT_A.president),
        ),
        _INVALID,
        "KEY_UNKNOWN",
    ),
    "garbage": (lambda: "garbage", _INVALID, "MALFORMED"),
    "dots": (lambda: "..", _INVALID, "MALFORMED"),
    "nothing": (lambda: "", _INVALID, "MALFORMED"),
    "SQL": (lambda: "'; DROP TABLE officer; --", _INVALID, "MALFORMED"),
    "SQL as its key": (lambda: signed(header={"kid": "' OR 1=1 --"}), _INVALID, "MALFORMED"),
    "SQL as its person": (lambda: signed(claims={"sub": "' OR 1=1"}), _INVALID, "MALFORMED"),
    "longer than any": (lambda: signed(claims={"more": "x" * 2_048}), _INVALID, "MALFORMED"),
}  # fmt: skip


async def ask(scene: Scene, headers: Headers, court: Any = COURT_A) -> Outcome:
    """A read that a clerk may make, over a court's own certificate."""
    transport = scene.attacker.transport_of(peer_of(court))
    return await scene.attacker.call(
        scene.rpc("ListTasks"), rpc.ListTasksRequest(), transport, headers
    )


async def refused_and_told(scene: Scene, headers: Headers, court: Any = COURT_A) -> Outcome:
    """The same, refused, with its line: the peer and the reason, and of what was shown nothing."""
    journal = Journal(scene.stack, "registry")
    outcome = await ask(scene, headers, court)
    line = (await journal.calls_of({outcome.call_id}))[outcome.call_id]
    assert (line["reason"], line["peer"]) == (outcome.reason, f"court/{court.code}")
    assert "person" not in line
    assert not [
        one for _, one in headers if len(one) > len("Bearer ..") and str(one) in journal.text()
    ]
    return outcome


@pytest.mark.parametrize("words", FORGED)
async def test_a_word_that_cannot_be_believed_is_refused_by_its_own_reason(
    scene: Scene, words: str
) -> None:
    make, reason, why = FORGED[words]
    outcome = await refused_and_told(scene, bearer(make()))
    assert (outcome.reason, outcome.why) == (reason, why)


async def test_an_assertion_is_good_once(scene: Scene) -> None:
    shown = bearer(signed())
    assert (await ask(scene, shown)).seen == "OK"
    assert (await refused_and_told(scene, shown)).reason == "ASSERTION_REPLAYED"


async def test_a_borrowed_assertion_is_refused_and_stays_good_at_its_own_court(
    scene: Scene,
) -> None:
    shown = bearer(signed())
    outcome = await refused_and_told(scene, shown, COURT_B)
    assert outcome.reason == "ASSERTION_BORROWED"
    assert (await ask(scene, shown)).seen == "OK"


@pytest.mark.parametrize(
    "words", ["none", "two", "two alike", "another scheme", "no scheme", "plaintext's words"]
)
async def test_a_call_that_does_not_say_once_who_acts_is_refused(scene: Scene, words: str) -> None:
    one, other = bearer(signed()), bearer(signed())
    token = signed()
    headers: dict[str, Headers] = {
        "none": (),
        "two": (*one, *other),
        "two alike": (*one, *one),
        "another scheme": (("authorization", f"Basic {token}"),),
        "no scheme": (("authorization", token),),
        "plaintext's words": acting(COURT_A.judge, "judge", COURT_A),
    }
    outcome = await refused_and_told(scene, headers[words])
    assert outcome.reason == "ACTOR_REQUIRED"


async def test_a_retired_key_says_nothing_any_more(scene: Scene) -> None:
    president = acting(COURT_A.president, "president", COURT_A)
    key_id, key = f"attack.{request_id()}", sign_key(request_id())
    operators = scene.court_a.registry.operators
    await operators.EnrolKey(
        admin.EnrolKeyRequest(
            request_id=request_id(),
            person_id=_CLERK,
            court_code=COURT_A.code,
            key_id=key_id,
            purpose=ledger.KEY_PURPOSE_ASSERT,
            algorithm="ed25519",
            public_key=key.public_key().public_bytes_raw(),
        ),
        metadata=president,
    )
    assert (await ask(scene, bearer(signed(header={"kid": key_id}, key=key)))).seen == "OK"
    await operators.RetireKey(
        admin.RetireKeyRequest(request_id=request_id(), key_id=key_id), metadata=president
    )
    outcome = await refused_and_told(scene, bearer(signed(header={"kid": key_id}, key=key)))
    assert (outcome.reason, outcome.why) == (_INVALID, "KEY_UNKNOWN")


async def test_an_assertion_makes_no_person_of_another_peer(scene: Scene) -> None:
    shown = bearer(assertion_of(actor(COURT_A, "judge")))
    for name, words in (("ReadChanges", "LedgerService"), ("GetProcess", "ProcessService")):
        transport = scene.attacker.transport_of(peer_of(COURT_A))
        outcome = await scene.attacker.call(scene.rpc(name), b"", transport, shown)
        assert outcome.reason == "PEER_REFUSED", words


async def test_the_attacked_system_is_unharmed(scene: Scene) -> None:
    assert await scene.is_unharmed()
