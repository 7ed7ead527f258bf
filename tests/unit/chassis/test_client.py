import json
from typing import Any

from chassis.client import ChannelSettings, _options


def options(settings: ChannelSettings) -> dict[str, Any]:
    return dict(_options(settings))


def test_no_pause_between_two_attempts_to_connect_is_longer_than_a_second() -> None:
    chosen = options(ChannelSettings())
    assert chosen["grpc.max_reconnect_backoff_ms"] <= 1000
    assert chosen["grpc.min_reconnect_backoff_ms"] <= 1000
    assert chosen["grpc.initial_reconnect_backoff_ms"] <= 1000


def test_only_the_methods_named_idempotent_are_repeated_and_only_on_unavailable() -> None:
    settings = ChannelSettings(idempotent_methods=["a.B/Get", "c.D"], attempts_max=4)
    [config] = json.loads(options(settings)["grpc.service_config"])["methodConfig"]
    assert config["name"] == [{"service": "a.B", "method": "Get"}, {"service": "c.D"}]
    assert config["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE"]
    assert config["retryPolicy"]["maxAttempts"] == 4
    assert json.loads(options(ChannelSettings())["grpc.service_config"]) == {}
