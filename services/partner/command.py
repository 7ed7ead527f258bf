"""`python -m partner [serve|show] --data DIR`."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from authority.doorkeeper import Doorkeeper
from authority.identities import identities_of
from chassis.app import App, Scope, Serving, run
from chassis.clock import SystemClock
from chassis.config import ConfigError, Environment
from chassis.logs import configure
from chassis.server import ServerSettings
from chassis.tls.settings import read_transport
from chassis.tls.transport import Transport
from partner.copy import Copy, count
from partner.servicer import Manners, register

_USABLE_NOT: Final = 2
_NO_COPY: Final = 3
# A call that hangs is cut then: there is nothing to finish.
_GRACE_S: Final = 1.0


def execute(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Do what the command line says; returns the exit code (2: it cannot be used, 3: no copy)."""
    given = _parser(environment).parse_args(arguments)
    if given.command == "show":
        return _show(given.data)
    if not given.listen:
        sys.stderr.write("--listen, or COURTLIST_LISTEN, is not set; give host:port\n")
        return _USABLE_NOT
    settings = Environment(environment)
    transport = read_transport(settings)
    try:
        settings.finish()
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return _USABLE_NOT
    configure(service="partner")
    manners = Manners(hangs=given.hang, refuses_every=given.refuse_every)
    return asyncio.run(_serve(given.listen, given.data, manners, transport))


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m partner",
        description="a partner that keeps a copy; its log is one JSON object a line",
        epilog="settings of `serve`, from the environment:\n" + _describe(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "command",
        nargs="?",
        default="serve",
        choices=("serve", "show"),
        help="serve PartnerService, or print as JSON what the copy holds, by field",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the copy")
    parser.add_argument(
        "--listen",
        default=environment.get("COURTLIST_LISTEN", ""),
        help="host:port to serve on (or COURTLIST_LISTEN)",
    )
    parser.add_argument("--hang", action="store_true", help="never answer")
    parser.add_argument(
        "--refuse-every", type=int, default=0, metavar="N", help="refuse every Nth call"
    )
    return parser


def _describe() -> str:
    settings = Environment({})
    read_transport(settings)
    return settings.describe()


async def _serve(listen: str, data: Path, manners: Manners, transport: Transport) -> int:
    async def open_partner(scope: Scope) -> Serving:
        copy = Copy(data)
        scope.stack.callback(copy.close)
        return Serving(
            doorkeeper=Doorkeeper(identities=identities_of(transport, SystemClock())),
            services=[register(copy, manners, scope.draining)],
            ready={},
        )

    return await run(
        App(
            name="partner",
            server=ServerSettings(address=listen),
            open=open_partner,
            transport=transport,
            grace_s=_GRACE_S,
        )
    )


def _show(data: Path) -> int:
    try:
        counts = count(data)
    except FileNotFoundError:
        sys.stderr.write("there is no copy in that folder; check --data\n")
        return _NO_COPY
    print(json.dumps(counts))
    return 0
