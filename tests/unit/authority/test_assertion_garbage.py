"""Whatever is sent as an assertion, the answer is a refusal with its reason and never a fault."""

import contextlib
import json
from datetime import UTC, datetime

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from authority.assertion import TYPE, AssertKey, check, read_key_id
from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from stack.keys import assert_key

_NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
_KEY = AssertKey(
    person_id="judge-1", court_code="京0105", public_key=assert_key("judge-1").public_key()
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
_CLAIMS = st.dictionaries(
    st.sampled_from(["sub", "role", "court", "aud", "iat", "exp", "jti"]), _JSON
)


def _is_refused(token: str) -> None:
    with pytest.raises(ServiceError) as refused:
        check(token, key=_KEY, audience="registry", now=_NOW, court_code="京0105")
    assert refused.value.reason == reasons.ERROR_REASON_ASSERTION_INVALID


def _sign(content: bytes) -> str:
    return jwt.PyJWS(algorithms=["EdDSA"]).encode(
        content, assert_key("judge-1"), algorithm="EdDSA", headers={"kid": "k1", "typ": TYPE}
    )


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    _is_refused(text)


@given(st.lists(st.from_regex(r"[A-Za-z0-9_=-]{0,80}", fullmatch=True), min_size=3, max_size=3))
def test_any_three_segments_are_refused(segments: list[str]) -> None:
    _is_refused(".".join(segments))


@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "b64", "crit", "jwk"]), _JSON))
def test_any_header_is_refused_or_names_a_key(header: dict[str, object]) -> None:
    segment = jwt.utils.base64url_encode(json.dumps(header).encode()).decode()
    with contextlib.suppress(ServiceError):
        assert read_key_id(f"{segment}.e30.AA") == header["kid"]


@given(_CLAIMS)
def test_any_signed_claims_are_refused(claims: dict[str, object]) -> None:
    _is_refused(_sign(json.dumps(claims).encode()))


@given(st.binary(max_size=200))
def test_any_signed_bytes_are_refused(content: bytes) -> None:
    _is_refused(_sign(content))


def test_claims_nested_deeper_than_the_reader_goes_are_refused() -> None:
    _is_refused(_sign(b"[" * 1_300))
