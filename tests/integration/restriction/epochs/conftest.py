"""A town whose gate holds both digest keys, before anything is changed."""

import pytest

from restriction.config import Config
from tests.fakes.ledger import FakeLedger
from tests.fakes.ledger_server import Served
from tests.integration.restriction.epochs.town import both_keys, settle


@pytest.fixture
def config(database: str, ledger: FakeLedger, registry: Served) -> Config:
    """Settings of the gate; everybody is known to the ledger under the first key."""
    settle(ledger)
    return both_keys(database, registry)
