"""A person's signed word that she acts, now, in one role at one court, towards one server.

    authorization: Bearer <JWT>

A JWT (RFC 7519) signed with Ed25519 (RFC 8037). Its header names `alg` EdDSA, `kid` and `typ`; its
claims are `sub` (person_id), `role`, `court`, `aud` (the server's name), `iat` and `exp` (seconds, UTC)
and `jti` (used once). Making and checking are pure: whether the key and the role still count, and
whether the `jti` was used before, is for whoever keeps the record.
"""

import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from authority.caller import Actor
from authority.errors import assertion_borrowed, assertion_invalid
from authority.table import AUDITOR, CLERK, JUDGE, PRESIDENT, REVIEWER, Role

ALGORITHM: Final = "EdDSA"
TYPE: Final = "courtlist-assertion+jwt"
LIFE: Final = timedelta(seconds=60)
"""How long one that a client makes is good: for one attempt of one call, and clocks that differ."""
LIFE_MAX: Final = timedelta(seconds=300)
SKEW_MAX: Final = timedelta(seconds=5)
"""How far the client's clock may differ from the server's."""
TOKEN_CHARS_MAX: Final = 2_048

_NONCE_BYTES: Final = 16
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,63}")
_COURT_CODE: Final = re.compile(r"\w{1,20}")
_NONCE: Final = re.compile(r"[0-9a-f]{32}")
# Without a limit a number of seconds may lie beyond every calendar.
_SECONDS_MAX: Final = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
_ROLES: Final[dict[str, Role]] = {
    "clerk": CLERK,
    "judge": JUDGE,
    "president": PRESIDENT,
    "reviewer": REVIEWER,
    "auditor": AUDITOR,
}
_NAMES: Final = {role: name for name, role in _ROLES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertKey:
    """A key that is enrolled with purpose ASSERT, and whose it is."""

    person_id: str
    court_code: str
    public_key: Ed25519PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a sound assertion says: who acts, and the nonce that is good once.

    From `refused_from` on the assertion is refused as expired, and its nonce can be forgotten.
    """

    actor: Actor
    nonce: str
    refused_from: datetime


def make(
    *,
    actor: Actor,
    key_id: str,
    private_key: Ed25519PrivateKey,
    audience: str,
    now: datetime,
    life: timedelta = LIFE,
) -> str:
    """A fresh assertion, good once, from `now` for `life`. `actor` acts at a court."""
    issued_s = int(now.timestamp())
    claims = {
        "sub": actor.person_id,
        "role": _NAMES[actor.role],
        "court": actor.court_code,
        "aud": audience,
        "iat": issued_s,
        "exp": issued_s + int(life.total_seconds()),
        "jti": secrets.token_hex(_NONCE_BYTES),
    }
    headers = {"kid": key_id, "typ": TYPE}
    return jwt.encode(claims, private_key, algorithm=ALGORITHM, headers=headers)


def read_key_id(token: str) -> str:
    """The id of the key that is said to have signed; nothing is believed yet.

    Raises ServiceError ASSERTION_INVALID: MALFORMED, ALGORITHM.
    """
    if len(token) > TOKEN_CHARS_MAX:
        raise assertion_invalid("MALFORMED")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError):
        raise assertion_invalid("MALFORMED") from None
    if header.get("alg") != ALGORITHM:
        raise assertion_invalid("ALGORITHM")
    if header.get("typ") != TYPE:
        raise assertion_invalid("MALFORMED")
    return _text(header, "kid", _ID)


def check(token: str, *, key: AssertKey, audience: str, now: datetime, court_code: str) -> Claims:
    """What the assertion claims, once everything that it shows by itself is in order.

    Args:
        token: the assertion as it came.
        key: the enrolled key of its `kid`.
        audience: the name of the server that was called.
        now: the server's clock, UTC.
        court_code: the court of the certificate over which it came.

    Raises:
        ServiceError: ASSERTION_INVALID with `why`, ASSERTION_BORROWED.
    """
    claims = _verified(token, key)
    person_id, court = _text(claims, "sub", _ID), _text(claims, "court", _COURT_CODE)
    nonce = _text(claims, "jti", _NONCE)
    role = _ROLES.get(_text(claims, "role", _ID))
    if role is None:
        raise assertion_invalid("MALFORMED")
    # Somebody else's key is none of this person's, and a key counts at the court that enrolled it.
    if person_id != key.person_id or court != key.court_code:
        raise assertion_invalid("KEY_UNKNOWN")
    if claims.get("aud") != audience:
        raise assertion_invalid("AUDIENCE")
    refused_from = _in_time(_instant(claims, "iat"), _instant(claims, "exp"), now)
    if court != court_code:
        raise assertion_borrowed()
    actor = Actor(person_id=person_id, role=role, court_code=court)
    return Claims(actor=actor, nonce=nonce, refused_from=refused_from)


def _verified(token: str, key: AssertKey) -> dict[str, Any]:
    """The claims, signed by the key. The signature comes first: before it nothing else is read."""
    read_key_id(token)
    try:
        content = jwt.PyJWS(algorithms=[ALGORITHM]).decode(
            token, key.public_key, algorithms=[ALGORITHM]
        )
    except jwt.InvalidSignatureError:
        raise assertion_invalid("SIGNATURE") from None
    except (jwt.PyJWTError, ValueError):
        raise assertion_invalid("MALFORMED") from None
    try:
        claims = json.loads(content)
    # What is nested too deeply ends the reader of JSON by RecursionError.
    except (ValueError, RecursionError):
        raise assertion_invalid("MALFORMED") from None
    if not isinstance(claims, dict):
        raise assertion_invalid("MALFORMED")
    return claims


def _in_time(issued_at: datetime, expires_at: datetime, now: datetime) -> datetime:
    """From when on it is refused, if it lives now and not for too long."""
    if expires_at - issued_at > LIFE_MAX:
        raise assertion_invalid("TOO_LONG")
    if now + SKEW_MAX < issued_at:
        raise assertion_invalid("NOT_YET")
    # An end before the beginning is no life at all.
    if expires_at <= issued_at or expires_at + SKEW_MAX <= now:
        raise assertion_invalid("EXPIRED")
    return expires_at + SKEW_MAX


def _text(content: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = content.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise assertion_invalid("MALFORMED")
    return value


def _instant(claims: dict[str, Any], name: str) -> datetime:
    value = claims.get(name)
    # Of JSON's values true and false are integers to Python.
    if type(value) is not int or not 0 <= value <= _SECONDS_MAX:
        raise assertion_invalid("MALFORMED")
    return datetime.fromtimestamp(value, UTC)
