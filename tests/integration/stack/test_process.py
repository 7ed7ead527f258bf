import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from stack.log_file import LogFile
from stack.process import Process, ProcessError
from tests.eventually import LIMIT_S, eventually

SERVICES = Path(__file__).resolve().parents[3] / "services"
PROMPT = "import signal, sys; print('up', flush=True); "
DEAF = PROMPT + "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); "
FOREVER = "signal.pause()"

Make = Callable[..., Process]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    made: list[Process] = []

    def process(program: str, **options: object) -> Process:
        one = Process(
            name="program",
            command=[sys.executable, "-c", program],
            environment={"PATH": "/usr/bin:/bin"},
            folder=tmp_path,
            log=LogFile(tmp_path / "program.log"),
            **{"stop_timeout_s": 5.0, **options},  # type: ignore[arg-type]
        )
        made.append(one)
        return one

    yield process
    for one in made:
        one.restarts_by_itself = False
        await one.kill()
        await one.stop()


def _says(process: Process, word: str) -> Callable[[], bool]:
    return lambda: word in process.log.tail()


def _state(pid: int) -> str:
    """Return the kernel's letter for the state of `pid`; X when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "X"


async def test_a_process_asked_to_stop_ends_by_that_signal(make: Make) -> None:
    process = make(PROMPT + FOREVER)
    await process.start()
    await eventually(_says(process, "up"))
    await process.stop()
    assert (process.running, process.exit_code) == (False, -signal.SIGTERM)


async def test_a_process_that_ignores_the_request_is_killed(make: Make) -> None:
    process = make(DEAF + FOREVER, stop_timeout_s=0.2)
    await process.start()
    await eventually(_says(process, "deaf"))
    await process.stop()
    assert process.exit_code == -signal.SIGKILL


async def test_a_killed_process_comes_back_by_itself(make: Make) -> None:
    process = make(PROMPT + FOREVER, restart=True)
    await process.start()
    first = process.pid
    await process.kill()
    await eventually(lambda: process.pid not in {first, None})
    assert process.starts == 2


async def test_a_stopped_process_does_not_come_back(make: Make) -> None:
    process = make(PROMPT + FOREVER, restart=True)
    await process.start()
    await process.stop()
    assert not process.running
    await process.start()
    assert process.running


async def test_a_killed_process_without_restart_stays_down_until_started(make: Make) -> None:
    process = make(PROMPT + FOREVER)
    await process.start()
    await process.kill()
    assert not process.running
    await process.start()
    assert (process.running, process.starts) == (True, 2)


async def test_a_paused_process_answers_nothing_and_goes_on_after(make: Make) -> None:
    process = make(PROMPT + FOREVER)
    await process.start()
    assert process.pid is not None
    process.pause()
    await eventually(lambda: _state(process.pid or 0) == "T")
    process.resume()
    await eventually(lambda: _state(process.pid or 0) in "SR")


async def test_a_paused_process_can_be_stopped(make: Make) -> None:
    process = make(PROMPT + FOREVER)
    await process.start()
    await eventually(_says(process, "up"))
    process.pause()
    await process.stop()
    assert process.exit_code == -signal.SIGTERM


async def test_a_process_that_fails_to_start_is_reported_with_its_last_words(make: Make) -> None:
    process = make("import sys; print('the port is taken'); sys.exit(3)")

    async def never() -> None:
        raise ConnectionRefusedError

    await process.start()
    with pytest.raises(ProcessError, match=r"(?s)exit code 3.*the port is taken"):
        await process.wait_ready(never, limit_s=LIMIT_S)


async def test_a_process_that_is_never_ready_is_reported_after_the_limit(make: Make) -> None:
    process = make(PROMPT + FOREVER)

    async def never() -> None:
        raise ConnectionRefusedError("nobody listens")

    await process.start()
    with pytest.raises(ProcessError, match="nobody listens"):
        await process.wait_ready(never, limit_s=0.2)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
async def test_a_child_dies_with_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    supervisor = tmp_path / "supervisor.py"
    supervisor.write_text(
        f"""
import asyncio, sys
from pathlib import Path
from stack.log_file import LogFile
from stack.process import Process

async def main():
    child = Process(
        name="child", command=[sys.executable, "-c", {DEAF + FOREVER!r}], environment={{}},
        folder=Path({str(tmp_path)!r}), log=LogFile(Path({str(tmp_path)!r}) / "child.log"),
    )
    await child.start()
    print(child.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
""",
        encoding="utf-8",
    )
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        supervisor,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SERVICES)},
    )
    assert running.stdout is not None
    child = int(await running.stdout.readline())
    log = LogFile(tmp_path / "child.log")
    await eventually(lambda: "deaf" in log.tail())
    assert _state(child) in "SR"
    running.kill()
    await running.wait()
    await eventually(lambda: _state(child) in "XZ")
