"""A system of its own for the command line: its tests restart the registry and restore it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from stack.client_profile import write_profile
from stack.folders import DataFolder
from stack.layout import IMPORTER, PARTNERS, ours
from stack.supervisor import Stack
from tests.patience import PATIENT
from tests.system.cli.cast import PARTNERS as CHECKING
from tests.system.cli.cast import PEOPLE
from tests.system.cli.terminal import Terminal


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def own_system() -> AsyncIterator[Stack]:
    """Everything, started and ready, and nobody else's."""
    folder = DataFolder.temporary()
    layout = (*ours(), IMPORTER, *PARTNERS)
    try:
        async with Stack(folder=folder, environment=PATIENT, durable=False, layout=layout) as stack:
            yield stack
    finally:
        folder.close()


@pytest.fixture
def terminal(own_system: Stack, tmp_path: Path) -> Terminal:
    """A terminal of an operator beside the running system."""
    return Terminal(
        profile=write_profile(own_system, people=PEOPLE, partners=CHECKING), folder=tmp_path
    )
