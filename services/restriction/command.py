"""`python -m <field> [serve|verify|migrate] [--role all]`, the same for every field."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import TypeVar

from chassis.app import run
from chassis.clock import SystemClock
from chassis.config import ConfigError
from chassis.logs import configure
from chassis.migrate import MigrationError
from chassis.migrating import execute_migrate
from restriction.config import ROLES, Config, describe, read_config
from restriction.facts.store import Step
from restriction.facts.verify import BusyError, verify
from restriction.policy import Policy
from restriction.wiring import MakeServicer, build, load_schema, open_stores

Question = TypeVar("Question")

_NOT_TOLD = 3


def execute(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    policy: Policy[Question],
    make_servicer: MakeServicer[Question],
    on_step: Callable[[Step], None] = lambda _: None,
) -> int:
    """Do what the command line says; returns the exit code (2: the settings cannot be used)."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {policy.field}",
        epilog="settings, from the environment:\n" + describe(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "command",
        nargs="?",
        default="serve",
        choices=("serve", "verify", "migrate"),
        help="serve, or verify that a replay from position 0 equals what this service holds, or bring "
        "the schema to this release and set privileges",
    )
    parser.add_argument("--role", choices=ROLES, default="", help="overrides COURTLIST_ROLE")
    given = parser.parse_args(arguments)
    if given.command == "migrate":
        return execute_migrate(load_schema(policy.field), environment)
    try:
        config = read_config(environment, role=given.role)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        if given.command == "verify":
            configure(service=policy.field, level=config.log_level, stream=sys.stderr)
            return asyncio.run(_verify(config, policy))
        configure(service=policy.field, level=config.log_level)
        return asyncio.run(_serve(config, policy, make_servicer, on_step))
    except MigrationError as error:
        sys.stderr.write(f"{error}\n")
        return 1


async def _serve(
    config: Config,
    policy: Policy[Question],
    make_servicer: MakeServicer[Question],
    on_step: Callable[[Step], None],
) -> int:
    return await run(build(config, policy, make_servicer, on_step=on_step))


async def _verify(config: Config, policy: Policy[Question]) -> int:
    """Print one JSON line; 0 when the replay is equal, 1 when it is not, 3 when it could not be told."""
    async with AsyncExitStack() as stack:
        stores = await open_stores(config, policy, stack)
        try:
            differences = await verify(
                ledger=stores.ledger,
                store=stores.rebuild,
                loading=stores.loading,
                clock=SystemClock(),
            )
        except BusyError as busy:
            sys.stdout.write(json.dumps({"equal": None, "why": str(busy)}) + "\n")
            return _NOT_TOLD
    sys.stdout.write(json.dumps({"equal": not differences, "differences": differences}) + "\n")
    return 1 if differences else 0
