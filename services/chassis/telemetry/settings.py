"""Where a process shows itself: the settings, the same for every process."""

from dataclasses import dataclass

from chassis.config import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservabilitySettings:
    """Where metrics are served (`host:port`) and traces go (a URL); empty: not at all."""

    metrics_listen: str = ""
    trace_endpoint: str = ""


def read_observability(environment: Environment) -> ObservabilitySettings:
    """Read both settings. The second has the name that OpenTelemetry gives it."""
    return ObservabilitySettings(
        metrics_listen=environment.address(
            "COURTLIST_METRICS_LISTEN",
            default="",
            about="host:port for Prometheus, :port for the loopback interface only; empty: none",
        ),
        trace_endpoint=environment.url(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            default="",
            about="OpenTelemetry collector (OTLP over gRPC) for traces; empty: none",
            schemes=("http", "https"),
        ),
    )
