"""The profile: where the services answer, and who acts. A TOML file; README.md shows one.

`make run` writes one into its data folder.
"""

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cli.errors import Problem, UsageError
from cli.given import PROFILE_VARIABLE
from cli.papers.files import said_of
from cli.profile_proofs import PROOF, read_proofs
from cli.proofs import ProfileProofs

ROLES: Final = ("clerk", "judge", "president", "reviewer", "auditor", "operator")
_KEYS: Final = (
    "partner",
    "tls",
    "addresses",
    "processes",
    "acting",
    "people",
    "partners",
    "stores",
    "tools",
)
_OFFICE: Final = ("person", "role", "court")
_ADDRESS: Final = re.compile(r"[!-~]+:[0-9]{1,5}")
_EXAMPLE: Final = "mend the file there; services/cli/README.md shows one"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person in a role at a court; an operator has no court."""

    person: str = ""
    role: str = ""
    court: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the command line knows of its surroundings.

    Attributes:
        path: of the file; None when there is none.
        addresses: `host:port` by name of service (registry, travel, hotel, loan, ...).
        processes: `host:port` of further processes, for `courtlist status` alone; a partner's by
            `partner/ID`.
        acting: who acts unless the command line says otherwise.
        people: whom `--as` knows by name.
        partner: as whom a check is asked.
        proofs: certificates and keys of all of them.
        stores: PostgreSQL by name of service, for backup and restore. Holds passwords.
        postgres_programs: folder of pg_dump, pg_restore and psql; None to look for them.
    """

    path: Path | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)
    acting: Actor = Actor()
    people: tuple[Actor, ...] = ()
    partner: str = ""
    proofs: ProfileProofs = field(default_factory=ProfileProofs)
    stores: Mapping[str, str] = field(default_factory=dict, repr=False)
    postgres_programs: Path | None = None

    def address(self, service: str) -> str:
        """Where `service` answers. Raises UsageError when the profile does not say."""
        if service in self.addresses:
            return self.addresses[service]
        where = self.path or "no profile"
        raise UsageError(
            f"no address of {service} is known ({where})",
            next_step=f'name a profile with --profile or {PROFILE_VARIABLE}, and write {service} = "host:port" '
            "under [addresses]",
        )


def find(given: Path | None, environment: Mapping[str, str]) -> Path:
    """The profile's path: the one given, COURTLIST_PROFILE's, or the user's own."""
    if given is not None:
        return given
    if environment.get(PROFILE_VARIABLE):
        return Path(environment[PROFILE_VARIABLE])
    folder = Path(
        environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME") or "~", ".config")
    )
    # Whoever has no home has no profile of her own.
    with suppress(RuntimeError):
        folder = folder.expanduser()
    return folder / "courtlist" / "courtlist.toml"


def read(path: Path, *, is_needed: bool) -> Profile:
    """Read the file; an absent one that nobody named is an empty profile.

    Raises:
        UsageError: every problem of the file at once.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if not is_needed:
            return Profile()
        raise UsageError(
            f"{path}: there is no such profile",
            next_step="name another with --profile; `make run` prints the path of the one it wrote",
        ) from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8", next_step="save the profile as UTF-8") from None
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read: {error.strerror}", next_step="look at its path and rights"
        ) from None
    try:
        given = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is not TOML: {said_of(error)}", next_step=_EXAMPLE) from None
    return _profile(path, given)


def _profile(path: Path, given: Mapping[str, Any]) -> Profile:
    problems = [
        Problem(key, "FIELD_INVALID", f"is not known; one of: {', '.join(_KEYS)}")
        for key in given
        if key not in _KEYS
    ]
    texts = {
        key: _texts(key, given.get(key, {}), problems)
        for key in ("addresses", "processes", "stores", "tools")
    }
    problems += [
        Problem(f"{key}.{name}", "FIELD_INVALID", "must be host:port, as 127.0.0.1:20001")
        for key in ("addresses", "processes")
        for name, address in texts[key].items()
        if not _ADDRESS.fullmatch(address)
    ]
    acting = _actor("acting", given.get("acting", {}), problems)
    listed = given.get("people", [])
    people = tuple(
        _actor(f"people[{index}]", one, problems)
        for index, one in enumerate(listed if isinstance(listed, list) else [])
    )
    partner = given.get("partner", "")
    if not isinstance(partner, str) or not isinstance(listed, list):
        problems.append(
            Problem("partner, people", "FIELD_INVALID", "a text, and [[people]] tables")
        )
    proofs = read_proofs(path.parent, given, problems)
    if problems:
        raise UsageError(f"{path}: the profile cannot be used", problems=problems)
    programs = texts["tools"].get("postgres")
    return Profile(
        path=path,
        addresses=texts["addresses"],
        processes=texts["processes"],
        acting=acting,
        people=people,
        partner=partner,
        proofs=proofs,
        stores=texts["stores"],
        postgres_programs=Path(programs) if programs else None,
    )


def _texts(key: str, given: Any, problems: list[Problem]) -> dict[str, str]:
    if not isinstance(given, Mapping):
        problems.append(Problem(key, "FIELD_INVALID", f"must be a table: [{key}]"))
        return {}
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    wrong = [name for name in given if name not in texts or "\0" in texts[name]]
    problems += [Problem(f"{key}.{name}", "FIELD_INVALID", "must be a text") for name in wrong]
    return texts


def _actor(path: str, given: Any, problems: list[Problem]) -> Actor:
    texts = _texts(path, given, problems)
    known = ", ".join((*_OFFICE, *PROOF))
    problems += [
        Problem(f"{path}.{name}", "FIELD_INVALID", f"is not known; one of: {known}")
        for name in texts
        if name not in {*_OFFICE, *PROOF}
    ]
    role = texts.get("role", "")
    if role and role not in ROLES:
        problems.append(Problem(f"{path}.role", "FIELD_INVALID", f"one of: {', '.join(ROLES)}"))
    return Actor(texts.get("person", ""), role, texts.get("court", ""))
