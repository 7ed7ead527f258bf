"""The settings of the registry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chassis.config import ConfigError, Environment, Problem
from chassis.files.keys import KeyReaders, read_key_readers
from chassis.migrating import read_owner
from chassis.stores.addresses import read_postgres, read_redis
from chassis.telemetry.settings import ObservabilitySettings, read_observability
from chassis.tls.settings import read_transport
from chassis.tls.transport import Transport
from registry.keyring import Keyring, KeyringError
from registry.law.retention import (
    IMPORT_DAYS_DEFAULT,
    IMPORT_DAYS_LEAST,
    YEARS_DEFAULT,
    YEARS_LEAST,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the registry is told from outside; see `read_config` for each meaning."""

    dsn: str = field(repr=False)
    redis_url: str = field(repr=False)
    listen: str
    transport: Transport
    keyring: Keyring = field(repr=False)
    log_level: str
    pool_size: int
    confirm_pool_size: int
    statement_timeout_s: float
    grace_s: float
    import_processes: int = 1
    observability: ObservabilitySettings = field(default_factory=ObservabilitySettings)
    # Of the role that may erase; empty where nothing is erased.
    erase_dsn: str = field(default="", repr=False)
    retention_years: int = YEARS_DEFAULT
    import_kept_days: int = IMPORT_DAYS_DEFAULT
    # Followed while the process runs.
    keyring_file: Path | None = None
    key_readers: KeyReaders = KeyReaders.OWNER


def describe() -> str:
    """Every setting, one a line."""
    environment = Environment({})
    _read(environment)
    read_owner(environment)
    return environment.describe()


def read_config(values: Mapping[str, str]) -> Config:
    """Read the environment.

    Raises:
        ConfigError: every problem at once.
    """
    environment = Environment(values)
    read = _read(environment)
    environment.finish()
    try:
        keyring = Keyring.load(read.keyring, read.key_readers)
    except KeyringError as error:
        problem = Problem("COURTLIST_KEYRING", str(error), "check the file")
        raise ConfigError((problem,)) from None
    return Config(
        dsn=read.dsn,
        redis_url=read.redis_url,
        listen=read.listen,
        transport=read.transport,
        keyring=keyring,
        log_level=read.log_level,
        pool_size=read.pool_size,
        confirm_pool_size=read.confirm_pool_size,
        statement_timeout_s=read.statement_timeout_s,
        grace_s=read.grace_s,
        import_processes=read.import_processes,
        erase_dsn=read.erase_dsn,
        retention_years=read.retention_years,
        import_kept_days=read.import_kept_days,
        observability=read.observability,
        keyring_file=read.keyring,
        key_readers=read.key_readers,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    dsn: str
    redis_url: str
    listen: str
    transport: Transport
    keyring: Path
    key_readers: KeyReaders
    log_level: str
    pool_size: int
    confirm_pool_size: int
    statement_timeout_s: float
    grace_s: float
    import_processes: int
    erase_dsn: str
    retention_years: int
    import_kept_days: int
    observability: ObservabilitySettings


def _read(environment: Environment) -> _Read:
    readers = read_key_readers(environment)
    return _Read(
        dsn=read_postgres(
            environment,
            "COURTLIST_POSTGRES_DSN",
            about="PostgreSQL of the registry; its tables are in the schema `registry`",
        ),
        redis_url=read_redis(
            environment,
            "COURTLIST_REDIS_URL",
            about="Valkey or Redis for the read-through cache; it is never the truth",
        ),
        listen=environment.text(
            "COURTLIST_LISTEN", default="127.0.0.1:0", about="host:port to serve on; port 0: any"
        ),
        keyring=environment.path(
            "COURTLIST_KEYRING",
            about="JSON file with the registry's keys (`python -m registry keyring --out DIR`)",
        ),
        key_readers=readers,
        log_level=environment.text(
            "COURTLIST_LOG_LEVEL", default="INFO", about="least level logged"
        ),
        pool_size=environment.integer(
            "COURTLIST_POOL_SIZE",
            default=10,
            least=4,
            most=200,
            about="most connections to PostgreSQL for acts and reads; two of them are never an act's",
        ),
        confirm_pool_size=environment.integer(
            "COURTLIST_CONFIRM_POOL_SIZE",
            default=4,
            least=2,
            most=50,
            about="most connections more, for gates and followers alone",
        ),
        statement_timeout_s=environment.number(
            "COURTLIST_STATEMENT_TIMEOUT_S",
            default=10.0,
            least=0.1,
            most=30.0,
            about="longest statement; no transaction of an act lives past 30 s",
        ),
        grace_s=environment.number(
            "COURTLIST_GRACE_S",
            default=10.0,
            least=0.0,
            about="on SIGTERM running calls are cut after this",
        ),
        import_processes=environment.integer(
            "COURTLIST_IMPORT_PROCESSES",
            default=1,
            least=1,
            most=16,
            about="processes beside `import` that read, judge and seal rows",
        ),
        erase_dsn=read_postgres(
            environment,
            "COURTLIST_ERASE_POSTGRES_DSN",
            default="",
            about="for `import` alone: the same database as the role that erases; "
            "empty: nothing is erased",
        ),
        retention_years=environment.integer(
            "COURTLIST_RETENTION_YEARS",
            default=YEARS_DEFAULT,
            least=YEARS_LEAST,
            most=100,
            about="a person's data is erased so many years after the last ending",
        ),
        import_kept_days=environment.integer(
            "COURTLIST_IMPORT_KEPT_DAYS",
            default=IMPORT_DAYS_DEFAULT,
            least=IMPORT_DAYS_LEAST,
            most=3660,
            about="rows of an import that nobody completes, and files that nobody signs, are erased "
            "so many days after its last step",
        ),
        transport=read_transport(environment, readers),
        observability=read_observability(environment),
    )
