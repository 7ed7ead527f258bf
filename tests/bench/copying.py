"""The peer of an import: a bare COPY of the same rows into the same tables, constraints and indexes."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from chassis.migrate import MigrationSettings, load_migrations, migrate

_SCHEMA: Final = "registry"
_PEER: Final = "copy_peer"
# Each after what it refers to, and how its rows of the import are found.
_TABLES: Final = {
    "subject": "position > $1",
    "document": "bound_position > $1",
    "document_digest": "document_id IN (SELECT document_id FROM document WHERE bound_position > $1)",
    "obligation": "position > $1",
    "obligation_case": "position > $1",
    "obligation_debtor": "position > $1",
    "listing": "entered_position > $1",
    "consumption_order": "position > $1",
    "change": "position > $1",
    "change_facts": "position > $1",
}


async def copy_out(dsn: str, folder: Path, after: int) -> None:
    """Write every row that the positions behind `after` have brought into binary files."""
    connection = await _connect(dsn)
    try:
        for table, condition in _TABLES.items():
            await connection.copy_from_query(
                f"SELECT * FROM {table} WHERE {condition}",
                after,
                output=folder / table,
                format="binary",
                timeout=600,
            )
    finally:
        await connection.close()


async def copy_in(superuser_dsn: str, dsn: str, folder: Path) -> float:
    """Copy the files into a fresh database of the same schema; seconds for all of them."""
    async with _peer(superuser_dsn, dsn) as peer_dsn:
        connection = await _connect(peer_dsn)
        took_s = 0.0
        try:
            for table in _TABLES:
                begun_s = time.perf_counter()
                await connection.copy_to_table(
                    table, source=folder / table, format="binary", timeout=3600
                )
                took_s += time.perf_counter() - begun_s
        finally:
            await connection.close()
        return took_s


@asynccontextmanager
async def _peer(superuser_dsn: str, dsn: str) -> AsyncIterator[str]:
    """A fresh database on the same server, with the courts."""
    server = await asyncpg.connect(superuser_dsn)
    owner = urlsplit(dsn).username
    await server.execute(f'CREATE DATABASE {_PEER} OWNER "{owner}"')
    peer_dsn = urlunsplit(urlsplit(dsn)._replace(path=f"/{_PEER}"))
    try:
        await migrate(
            load_migrations("registry", "sql/migrations"),
            MigrationSettings(dsn=peer_dsn, schema=_SCHEMA),
        )
        here, there = await _connect(dsn), await _connect(peer_dsn)
        courts = await here.fetch("SELECT court_code, name, contact, position FROM court")
        await there.executemany(
            "INSERT INTO court (court_code, name, contact, position) VALUES ($1, $2, $3, $4)",
            [tuple(court.values()) for court in courts],
        )
        await here.close()
        await there.close()
        yield peer_dsn
    finally:
        await server.execute(f"DROP DATABASE {_PEER} WITH (FORCE)")
        await server.close()


async def _connect(dsn: str) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(dsn, server_settings={"search_path": _SCHEMA})
