"""The file of `courtlist init`, read into steps; every problem of it at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cli import fields, keys
from cli.errors import Problem, UsageError
from cli.papers import reading, shapes
from cli.profile import Actor
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin

_TOP: Final = {"keys", "courts", "partners"}
_COURT: Final = {
    "code": "court_code",
    "name": "name",
    "contact": "contact",
    "higher_court": "higher_court_code",
}
_OFFICER: Final = {"person": "person_id", "name": "name", "role": "role"}
_OFFICER_KEYS: Final = {
    "key": ledger.KEY_PURPOSE_ASSERT,
    "sign_key": ledger.KEY_PURPOSE_SIGN,
}
_GO_LIVE: Final = {"day": "go_live_on", "signed_by": ""}
_PARTNER: Final = {
    "id": "partner_id",
    "name": "name",
    "fields": "fields",
    "push_address": "push_address",
}
_RATING: Final = ("site_code", "stars", "first_day", "last_day")


@dataclass(frozen=True, slots=True)
class GoLive:
    """A court's go-live day, and the president who signs it."""

    president: Actor
    request: admin.SetGoLiveRequest


@dataclass(slots=True)
class Plan:
    """What is to be there in the end."""

    keys: Path | None = None
    courts: list[admin.EnrolCourtRequest] = field(default_factory=list)
    officers: list[admin.EnrolOfficerRequest] = field(default_factory=list)
    officer_keys: list[admin.EnrolKeyRequest] = field(default_factory=list)
    go_lives: list[GoLive] = field(default_factory=list)
    partners: list[admin.EnrolPartnerRequest] = field(default_factory=list)
    ratings: list[admin.RecordRatingRequest] = field(default_factory=list)


def read(given: Any, *, what: str) -> Plan:
    """The plan. Raises UsageError."""
    problems: list[Problem] = []
    plan = Plan()
    if not isinstance(given, Mapping):
        raise UsageError(
            f"{what} must hold {', '.join(sorted(_TOP))}",
            next_step="courtlist init --example > courts.toml prints one",
        )
    problems += [
        Problem(str(name), "FIELD_UNKNOWN", f"one of: {', '.join(sorted(_TOP))}")
        for name in given
        if name not in _TOP
    ]
    if given.get("keys"):
        try:
            plan.keys = Path(str(given["keys"])).expanduser()
        except RuntimeError:
            problems.append(
                Problem("keys", "FIELD_INVALID", "that home is not known; write the path whole")
            )
    for path, court in _tables(given, "courts", problems):
        _read_court(plan, court, path, problems)
    for path, partner in _tables(given, "partners", problems):
        _read_partner(plan, partner, path, problems)
    if problems:
        raise UsageError(f"{what} cannot be used; nothing was sent", problems=problems)
    return plan


def _read_court(plan: Plan, court: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
    known = {**_COURT, "officers": "", "go_live": ""}
    plan.courts.append(_request(admin.EnrolCourtRequest, court, known, path, problems))
    code = str(court.get("code", ""))
    for at, officer in _tables(court, "officers", problems, path):
        known = {**_OFFICER, **dict.fromkeys(_OFFICER_KEYS, "")}
        request = _request(admin.EnrolOfficerRequest, officer, known, at, problems)
        request.court_code = code
        plan.officers.append(request)
        _read_keys(plan, request, officer, at, problems)
    go_live = court.get("go_live")
    if go_live is None:
        return
    if not isinstance(go_live, Mapping) or not go_live.get("signed_by"):
        problems.append(
            Problem(f"{path}.go_live", "FIELD_REQUIRED", "give day and signed_by, the president")
        )
        return
    signed = _request(admin.SetGoLiveRequest, go_live, _GO_LIVE, f"{path}.go_live", problems)
    president = Actor(str(go_live["signed_by"]), "president", code)
    plan.go_lives.append(GoLive(president, signed))


def _read_keys(
    plan: Plan,
    officer: admin.EnrolOfficerRequest,
    given: Mapping[str, Any],
    path: str,
    problems: list[Problem],
) -> None:
    for name, purpose in _OFFICER_KEYS.items():
        if not given.get(name):
            continue
        try:
            public = keys.read_public(str(given[name]))
        except UsageError as error:
            problems.append(Problem(f"{path}.{name}", "FIELD_INVALID", error.message))
            continue
        plan.officer_keys.append(
            enrolment(officer.person_id, officer.court_code, public, purpose=purpose)
        )


def enrolment(
    person_id: str,
    court_code: str,
    public: Ed25519PublicKey,
    *,
    purpose: ledger.KeyPurpose.ValueType,
    key_id: str = "",
) -> admin.EnrolKeyRequest:
    """What makes a key count as a person's."""
    return admin.EnrolKeyRequest(
        person_id=person_id,
        court_code=court_code,
        key_id=key_id or keys.key_id_of(public),
        purpose=purpose,
        algorithm=keys.ALGORITHM,
        public_key=keys.raw(public),
    )


def _read_partner(
    plan: Plan, partner: Mapping[str, Any], path: str, problems: list[Problem]
) -> None:
    known = {**_PARTNER, "ratings": ""}
    request = _request(admin.EnrolPartnerRequest, partner, known, path, problems)
    plan.partners.append(request)
    for name in request.fields:
        try:
            fields.named(name)
        except UsageError as error:
            problems += [Problem(f"{path}.fields", one.reason, one.text) for one in error.problems]
    for at, rating in _tables(partner, "ratings", problems, path):
        known = {**dict.fromkeys(_RATING, ""), "evidence_reference": "evidence_reference"}
        recorded = _request(admin.RecordRatingRequest, rating, known, at, problems)
        recorded.partner_id = request.partner_id
        dated = {name: rating[name] for name in _RATING if name in rating}
        recorded.rating.CopyFrom(_filled(admin.Rating, dated, at, problems))
        plan.ratings.append(recorded)


def _request(
    kind: Any,
    given: Mapping[str, Any],
    names: Mapping[str, str],
    path: str,
    problems: list[Problem],
) -> Any:
    """A request of `kind`; `names` says which field each key fills, "" for one read elsewhere."""
    problems += [
        Problem(f"{path}.{name}", "FIELD_UNKNOWN", f"one of: {', '.join(names)}")
        for name in given
        if name not in names
    ]
    named = {names[name]: value for name, value in given.items() if names.get(name)}
    return _filled(kind, named, path, problems)


def _filled(kind: Any, named: Mapping[str, Any], path: str, problems: list[Problem]) -> Any:
    try:
        return reading.fill(kind, named, what=path)
    except UsageError as error:
        problems += [Problem(f"{path}.{one.field}", one.reason, one.text) for one in error.problems]
        return kind()


def _tables(
    given: Mapping[str, Any], name: str, problems: list[Problem], path: str = ""
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    at = f"{path}.{name}" if path else name
    tables = given.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(one, Mapping) for one in tables):
        problems.append(Problem(at, "FIELD_INVALID", f"must be tables: [[{at}]]"))
        return
    for index, one in enumerate(tables):
        yield f"{at}[{index}]", one


def day_of(request: admin.SetGoLiveRequest) -> str:
    """The go-live day as it is printed."""
    return shapes.day_text(request.go_live_on)
