"""The settings of a restriction service."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from chassis.config import ConfigError, Environment, Problem
from chassis.files.keys import KeyReaders, LooseKeyFileError, read_key_file, read_key_readers
from chassis.migrating import read_owner
from chassis.stores.addresses import read_postgres, read_redis
from chassis.telemetry.settings import ObservabilitySettings, read_observability
from chassis.tls.settings import read_transport
from chassis.tls.transport import Transport
from restriction.keyring import GateKeys, KeyringError, parse_keyring

ROLES = ("all", "engine", "gate")
# Until the file is read.
_NO_KEYS = GateKeys((), bytes(32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything a restriction service is told from outside; `describe` gives each setting's meaning."""

    dsn: str = field(repr=False)
    registry: str
    listen: str
    transport: Transport
    keys: GateKeys
    log_level: str = "INFO"
    max_staleness_s: float = 5.0
    stale_limit_s: float = 86_400.0
    confirm_timeout_ms: int = 500
    record_timeout_ms: int = 1000
    store_timeout_ms: int = 1000
    redis_url: str = field(default="", repr=False)
    checks_per_s: int = 500
    checks_per_day: int = 5_000_000
    query_log_days: int = 1095
    query_count_days: int = 3650
    grace_s: float = 10.0
    observability: ObservabilitySettings = field(default_factory=ObservabilitySettings)
    # Followed while the process runs.
    keyring_file: Path | None = None
    key_readers: KeyReaders = KeyReaders.OWNER


def describe() -> str:
    """Every setting, one a line."""
    environment = Environment({})
    _read(environment)
    read_owner(environment)
    return environment.describe()


def read_config(values: Mapping[str, str], *, role: str) -> Config:
    """Read the environment; `role` is the --role given, or empty for COURTLIST_ROLE's.

    Raises:
        ConfigError: every problem at once.
    """
    environment = Environment(values)
    config, keyring, set_role = _read(environment)
    environment.finish()
    _check_role(role or set_role)
    try:
        keys = parse_keyring(read_key_file(keyring, config.key_readers))
    except (KeyringError, LooseKeyFileError, OSError) as error:
        raise ConfigError(
            (Problem("COURTLIST_KEYRING", str(error), "check the file's content and rights"),)
        ) from error
    return replace(config, keys=keys, keyring_file=keyring)


def _read(environment: Environment) -> tuple[Config, Path, str]:
    """The settings without the keys; the keyring's path; the role."""
    keyring = environment.path(
        "COURTLIST_KEYRING",
        about="JSON file with the digest keys, as the registry writes it",
        exists=True,
    )
    role = environment.text(
        "COURTLIST_ROLE", default="all", about="what this process is: all (engine and gate in one)"
    )
    readers = read_key_readers(environment)
    config = Config(
        dsn=read_postgres(
            environment,
            "COURTLIST_POSTGRES_DSN",
            about="PostgreSQL of this service; its schema is named after the field",
        ),
        registry=environment.text("COURTLIST_REGISTRY", about="host:port of the registry"),
        listen=environment.text(
            "COURTLIST_LISTEN", default="127.0.0.1:0", about="host:port to serve on; port 0: any"
        ),
        keys=_NO_KEYS,
        key_readers=readers,
        log_level=environment.text(
            "COURTLIST_LOG_LEVEL", default="INFO", about="least level logged"
        ),
        max_staleness_s=environment.number(
            "COURTLIST_MAX_STALENESS_S",
            default=5.0,
            least=0,
            about="age from which an answer says that it is stale",
        ),
        stale_limit_s=environment.number(
            "COURTLIST_STALE_LIMIT_S",
            default=86_400.0,
            least=1,
            about="age beyond which nothing is CLEAR any more; the court sets it",
        ),
        confirm_timeout_ms=_wait_ms(
            environment, "COURTLIST_CONFIRM_TIMEOUT_MS", 500, "the registry's confirmation"
        ),
        record_timeout_ms=_wait_ms(
            environment, "COURTLIST_RECORD_TIMEOUT_MS", 1000, "the record of a refusal"
        ),
        store_timeout_ms=_wait_ms(
            environment, "COURTLIST_STORE_TIMEOUT_MS", 1000, "the facts of a hit"
        ),
        redis_url=read_redis(
            environment,
            "COURTLIST_REDIS_URL",
            about="Valkey or Redis that shares partners' limits among this field's processes; without it "
            "each process counts by itself",
            default="",
        ),
        checks_per_s=environment.integer(
            "COURTLIST_CHECKS_PER_S",
            default=500,
            least=1,
            most=1_000_000,
            about="checks a second, on average over ten, that a partner may ask unless its enrolment says",
        ),
        checks_per_day=environment.integer(
            "COURTLIST_CHECKS_PER_DAY",
            default=5_000_000,
            least=1,
            most=10_000_000_000,
            about="checks a legal day that a partner may ask unless its enrolment says",
        ),
        query_log_days=environment.integer(
            "COURTLIST_QUERY_LOG_DAYS",
            default=1095,
            least=1,
            most=36_500,
            about="how long it is kept who asked about whom",
        ),
        query_count_days=environment.integer(
            "COURTLIST_QUERY_COUNT_DAYS",
            default=3650,
            least=1,
            most=36_500,
            about="how long it is kept how often partners asked",
        ),
        grace_s=environment.number(
            "COURTLIST_GRACE_S", default=10.0, least=0, about="running calls are cut after this"
        ),
        transport=read_transport(environment, readers),
        observability=read_observability(environment),
    )
    return config, keyring, role


def _wait_ms(environment: Environment, name: str, default: int, what: str) -> int:
    about = f"a check's whole wait for {what}; past it the answer is UNDETERMINED"
    return environment.integer(name, default=default, least=1, most=10_000, about=about)


def _check_role(role: str) -> None:
    if role == "all":
        return
    if role in ROLES:
        problem = f"role {role} does not exist yet: engine and gate run in one process"
    else:
        problem = "names no role"
    raise ConfigError((Problem("COURTLIST_ROLE", problem, "use all"),))
