"""`python -m registry [serve|import|verify|migrate|keyring]`."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence

from chassis.app import run
from chassis.config import ConfigError
from chassis.logs import configure
from chassis.migrate import MigrationError
from chassis.migrating import execute_migrate
from registry import config as settings
from registry import keyring_command
from registry.config import Config, read_config
from registry.importer import build_importer
from registry.importing.steps import ImportStep
from registry.plan import Step
from registry.wiring import build, load_schema, verify

_USABLE_NOT = 2
# Gates and acts come first on a machine that they share with an import.
_IMPORT_NICENESS = 10


def execute(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    on_step: Callable[[Step | ImportStep], None] = lambda _: None,
) -> int:
    """Do what the command line says; returns the exit code.

    0 done, 1 failed (or the ledger does not verify), 2 the settings cannot be used.
    """
    given = _parser().parse_args(arguments)
    if given.command == "keyring":
        return keyring_command.execute(given, environment)
    if given.command == "migrate":
        return execute_migrate(load_schema(), environment)
    try:
        config = read_config(environment)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return _USABLE_NOT
    try:
        return asyncio.run(_work(given.command, config, on_step))
    except MigrationError as error:
        sys.stderr.write(f"{error}\n")
        return 1


async def _work(
    command: str | None, config: Config, on_step: Callable[[Step | ImportStep], None]
) -> int:
    if command == "verify":
        configure(service="registry", level=config.log_level, stream=sys.stderr)
        return await _verify(config)
    if command == "import":
        configure(service="registry-import", level=config.log_level)
        os.nice(_IMPORT_NICENESS)
        return await run(build_importer(config, on_step=on_step))
    configure(service="registry", level=config.log_level)
    return await run(build(config, on_step=on_step))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m registry",
        description="The register of listings and orders, and its ledger.",
        epilog="settings, from the environment:\n" + settings.describe(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", title="commands")
    commands.add_parser("serve", help="serve until SIGTERM (the default)")
    commands.add_parser(
        "import", help="check and enter what courts import, until SIGTERM; run one beside serve"
    )
    commands.add_parser("verify", help="follow the whole chain and report the first break")
    commands.add_parser("migrate", help="bring the schema to this release, and set privileges")
    keyring_command.add_parser(commands)
    return parser


async def _verify(config: Config) -> int:
    """Print one JSON line; 0 when the chain holds, else 1."""
    report = await verify(config)
    sys.stdout.write(json.dumps(report) + "\n")
    return 0 if report["verified"] else 1
