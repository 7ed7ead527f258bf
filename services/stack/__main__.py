"""The command line of the stack."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from stack.account import UNPRIVILEGED
from stack.demo import demo
from stack.folders import default_data_folder
from stack.run import run

_PLAINTEXT = (
    "PLAINTEXT: nothing is encrypted, and whoever connects is believed to be whom they say. Leave "
    "--plaintext away for certificates and signed assertions."
)


def main() -> int:
    """Parse the command line, run the command, return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m stack", description="Courtlist on one machine")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("run", help="start everything and serve until Ctrl-C")
    serve.add_argument(
        "--data",
        type=Path,
        default=default_data_folder(),
        metavar="FOLDER",
        help="where data, keys and logs are kept (default: %(default)s)",
    )
    serve.add_argument(
        "--keys",
        type=Path,
        metavar="FOLDER",
        help="where the keys are kept, best on another disk: with them a copy of the data can be read "
        "(default: in the data folder)",
    )
    serve.add_argument(
        "--stores-only",
        action="store_true",
        help="start PostgreSQL and Valkey only, to restore a backup while no service is up",
    )
    demo_command = commands.add_parser("demo", help="start everything, play the story, stop")
    for command in (serve, demo_command):
        command.add_argument(
            "--account",
            default=UNPRIVILEGED,
            help="whom PostgreSQL and Valkey run as when started by root (default: %(default)s)",
        )
        command.add_argument(
            "--plaintext",
            action="store_true",
            help="encrypt nothing and take everybody at their word; never where others can connect",
        )
    arguments = parser.parse_args()
    if arguments.plaintext:
        print(_PLAINTEXT, file=sys.stderr)
    if arguments.command == "demo":
        return asyncio.run(
            demo(
                account=arguments.account,
                environment=os.environ,
                plaintext=arguments.plaintext,
            )
        )
    data = arguments.data.resolve()
    return asyncio.run(
        run(
            data=data,
            account=arguments.account,
            environment=os.environ,
            stores_only=arguments.stores_only,
            plaintext=arguments.plaintext,
            keys=arguments.keys and arguments.keys.resolve(),
        )
    )


if __name__ == "__main__":
    sys.exit(main())
