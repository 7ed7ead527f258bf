"""Which services the stack starts, and what each is told. A new field is found by its policy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from authority.peer import Peer, PeerKind

_SERVICES: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service of the stack.

    Attributes:
        name: of its package (`python -m NAME`), and of its database.
        role: as whom it works there; its name by default.
        beside: further roles that work on its database.
        eraser: as whom it erases there, too; empty for one that erases nothing.
        keyring: name of its key file; the registry's opens what is sealed, a gate's only digests.
            Empty for a partner: it is nobody of ours, and gets neither keys nor a database.
        cache: whether it uses Valkey.
        shares: name of the service whose database it works on; empty for one of its own.
        follows: name of the service whose ledger it follows.
        settings: what else it is told.
        command: what Python runs in place of `-m NAME`; tests put a program of their own there.
    """

    name: str
    role: str = ""
    beside: tuple[str, ...] = ()
    eraser: str = ""
    keyring: str = ""
    cache: bool = False
    shares: str = ""
    follows: str | None = None
    settings: tuple[tuple[str, str], ...] = ()
    command: tuple[str, ...] = ()

    @property
    def peer(self) -> Peer:
        """Whose certificate it has."""
        return Peer(PeerKind.SERVICE if self.keyring else PeerKind.PARTNER, self.name)


def ours() -> tuple[Service, ...]:
    """Every service of ours, in the order in which they are started: the registry, then every field."""
    registry = Service(
        name="registry",
        beside=(IMPORTER.role, IMPORTER.eraser),
        keyring="registry.keyring.json",
        cache=True,
    )
    return (registry, *map(_field, field_names(_SERVICES)))


def field_names(services: Path) -> tuple[str, ...]:
    """The restriction services among the packages in `services`: those that have a law, `policy.py`,
    and are a program; the engine has the form of a law only.
    """
    laws = {path.parent.name for path in services.glob("*/policy.py")}
    programs = {path.parent.name for path in services.glob("*/__main__.py")}
    return tuple(sorted(laws & programs))


def _field(name: str) -> Service:
    return Service(
        name=name,
        keyring="gate.keyring.json",
        follows="registry",
        settings=(
            ("COURTLIST_ROLE", "all"),
            # Whoever tries out or measures a stack of its own asks more than any partner would.
            ("COURTLIST_CHECKS_PER_S", "1000000"),
            ("COURTLIST_CHECKS_PER_DAY", "10000000000"),
        ),
    )


# The registry's second process: it checks and enters what courts import.
IMPORTER = Service(
    name="importer",
    role="registry_import",
    eraser="registry_erase",
    keyring="registry.keyring.json",
    cache=True,
    shares="registry",
    command=("-m", "registry", "import"),
)

# Beside ours: two who are pushed to once they are enrolled. Copies lie in the services' folder.
PARTNERS = (
    Service(name="demo-copy", command=("-m", "partner", "--data", "demo-copy")),
    Service(name="demo-hang", command=("-m", "partner", "--data", "demo-hang", "--hang")),
)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the services find when they start.

    Attributes:
        addresses: `host:port` by name of service.
        metrics: `host:port` of the metrics of each service of ours.
        dsns: PostgreSQL by name of service of ours.
        erasers: of those that erase, as the role that does, by name of service.
        redis_url: Valkey.
        keys: folder of the key files.
        transport: the settings with which a peer finds its certificate, or is told plaintext.
    """

    addresses: Mapping[str, str]
    metrics: Mapping[str, str]
    dsns: Mapping[str, str] = field(repr=False)
    erasers: Mapping[str, str] = field(default_factory=dict, repr=False)
    redis_url: str = field(repr=False)
    keys: Path
    transport: Callable[[Peer], Mapping[str, str]]


def settings_of(service: Service, around: Surroundings) -> dict[str, str]:
    """Return the environment variables that tell `service` where everything is."""
    settings = {
        "COURTLIST_LISTEN": around.addresses[service.name],
        **around.transport(service.peer),
        **dict(service.settings),
    }
    if service.keyring:
        settings["COURTLIST_METRICS_LISTEN"] = around.metrics[service.name]
        settings["COURTLIST_POSTGRES_DSN"] = around.dsns[service.name]
        if service.name in around.erasers:
            settings["COURTLIST_ERASE_POSTGRES_DSN"] = around.erasers[service.name]
        settings["COURTLIST_KEYRING"] = str(around.keys / service.keyring)
    if service.cache:
        settings["COURTLIST_REDIS_URL"] = around.redis_url
    if service.follows is not None:
        settings["COURTLIST_REGISTRY"] = around.addresses[service.follows]
    return settings
