"""The whole system: servers, then services; ended in the reverse order."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Self

from certificates.folder import CertificateError, CertificateFolder
from chassis.tls.transport import TRUST_DOMAIN_DEFAULT
from stack import account as accounts
from stack import binaries as programs
from stack.connections import OPERATOR_PEER, Connections, StackProofs
from stack.credentials import Credentials
from stack.databases import Database, ensure_database
from stack.folders import DataFolder
from stack.layout import Service, Surroundings, ours, settings_of
from stack.log_file import LogFile
from stack.migrations import Migrations
from stack.ports import LOOPBACK
from stack.postgres import PostgresServer
from stack.process import ProcessError
from stack.service_process import ServiceProcess, python_environment
from stack.valkey import ValkeyServer

_KEYS_LIMIT_S = 60.0


class Stack:
    """PostgreSQL, Valkey and the services of `layout`, as an async context or by start and stop.

    Args:
        folder: where all of it keeps data, keys and logs.
        environment: our own settings (COURTLIST_*) for the services. COURTLIST_POSTGRES_DSN and
            COURTLIST_REDIS_URL replace our servers; every service then uses that one database, in
            a schema of its own.
        durable: see PostgresServer.
        restart: bring back whatever dies, with backoff.
        account: whom the servers run as when we are root.
        layout: the services; every one of ours by default.
        plaintext: encrypt nothing and take everybody at their word, as the services then complain.
        keys: where the key files lie; None: in `folder`, where a copy of it takes them along.
    """

    def __init__(
        self,
        *,
        folder: DataFolder,
        environment: Mapping[str, str],
        durable: bool = True,
        restart: bool = False,
        account: str = accounts.UNPRIVILEGED,
        layout: Sequence[Service] | None = None,
        plaintext: bool = False,
        keys: Path | None = None,
    ) -> None:
        self.folder = folder
        self.keys = keys or folder.path / "keys"
        self.proofs = StackProofs(
            None
            if plaintext
            else CertificateFolder(folder.path / "certificates", trust_domain=TRUST_DOMAIN_DEFAULT)
        )
        self.postgres: PostgresServer | None = None
        self.valkey: ValkeyServer | None = None
        self.services: dict[str, ServiceProcess] = {}
        self.metrics: Mapping[str, str] = {}
        """`host:port` of each service's metrics, once started."""
        self.stores: Mapping[str, str] = {}
        """PostgreSQL of each service that has a schema of its own, as its owner, once started."""
        self._databases: Mapping[str, Database] = {}
        self._environment = environment
        self._durable = durable
        self._restart = restart
        self._account = account
        self.layout = ours() if layout is None else layout
        self._credentials = Credentials(folder.path / "credentials.json")

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    @property
    def addresses(self) -> dict[str, str]:
        """`host:port` by name of service."""
        return {name: service.address for name, service in self.services.items()}

    @property
    def connections(self) -> Connections:
        """Channels to the services that were started."""
        return self._connections(self.addresses)

    async def start(self) -> None:
        """Bring everything up; return when every service is ready.

        Raises:
            ProcessError: something does not come up; the rest is stopped again, and the message
                ends with its log.
        """
        try:
            await self._start_servers()
            await self._start_services()
        except BaseException:
            await self.stop()
            raise

    async def start_stores(self) -> None:
        """Bring up PostgreSQL, with every service's database, and Valkey, but no service.

        Raises:
            ProcessError: as `start`.
        """
        try:
            await self._start_servers()
            await self._surroundings()
        except BaseException:
            await self.stop()
            raise

    async def migrate(self, name: str) -> None:
        """Bring the schema of one service to this release; also after its store was restored.

        Nothing to do on a database that was given: there each service does so by itself.
        """
        if name in self._databases:
            migrations = Migrations(
                environment=self._environment,
                folder=self.folder.sub("services"),
                logs=self.folder.sub("logs"),
                secrets=self.folder.sub("secrets"),
            )
            await migrations.run(name, self._databases[name])

    async def stop(self) -> None:
        """End the services, last first, each drained; then the servers."""
        for service in reversed(self.services.values()):
            await service.stop()
        servers = [server for server in (self.postgres, self.valkey) if server is not None]
        await asyncio.gather(*(server.stop() for server in servers))

    async def _start_servers(self) -> None:
        account = accounts.for_servers(self._account)
        starting = []
        if not self._environment.get("COURTLIST_POSTGRES_DSN"):
            self.postgres = PostgresServer(
                folder=self.folder,
                binaries=programs.find(account),
                port=self._credentials.port("postgres"),
                password=self._credentials.password("postgres"),
                durable=self._durable,
                account=account,
                restart=self._restart,
            )
            starting.append(self.postgres.start())
        if not self._environment.get("COURTLIST_REDIS_URL"):
            self.valkey = ValkeyServer(
                folder=self.folder,
                binaries=programs.find(account),
                port=self._credentials.port("valkey"),
                password=self._credentials.password("valkey"),
                account=account,
                restart=self._restart,
            )
            starting.append(self.valkey.start())
        keys = asyncio.to_thread(self._ensure_keys)
        certificates = asyncio.to_thread(self._ensure_certificates)
        making = (keys, certificates)
        # All of them end before an error goes on: a server half started could not be stopped.
        for outcome in await asyncio.gather(*starting, *making, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _start_services(self) -> None:
        around = await self._surroundings()
        self.metrics = around.metrics
        stores = [one.name for one in self.layout if one.keyring and not one.shares]
        self.stores = {
            name: self._databases[name].owner if name in self._databases else around.dsns[name]
            for name in stores
        }
        await asyncio.gather(*map(self.migrate, stores))
        logs, home, secrets = map(self.folder.sub, ("logs", "services", "secrets"))
        connections = self._connections(around.addresses)
        for service in self.layout:
            self.services[service.name] = ServiceProcess(
                name=service.name,
                environment={
                    **python_environment(self._environment),
                    **settings_of(service, around),
                },
                address=around.addresses[service.name],
                connect=partial(connections.to, service.name),
                folder=home,
                log=LogFile(logs / f"{service.name}.log"),
                command=service.command,
                secrets=secrets,
            )
        processes = self.services.values()
        # All at once: none may depend on the order in which they come up.
        await asyncio.gather(*(one.start() for one in processes))
        await asyncio.gather(*(one.wait_ready() for one in processes))
        for one in processes:
            # Only from here on: one that cannot come up at all is an error to show, not to repeat.
            one.process.restarts_by_itself = self._restart

    async def _surroundings(self) -> Surroundings:
        names = [service.name for service in self.layout]
        ours = [service.name for service in self.layout if service.keyring]
        dsns = dict.fromkeys(ours, self._environment.get("COURTLIST_POSTGRES_DSN", ""))
        erasers = {one.name: dsns[one.name] for one in self.layout if one.eraser}
        if self.postgres is not None:
            self._databases = await self._ensure_databases(self.postgres.dsn)
            for one in self.layout:
                if one.keyring:
                    database = self._databases[one.shares or one.name]
                    dsns[one.name] = database.roles[one.role or one.name]
                    if one.eraser:
                        erasers[one.name] = database.roles[one.eraser]
        given = self._environment.get("COURTLIST_REDIS_URL", "")
        return Surroundings(
            addresses={name: f"{LOOPBACK}:{self._credentials.port(name)}" for name in names},
            metrics={
                name: f"{LOOPBACK}:{self._credentials.port(f'{name}-metrics')}" for name in ours
            },
            dsns=dsns,
            erasers=erasers,
            redis_url=given if self.valkey is None else self.valkey.url,
            keys=self.keys,
            transport=self.proofs.environment_of,
        )

    async def _ensure_databases(self, superuser_dsn: str) -> dict[str, Database]:
        return {
            one.name: await ensure_database(
                superuser_dsn, one.name, beside=one.beside, password=self._credentials.password
            )
            for one in self.layout
            if one.keyring and not one.shares
        }

    def _connections(self, addresses: Mapping[str, str]) -> Connections:
        servers = {service.name: service.peer for service in self.layout}
        return Connections(addresses=addresses, servers=servers, proofs=self.proofs)

    def _ensure_certificates(self) -> None:
        """Have a certificate for every process, and for who looks after them."""
        for peer in (OPERATOR_PEER, *(service.peer for service in self.layout)):
            try:
                self.proofs.transport_of(peer)
            except CertificateError as error:
                raise ProcessError(str(error)) from None

    def _ensure_keys(self) -> None:
        """Have the registry make its keys, the first time; they are never made again."""
        keyrings = {one.keyring for one in self.layout if one.keyring}
        if all((self.keys / keyring).exists() for keyring in keyrings):
            return
        if not self.keys.exists():
            self.keys.mkdir(mode=0o700, parents=True)
        command = [sys.executable, "-m", "registry", "keyring", "--out", str(self.keys)]
        done = subprocess.run(
            command,
            env=python_environment(self._environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=_KEYS_LIMIT_S,
        )
        if done.returncode:
            raise ProcessError(f"keys could not be made:\n{done.stdout}{done.stderr}")
