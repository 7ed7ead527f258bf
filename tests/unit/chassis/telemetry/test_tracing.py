import random
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.telemetry.otlp import NobodysIds
from chassis.telemetry.tracing import well_formed

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def test_a_traceparent_of_the_standard_is_carried() -> None:
    header = f"00-{TRACE}-{SPAN}-01"
    assert well_formed(header) == header


@pytest.mark.parametrize(
    "header",
    [
        "",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{'a' * 7}000000199001010000{'a' * 7}-{SPAN}-01",
        f"00-{TRACE}-a000000199001010-01",
        "张三",
        b"\x00",
    ],
)
def test_anything_else_goes_no_further(header: str | bytes) -> None:
    assert well_formed(header) is None


def test_no_id_of_ours_is_one_that_a_peer_would_drop(monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter([f"{'1' * 15}{'a' * 17}", TRACE, f"a{'1' * 15}", SPAN])
    monkeypatch.setattr(random, "getrandbits", lambda _bits: int(next(made), 16))
    ids = NobodysIds()
    assert f"{ids.generate_trace_id():032x}" == TRACE
    assert f"{ids.generate_span_id():016x}" == SPAN


def test_opentelemetry_is_loaded_only_where_an_endpoint_is_named() -> None:
    services = Path(__file__).parents[4] / "services"
    program = (
        "import sys, chassis.app, chassis.client, chassis.postgres;"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=services, check=False)
    assert done.returncode == 0
