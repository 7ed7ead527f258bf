"""The service that answers in these tests, and its log."""

from typing import Any

import pytest
import structlog
from structlog.testing import CapturingLogger

from chassis.server import Registration
from tests.integration.chassis.echo_service import echo_service


@pytest.fixture
def lines() -> CapturingLogger:
    return CapturingLogger()


@pytest.fixture
def log(lines: CapturingLogger) -> Any:
    return structlog.wrap_logger(
        lines,
        processors=[structlog.contextvars.merge_contextvars, lambda _, __, event: ((), event)],
    )


@pytest.fixture
def service() -> Registration:
    return echo_service()
