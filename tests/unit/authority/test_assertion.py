"""An assertion is believed whole or not at all: every claim, its signature, its time, its court."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from authority.assertion import (
    LIFE,
    LIFE_MAX,
    SKEW_MAX,
    TOKEN_CHARS_MAX,
    TYPE,
    AssertKey,
    Claims,
    check,
    make,
    read_key_id,
)
from authority.caller import Actor
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as pb
from stack.keys import assert_key, sign_key

_NOW = datetime(2026, 3, 2, 1, 30, 15, tzinfo=UTC)
_COURT = "京0105"
_JUDGE = Actor(person_id="judge-1", role=pb.ROLE_JUDGE, court_code=_COURT)
_KEY = AssertKey(
    person_id="judge-1", court_code=_COURT, public_key=assert_key("judge-1").public_key()
)
_ISSUED_S = int(_NOW.timestamp())
_CLAIMS = {
    "sub": "judge-1",
    "role": "judge",
    "court": _COURT,
    "aud": "registry",
    "iat": _ISSUED_S,
    "exp": _ISSUED_S + 60,
    "jti": "0123456789abcdef0123456789abcdef",
}


def _signed(
    changes: dict[str, Any] | None = None,
    *,
    key: Ed25519PrivateKey | None = None,
    headers: dict[str, Any] | None = None,
) -> str:
    """An assertion with some claims changed; a claim changed to None is left out."""
    claims = {
        name: value for name, value in {**_CLAIMS, **(changes or {})}.items() if value is not None
    }
    return jwt.encode(
        claims,
        key or assert_key("judge-1"),
        algorithm="EdDSA",
        headers={"kid": "k1", "typ": TYPE, **(headers or {})},
    )


def _check(token: str, *, now: datetime = _NOW, key: AssertKey = _KEY) -> Claims:
    return check(token, key=key, audience="registry", now=now, court_code=_COURT)


def _why(token: str, *, now: datetime = _NOW, key: AssertKey = _KEY) -> str:
    with pytest.raises(ServiceError) as refused:
        _check(token, now=now, key=key)
    assert refused.value.reason == reasons.ERROR_REASON_ASSERTION_INVALID
    return refused.value.metadata["why"]


def _made(now: datetime = _NOW, life: timedelta = LIFE) -> str:
    return make(
        actor=_JUDGE,
        key_id="k1",
        private_key=assert_key("judge-1"),
        audience="registry",
        now=now,
        life=life,
    )


def test_what_is_made_is_believed_and_names_its_key() -> None:
    token = _made()
    assert read_key_id(token) == "k1"
    claims = _check(token)
    assert claims.actor == _JUDGE
    assert claims.refused_from == _NOW + LIFE + SKEW_MAX
    assert len(bytes.fromhex(claims.nonce)) == 16


def test_every_assertion_has_a_nonce_of_its_own() -> None:
    assert _check(_made()).nonce != _check(_made()).nonce


@pytest.mark.parametrize("role", ["CLERK", "JUDGE", "PRESIDENT", "REVIEWER", "AUDITOR"])
def test_every_role_of_a_court_can_be_asserted(role: str) -> None:
    number = pb.Role.Value(f"ROLE_{role}")
    actor = Actor(person_id="judge-1", role=number, court_code=_COURT)
    token = make(
        actor=actor,
        key_id="k1",
        private_key=assert_key("judge-1"),
        audience="registry",
        now=_NOW,
    )
    assert _check(token).actor == actor


def test_the_longest_person_key_and_court_fit_in_a_token() -> None:
    long = Actor(person_id="p" * 63, role=pb.ROLE_PRESIDENT, court_code="\U00020000" * 20)
    token = make(
        actor=long,
        key_id="k" * 63,
        private_key=assert_key("judge-1"),
        audience="a" * 63,
        now=_NOW,
    )
    assert len(token) <= TOKEN_CHARS_MAX


def test_a_claim_that_is_not_known_is_passed_over() -> None:
    assert _check(_signed({"nbf": "soon", "scope": ["everything"]})).actor == _JUDGE


@pytest.mark.parametrize("name", ["sub", "role", "court", "iat", "exp", "jti"])
@pytest.mark.parametrize(
    "value", [None, "", 7, -1, 1.5, True, [], {}, ["judge-1"], "判决", "x" * 70]
)
def test_a_claim_of_the_wrong_kind_is_malformed(name: str, value: object) -> None:
    token = _signed({name: value})
    # 判决 is a court's code in form, and 7 the start of 1970: refused as another court's and as lapsed.
    if (name, value) == ("court", "判决"):
        assert _why(token) == "KEY_UNKNOWN"
    elif (name, value) == ("exp", 7):
        assert _why(token) == "EXPIRED"
    elif (name, value) == ("iat", 7):
        assert _why(token) == "TOO_LONG"
    else:
        assert _why(token) == "MALFORMED"


@pytest.mark.parametrize("role", ["operator", "JUDGE", "unspecified", "ROLE_JUDGE", "3"])
def test_what_is_no_role_of_a_court_is_malformed(role: str) -> None:
    assert _why(_signed({"role": role})) == "MALFORMED"


@pytest.mark.parametrize("jti", ["0" * 31, "0" * 33, "G" * 32, "A" * 32])
def test_a_nonce_is_16_bytes_in_lower_case_hex(jti: str) -> None:
    assert _why(_signed({"jti": jti})) == "MALFORMED"


@pytest.mark.parametrize("name", ["iat", "exp"])
def test_an_instant_beyond_every_calendar_is_malformed(name: str) -> None:
    assert _why(_signed({name: 10**30})) == "MALFORMED"


@pytest.mark.parametrize("audience", ["travel", "", None, 7, ["registry", "travel"]])
def test_an_assertion_towards_another_server_is_refused(audience: object) -> None:
    assert _why(_signed({"aud": audience})) == "AUDIENCE"


def test_an_assertion_is_good_until_its_end_and_the_skew_and_no_longer() -> None:
    end = datetime.fromtimestamp(_ISSUED_S + 60, UTC) + SKEW_MAX
    assert _check(_signed(), now=end - timedelta(microseconds=1)).refused_from == end
    assert _why(_signed(), now=end) == "EXPIRED"


def test_an_assertion_from_a_clock_further_ahead_than_the_skew_is_refused() -> None:
    issued = datetime.fromtimestamp(_ISSUED_S, UTC)
    assert _check(_signed(), now=issued - SKEW_MAX).actor == _JUDGE
    assert _why(_signed(), now=issued - SKEW_MAX - timedelta(microseconds=1)) == "NOT_YET"


def test_an_assertion_lives_no_longer_than_five_minutes() -> None:
    assert _check(_made(life=LIFE_MAX)).actor == _JUDGE
    assert _why(_made(life=LIFE_MAX + timedelta(seconds=1))) == "TOO_LONG"


def test_an_assertion_that_ends_before_it_begins_is_refused() -> None:
    assert _why(_signed({"exp": _ISSUED_S})) == "EXPIRED"


def test_an_assertion_over_another_courts_certificate_is_borrowed() -> None:
    with pytest.raises(ServiceError) as refused:
        check(_signed(), key=_KEY, audience="registry", now=_NOW, court_code="沪0101")
    assert refused.value.reason == reasons.ERROR_REASON_ASSERTION_BORROWED


@pytest.mark.parametrize("claim", [{"sub": "judge-2"}, {"court": "沪0101"}])
def test_a_key_speaks_for_its_own_person_at_its_own_court_only(claim: dict[str, str]) -> None:
    assert _why(_signed(claim)) == "KEY_UNKNOWN"


def test_a_signature_by_another_key_is_refused() -> None:
    assert _why(_signed(key=assert_key("judge-2"))) == "SIGNATURE"
    assert _why(_signed(key=sign_key("judge-1"))) == "SIGNATURE"


def test_a_claim_altered_after_the_signature_is_refused() -> None:
    header, _, signature = _signed().split(".")
    altered = base64.urlsafe_b64encode(json.dumps({**_CLAIMS, "role": "president"}).encode())
    assert _why(f"{header}.{altered.decode().rstrip('=')}.{signature}") == "SIGNATURE"


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "ES256", "Ed448", "EDDSA", ""])
def test_only_eddsa_is_accepted(algorithm: str) -> None:
    _, claims, signature = _signed().split(".")
    header = base64.urlsafe_b64encode(
        json.dumps({"alg": algorithm, "kid": "k1", "typ": TYPE}).encode()
    )
    for last in (signature, ""):
        token = f"{header.decode().rstrip('=')}.{claims}.{last}"
        assert _why(token) == "ALGORITHM"


def test_a_public_key_is_no_shared_secret() -> None:
    public = assert_key("judge-1").public_key()
    secret = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    forged = jwt.encode(_CLAIMS, secret, algorithm="HS256", headers={"kid": "k1", "typ": TYPE})
    assert _why(forged) == "ALGORITHM"


def test_a_token_of_another_type_is_no_assertion() -> None:
    assert _why(_signed(headers={"typ": "JWT"})) == "MALFORMED"


@pytest.mark.parametrize("key_id", ["", "k 1", "k" * 64, "键"])
def test_a_key_id_is_plain(key_id: str) -> None:
    assert _why(_signed(headers={"kid": key_id})) == "MALFORMED"


def test_a_token_longer_than_any_assertion_is_not_read() -> None:
    assert _why(_signed({"more": "x" * TOKEN_CHARS_MAX})) == "MALFORMED"


def test_no_refusal_repeats_what_was_sent() -> None:
    token = _signed({"sub": "judge-2"})
    with pytest.raises(ServiceError) as refused:
        _check(token)
    assert "judge" not in refused.value.message
    assert token.split(".")[1] not in refused.value.message
