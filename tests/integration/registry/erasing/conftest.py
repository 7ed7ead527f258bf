"""A registry of its own for each test: who erases looks at everybody."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.registry.erasing.archive import Archive, opened


@pytest.fixture
async def archive(database: str, valkey_server: str) -> AsyncIterator[Archive]:
    """At the end the ledger verifies, whatever was erased."""
    async with opened(database, valkey_server) as archive:
        yield archive
        assert (await archive.verified())["verified"]
