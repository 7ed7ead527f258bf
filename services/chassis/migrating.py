"""`python -m <service> migrate`: the schema brought to this release, and its roles' privileges set."""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

import asyncpg

from chassis.config import ConfigError, Environment, Problem
from chassis.errors import ServiceError
from chassis.logs import configure, describe_fault
from chassis.migrate import MigrationError
from chassis.schema import Brought, Schema, user_of
from chassis.stores.addresses import read_postgres

_FAILED: Final = 1
_USABLE_NOT: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerConfig:
    """As whom to migrate, and to which role to grant."""

    owner_dsn: str = field(repr=False)
    role: str
    log_level: str


def read_owner(environment: Environment) -> str:
    """The one setting that `migrate` has beside the service's own; empty for the service's DSN."""
    return read_postgres(
        environment,
        "COURTLIST_POSTGRES_OWNER_DSN",
        default="",
        about="for `migrate` alone: the same database as the owner of the schema; "
        "default: as the service",
    )


def execute_migrate(schema: Schema, values: Mapping[str, str]) -> int:
    """Migrate, grant and print one JSON line; returns the exit code.

    0 done, 1 refused or failed with the reason on stderr, 2 the settings cannot be used.
    """
    try:
        config = _read(values)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return _USABLE_NOT
    configure(service=schema.name, level=config.log_level, stream=sys.stderr)
    try:
        brought = asyncio.run(_bring(schema, config))
    except (MigrationError, ServiceError) as error:
        sys.stderr.write(f"{error}\n")
        return _FAILED
    except asyncpg.PostgresError as error:
        # Its text may hold a row's values.
        said = describe_fault(error)[0]
        sys.stderr.write(f"{schema.name}: the database refused it ({said}); nothing was granted\n")
        return _FAILED
    sys.stdout.write(json.dumps(asdict(brought)) + "\n")
    return 0


def _read(values: Mapping[str, str]) -> OwnerConfig:
    environment = Environment(values)
    owner_dsn = read_owner(environment)
    dsn = read_postgres(
        environment,
        "COURTLIST_POSTGRES_DSN",
        about="PostgreSQL of the service; `migrate` grants to its user",
    )
    log_level = environment.text("COURTLIST_LOG_LEVEL", default="INFO", about="least level logged")
    environment.finish()
    role = user_of(dsn)
    if not role:
        problem = Problem(
            "COURTLIST_POSTGRES_DSN", "names no user", "write postgresql://USER@HOST/DATABASE"
        )
        raise ConfigError((problem,))
    return OwnerConfig(owner_dsn=owner_dsn or dsn, role=role, log_level=log_level)


async def _bring(schema: Schema, config: OwnerConfig) -> Brought:
    return await schema.bring_forward(owner_dsn=config.owner_dsn, role=config.role)
