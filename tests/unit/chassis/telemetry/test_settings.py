import pytest

from chassis.config import ConfigError, Environment
from chassis.telemetry.settings import read_observability


def read(**values: str) -> tuple[str, str]:
    environment = Environment(values)
    settings = read_observability(environment)
    environment.finish()
    return settings.metrics_listen, settings.trace_endpoint


def test_nothing_is_shown_unless_it_is_asked_for() -> None:
    assert read() == ("", "")


def test_metrics_without_a_host_stay_on_the_loopback_interface() -> None:
    assert read(COURTLIST_METRICS_LISTEN=":9100") == ("127.0.0.1:9100", "")
    assert read(COURTLIST_METRICS_LISTEN="0.0.0.0:9100") == ("0.0.0.0:9100", "")


@pytest.mark.parametrize("listen", ["9100x", "host", "host:", "host:99999", "host:-1"])
def test_an_address_that_cannot_be_bound_is_refused_at_the_start(listen: str) -> None:
    with pytest.raises(ConfigError, match="COURTLIST_METRICS_LISTEN: is no host:port"):
        read(COURTLIST_METRICS_LISTEN=listen)


def test_traces_go_to_an_http_url_only() -> None:
    assert read(OTEL_EXPORTER_OTLP_ENDPOINT="http://c:4317") == ("", "http://c:4317")
    with pytest.raises(ConfigError, match="OTEL_EXPORTER_OTLP_ENDPOINT"):
        read(OTEL_EXPORTER_OTLP_ENDPOINT="collector:4317")
