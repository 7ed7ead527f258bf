"""The settings of a restriction service."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chassis.config import ConfigError, Environment, Problem
from document import DigestKey
from restriction.keyring import KeyringError, parse_keyring

ROLES = ("all", "engine", "gate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything a restriction service is told from outside; see `read_config` for each meaning."""

    dsn: str = field(repr=False)
    registry: str
    listen: str
    keys: tuple[DigestKey, ...]
    log_level: str = "INFO"
    max_staleness_s: float = 5.0
    stale_limit_s: float = 86_400.0
    confirm_timeout_ms: int = 500
    record_timeout_ms: int = 1000
    store_timeout_ms: int = 1000
    grace_s: float = 10.0


def read_config(values: Mapping[str, str], *, role: str) -> Config:
    """Read the environment; `role` is the --role given, or empty for COURTLIST_ROLE's.

    Raises:
        ConfigError: every problem at once.
    """
    environment = Environment(values)
    dsn = environment.url(
        "COURTLIST_POSTGRES_DSN",
        about="PostgreSQL of this service; its schema is named after the field",
        schemes=("postgresql", "postgres"),
    )
    registry = environment.text("COURTLIST_REGISTRY", about="host:port of the registry")
    listen = environment.text(
        "COURTLIST_LISTEN", default="127.0.0.1:0", about="host:port to serve on; port 0: any free"
    )
    path = environment.path(
        "COURTLIST_KEYRING",
        about="JSON file with the digest keys, as the registry writes it",
        exists=True,
    )
    set_role = environment.text(
        "COURTLIST_ROLE", default="all", about="what this process is: all (engine and gate in one)"
    )
    config = Config(
        dsn=dsn,
        registry=registry,
        listen=listen,
        keys=(),
        log_level=environment.text(
            "COURTLIST_LOG_LEVEL", default="INFO", about="least level logged"
        ),
        max_staleness_s=environment.number(
            "COURTLIST_MAX_STALENESS_S",
            default=5.0,
            least=0,
            about="age from which an answer says stale",
        ),
        stale_limit_s=environment.number(
            "COURTLIST_STALE_LIMIT_S",
            default=86_400.0,
            least=1,
            about="age beyond which nothing is CLEAR any more; the court sets it",
        ),
        confirm_timeout_ms=environment.integer(
            "COURTLIST_CONFIRM_TIMEOUT_MS",
            default=500,
            least=1,
            most=10_000,
            about="a check's whole wait for the registry before it is UNDETERMINED",
        ),
        record_timeout_ms=environment.integer(
            "COURTLIST_RECORD_TIMEOUT_MS",
            default=1000,
            least=1,
            most=10_000,
            about="a refusal's wait for its record before it is UNDETERMINED",
        ),
        store_timeout_ms=environment.integer(
            "COURTLIST_STORE_TIMEOUT_MS",
            default=1000,
            least=1,
            most=10_000,
            about="a hit's wait for the facts before it is UNDETERMINED",
        ),
        grace_s=environment.number(
            "COURTLIST_GRACE_S", default=10.0, least=0, about="running calls are cut after this"
        ),
    )
    environment.finish()
    _check_role(role or set_role)
    try:
        keys = parse_keyring(path.read_bytes())
    except (KeyringError, OSError) as error:
        raise ConfigError(
            (Problem("COURTLIST_KEYRING", str(error), "check the file's content and rights"),)
        ) from error
    return replace(config, keys=keys)


def _check_role(role: str) -> None:
    if role == "all":
        return
    if role in ROLES:
        problem = f"role {role} does not exist yet: engine and gate run in one process"
    else:
        problem = "names no role"
    raise ConfigError((Problem("COURTLIST_ROLE", problem, "use all"),))
