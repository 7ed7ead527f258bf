"""A process that has imported the libraries and forks for each run of pytest.

Importing them takes longer than most runs. What is ours is never imported before the fork, so that
each run imports the tree as it is then. Started by path, with a copy of the tree as its folder:
a request is a JSON line `{"arguments": […], "compile": bool, "limit_s": number}`, its answer a JSON
line `{"code": int | null, "output": str}`.
"""

import importlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

import pytest

_LIBRARIES = (
    "asyncpg",
    "cryptography.hazmat.primitives.ciphers.aead",
    "google.protobuf.timestamp_pb2",
    "google.rpc.error_details_pb2",
    "google.type.date_pb2",
    "grpc.aio",
    "grpc_health.v1.health_pb2_grpc",
    "grpc_reflection.v1alpha.reflection",
    "hypothesis.strategies",
    "pytest_asyncio.plugin",
    "pytest_timeout",
    "redis.asyncio",
    "structlog",
    "testcontainers.core.container",
)


def main() -> None:
    """Answer requests until the input ends."""
    for library in _LIBRARIES:
        importlib.import_module(library)
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        print(json.dumps(_run(**request)), flush=True)


def _run(*, arguments: Sequence[str], compile: bool, limit_s: float) -> dict[str, Any]:  # noqa: A002
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            os.setsid()
            sys.dont_write_bytecode = not compile
            for stream in (1, 2):
                os.dup2(output.fileno(), stream)
            code = int(pytest.main(list(arguments)))
            sys.stdout.flush()
            # Nothing that the libraries registered for the end of this process is to run twice.
            os._exit(code)
        ended = _ended(child, limit_s)
        output.seek(0)
        return {"code": ended, "output": output.read().decode(errors="replace")}


def _ended(child: int, limit_s: float) -> int | None:
    """The child's exit code; None after the limit, with all that it started killed."""

    def too_late(*_: object) -> None:
        os.killpg(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    _, status = os.waitpid(child, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    code = os.waitstatus_to_exitcode(status)
    return None if code == -signal.SIGKILL else code


if __name__ == "__main__":
    main()
