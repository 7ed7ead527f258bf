import grpc
import pytest
from prometheus_client import generate_latest

from chassis.metrics import CallMetrics, Labels, Reading, counter, gauge, registry_of

METHOD = "/courtlist.x.v1.XService/GetX"


def test_calls_are_counted_by_rpc_and_status() -> None:
    calls = CallMetrics()
    rpc = calls.of(METHOD)
    rpc.note(grpc.StatusCode.OK, 0.0002)
    rpc.note(grpc.StatusCode.OK, 0.02)
    rpc.note(grpc.StatusCode.NOT_FOUND, 0.02)
    registry = registry_of([calls])

    def count(status: str) -> float | None:
        labels = {"rpc": "courtlist.x.v1.XService/GetX", "status": status}
        return registry.get_sample_value("courtlist_rpc_duration_seconds_count", labels)

    assert (count("OK"), count("NOT_FOUND"), count("INTERNAL")) == (2.0, 1.0, None)
    below_a_millisecond = registry.get_sample_value(
        "courtlist_rpc_duration_seconds_bucket",
        {"rpc": "courtlist.x.v1.XService/GetX", "status": "OK", "le": "0.001"},
    )
    assert below_a_millisecond == 1.0


def test_what_is_not_known_is_not_shown() -> None:
    known: list[float] = []
    registry = registry_of([gauge("age_seconds", "Age", lambda: known[0] if known else None)])
    assert registry.get_sample_value("courtlist_age_seconds") is None
    known.append(2.5)
    assert registry.get_sample_value("courtlist_age_seconds") == 2.5


def test_a_reading_shows_what_holds_when_it_is_asked_for() -> None:
    counts: dict[Labels, float] = {("hit",): 1.0}
    registry = registry_of(
        [
            Reading("reads", "Reads", lambda: counts, labels=("outcome",), counter=True),
            counter("turns", "Turns", lambda: 3.0),
        ]
    )
    counts["miss",] = 4.0
    assert registry.get_sample_value("courtlist_reads_total", {"outcome": "miss"}) == 4.0
    assert registry.get_sample_value("courtlist_turns_total") == 3.0


def test_two_metrics_of_one_name_are_found_at_the_start() -> None:
    with pytest.raises(ValueError, match="courtlist_age_seconds"):
        registry_of([gauge("age_seconds", "Age", lambda: 1.0) for _ in range(2)])


def test_every_name_says_whose_it_is() -> None:
    text = generate_latest(registry_of([CallMetrics()])).decode()
    names = [line.split("{")[0].split(" ")[0] for line in text.splitlines() if line[0] != "#"]
    assert names
    assert all(name.startswith("courtlist_") for name in names)
