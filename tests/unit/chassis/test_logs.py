import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from chassis.logs import REDACTED, configure, describe_fault, redact

# Region 000000 belongs to nobody.
NUMBER_18 = "00000019900101000X"
NUMBER_15 = "000000900101000"
FULL_WIDTH = "０００００0１９９００１０１０００Ｘ"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure(service="test", stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_json_with_service_time_and_level(out: io.StringIO) -> None:
    structlog.get_logger().info("started", position=7)
    [line] = lines(out)
    assert line["event"] == "started"
    assert (line["service"], line["level"], line["position"]) == ("test", "info", 7)
    assert line["at"].endswith("Z")


def test_bound_context_is_on_every_line(out: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(call_id="c-1"):
        structlog.get_logger().info("inside")
        logging.getLogger("some.library").warning("from %s", "elsewhere")
    assert [line["call_id"] for line in lines(out)] == ["c-1", "c-1"]
    assert lines(out)[1]["event"] == "from elsewhere"


def test_lines_below_the_level_are_left_out(out: io.StringIO) -> None:
    structlog.get_logger().debug("quiet")
    logging.getLogger("some.library").debug("quiet")
    assert out.getvalue() == ""


@pytest.mark.parametrize("number", [NUMBER_15, NUMBER_18, FULL_WIDTH, NUMBER_18.lower()])
def test_an_identity_number_never_reaches_a_line(out: io.StringIO, number: str) -> None:
    log = structlog.get_logger()
    slip = f"read {number}."
    log.info(slip, field=f"[{number}]", nested={"a": [number, (number,)]})
    log.info("as a key", number=number)
    logging.getLogger("some.library").warning("read %s", number)
    assert number not in out.getvalue()
    assert out.getvalue().count(REDACTED) == 6


def test_what_a_library_says_of_raw_bytes_is_not_written(out: io.StringIO) -> None:
    logging.getLogger("some.library").error("Invalid encoding on %s", b"Bearer abc\xff")
    assert lines(out)[0]["event"] == f"Invalid encoding on {REDACTED}"


def test_a_number_inside_a_longer_word_or_of_another_length_is_kept() -> None:
    kept = {"a": "x" + NUMBER_15, "b": "0" * 17, "c": "2026-01-02T03:04:05.678901Z", "d": 12345}
    assert redact(None, "info", dict(kept)) == kept


def test_an_identity_number_as_an_integer_is_dropped() -> None:
    assert redact(None, "info", {"n": 110000199001010000}) == {"n": REDACTED}


def test_denied_keys_lose_their_value_at_any_depth() -> None:
    event = {"digest": "ab", "deep": {"name": "张三", "items": [{"document": {"x": 1}}]}, "b": b"x"}
    assert redact(None, "info", event) == {
        "digest": REDACTED,
        "deep": {"name": REDACTED, "items": [{"document": REDACTED}]},
        "b": REDACTED,
    }


def read(value: str) -> int:
    return int(value)


def test_an_exceptions_text_is_never_written_only_types_and_places(out: io.StringIO) -> None:
    try:
        try:
            read("张三 secret")
        except ValueError as error:
            raise RuntimeError("about 张三") from error
    except RuntimeError:
        structlog.get_logger().exception("failed")
        logging.getLogger("some.library").exception("failed too")
    assert "张三" not in out.getvalue()
    for line in lines(out):
        assert line["fault"][0] == "RuntimeError"
        assert "ValueError" in line["fault"]
        assert any("test_logs.py" in place and "read" in place for place in line["fault"])


def test_a_cycle_of_causes_ends() -> None:
    one, two = ValueError(), TypeError()
    one.__cause__, two.__cause__ = two, one
    assert describe_fault(one) == ["ValueError", "TypeError"]
