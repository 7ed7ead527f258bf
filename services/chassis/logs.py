"""JSON lines on stdout, with a second net under the rule that nothing personal is logged."""

import logging
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor

REDACTED: Final = "[redacted]"

# Keys that name personal data in any of our messages. The rule is not to log them at all; this net
# catches a slip, and its cost is that none of these words can be a log key.
_DENIED_KEYS: Final = frozenset(
    {
        "name", "full_name", "subject_name", "number", "document", "documents", "document_number",
        "identity_number", "id_number", "digest", "digests", "subject_digest", "document_digest",
        "birth_date", "address_text", "phone", "text", "note", "payload", "request", "response",
        "password", "secret", "token", "dsn",
    }
)  # fmt: skip

# 15 or 18 digits (the last may be X) standing alone; `\d` also matches full-width digits.
_IDENTITY_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])\d{15}(?:\d{2}[\dXxＸｘ])?(?![0-9A-Za-z])")
# Nothing we log nests deeper; a cycle must not hang the logger.
_DEPTH_MAX: Final = 6


def configure(*, service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's logging to `stream` (stdout) as JSON lines.

    Called once, by `__main__`. Every line carries `service`, `at` (UTC), `level` and `event`.
    """

    def add_service(_: Any, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    out = stream or sys.stdout
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        add_service,
        flatten_fault,
        redact,
    ]
    render = structlog.processors.JSONRenderer(sort_keys=False, ensure_ascii=False)
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[take_exc_info, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    handler.addFilter(without_bytes)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def redact(_: Any, __: str, event: EventDict) -> EventDict:
    """Drop the values of denied keys, and identity numbers wherever they stand."""
    return {key: _redacted(key, value, _DEPTH_MAX) for key, value in event.items()}


def flatten_fault(_: Any, __: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by `fault`: types and places only.

    An exception's text may hold what the caller sent (`invalid literal for int(): '…'`, a key in a
    unique violation), so neither it nor source lines are ever written.
    """
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["fault"] = describe_fault(error)
    return event


def take_exc_info(_: Any, __: str, event: EventDict) -> EventDict:
    """Give a standard library record's exception the key that structlog's own events use.

    The record's own copy is cleared, or the formatter below would append the traceback as text.
    """
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and record.exc_info:
        event["exc_info"] = record.exc_info
        record.exc_info = None
        record.exc_text = None
    return event


def without_bytes(record: logging.LogRecord) -> bool:
    """Take raw bytes out of what a library logs: gRPC writes out a header that it cannot read."""
    if isinstance(record.args, tuple):
        record.args = tuple(REDACTED if isinstance(one, bytes) else one for one in record.args)
    return True


def describe_fault(error: BaseException) -> list[str]:
    """The exception and its causes, outermost first: type, SQLSTATE if any, and frames."""
    return list(_fault_lines(error))


def _fault_lines(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        sqlstate = getattr(one, "sqlstate", None)
        yield type(one).__qualname__ + (f" sqlstate={sqlstate}" if sqlstate else "")
        trace = one.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            place = "/".join(code.co_filename.split("/")[-2:])
            yield f"  {place}:{trace.tb_lineno} {code.co_name}"
            trace = trace.tb_next
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _redacted(key: str, value: Any, depth: int) -> Any:
    if key in _DENIED_KEYS or depth == 0 or isinstance(value, bytes):
        return REDACTED
    if isinstance(value, str):
        return _IDENTITY_NUMBER.sub(REDACTED, value)
    if isinstance(value, int):
        return REDACTED if _IDENTITY_NUMBER.fullmatch(str(value)) else value
    if isinstance(value, Mapping):
        return {str(k): _redacted(str(k), v, depth - 1) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_redacted("", one, depth - 1) for one in value]
    return value
