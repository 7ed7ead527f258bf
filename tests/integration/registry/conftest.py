"""The registry's schema for every test of this folder."""

import pytest

from chassis.migrate import MigrationSettings, load_migrations, migrate
from tests.databases import Schema


async def migrate_registry(dsn: str) -> None:
    """Bring an empty database to the registry's schema."""
    await migrate(
        load_migrations("registry", "sql/migrations"),
        MigrationSettings(dsn=dsn, schema="registry"),
    )


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema("registry", migrate_registry)
