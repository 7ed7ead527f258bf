"""One child process: started, ended, killed, paused, brought back, and never left behind."""

import asyncio
import contextlib
import itertools
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

from stack.account import Account
from stack.log_file import LogFile
from stack.told_by_file import told_by_file

_LAUNCHER = Path(__file__).with_name("launch.py")
_BACKOFF_FIRST_S, _BACKOFF_MAX_S = 0.05, 2.0
# A process that has served this long has not failed to start: its next restart is immediate again.
_STEADY_S = 5.0
_POLL_S = 0.02

Probe = Callable[[], Awaitable[None]]
"""Asks a process whether it serves; any exception means not yet."""


class ProcessError(Exception):
    """A process did not come up, or went; the message ends with the last lines of its log."""


class Process:
    """A program under supervision.

    A process of its own session, so that Ctrl-C on the terminal reaches the supervisor alone, which
    then ends its children in order. On Linux it dies with the supervisor, however that ends; to the
    kernel the supervisor is the thread that started it, so start it from one that stays.

    Args:
        name: what messages call it.
        command: absolute path of the program, and its arguments.
        environment: all the environment it gets.
        folder: its working directory.
        log: where its standard output and error go.
        account: whom to run it as; None is our own account.
        stop_signal: asks it to end in good order.
        orphan_signal: sent by the kernel when the supervisor is gone.
        stop_timeout_s: how long `stop` waits before it kills.
        restart: bring it back, with backoff, whenever it ends without `stop`.
        prepare: called before each start; may clean up after the last one.
        secrets: folder of the files by which it is told what holds a password; None: its environment says so.
    """

    def __init__(
        self,
        *,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        folder: Path,
        log: LogFile,
        account: Account | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        orphan_signal: signal.Signals = signal.SIGKILL,
        stop_timeout_s: float = 15.0,
        restart: bool = False,
        prepare: Callable[[], None] = lambda: None,
        secrets: Path | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self.restarts_by_itself = restart
        self.starts = 0
        self._command = [str(part) for part in command]
        # What the next start gets; a change does not touch a running program.
        self.environment = dict(environment)
        self._folder = folder
        self._account = account
        self._stop_signal = stop_signal
        self._orphan_signal = orphan_signal
        self._stop_timeout_s = stop_timeout_s
        self._prepare = prepare
        self._secrets = secrets
        self._child: asyncio.subprocess.Process | None = None
        self._watcher: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs, else None."""
        return self._child.pid if self._child and self._child.returncode is None else None

    @property
    def running(self) -> bool:
        """Whether the process exists (a paused one does)."""
        return self.pid is not None

    @property
    def exit_code(self) -> int | None:
        """How the last run ended (negative: by that signal); None before that."""
        return self._child.returncode if self._child else None

    async def start(self) -> None:
        """Start the program unless it runs; returns at once, see `wait_ready`."""
        if self.running or (self._watcher and self.restarts_by_itself and not self._watcher.done()):
            return
        await self._unwatch()
        self.log.mark()
        await self._spawn()
        self._watcher = asyncio.create_task(self._watch(), name=f"watch {self.name}")

    async def stop(self) -> None:
        """End it in good order, or by force after `stop_timeout_s`; harmless when it is down."""
        await self._unwatch()
        if self._child is None or self._child.returncode is not None:
            return
        self._signal(self._stop_signal)
        # A paused process would get the signal only when it goes on.
        self._signal(signal.SIGCONT)
        try:
            async with asyncio.timeout(self._stop_timeout_s):
                await self._child.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """SIGKILL, and wait until it is gone. With `restart` it comes back by itself."""
        self._signal(signal.SIGKILL)
        if self._child is not None:
            await self._child.wait()

    async def finish(self) -> None:
        """Wait for a program that ends by itself.

        Raises:
            ProcessError: it ended with another exit code than 0.
        """
        assert self._child is not None
        await self._child.wait()
        if self.exit_code != 0:
            raise self._failure(f"ended with exit code {self.exit_code}")

    async def restart(self) -> None:
        """Stop and start."""
        await self.stop()
        await self.start()

    def pause(self) -> None:
        """Freeze it (SIGSTOP): it keeps its sockets and answers nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused process go on."""
        self._signal(signal.SIGCONT)

    async def wait_ready(self, probe: Probe, limit_s: float) -> float:
        """Return, in seconds, how long it took until `probe` succeeded.

        Raises:
            ProcessError: `limit_s` is over, or the process ended and nobody brings it back.
        """
        begun = time.monotonic()
        last: BaseException | None = None
        while (left_s := begun + limit_s - time.monotonic()) > 0:
            if not self.running and not self.restarts_by_itself:
                raise self._failure(f"ended with exit code {self.exit_code}")
            try:
                async with asyncio.timeout(left_s):
                    await probe()
            except Exception as error:  # noqa: BLE001 - not ready has as many forms as there are probes
                last = error
                await asyncio.sleep(_POLL_S)
            else:
                return time.monotonic() - begun
        raise self._failure(f"is not ready after {limit_s:g} s ({last!r})")

    def _failure(self, reason: str) -> ProcessError:
        tail = self.log.tail()
        return ProcessError(f"{self.name} {reason}; its log, {self.log.path}, ends:\n{tail}")

    def _signal(self, number: signal.Signals) -> None:
        if self._child is not None and self._child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._child.send_signal(number)

    async def _spawn(self) -> None:
        self._prepare()
        account = self._account
        launcher = [sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid())]
        rights = [str(account.uid), str(account.gid)] if account else ["-1", "-1"]
        with self.log.path.open("ab") as output:
            self._child = await asyncio.create_subprocess_exec(
                *launcher,
                str(int(self._orphan_signal)),
                *rights,
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                env=self._told(),
                start_new_session=True,
            )
        self.starts += 1

    def _told(self) -> Mapping[str, str]:
        if self._secrets is None:
            return self.environment
        return told_by_file(self.environment, self.name, self._secrets)

    async def _watch(self) -> None:
        """Wait for the end; bring the process back for as long as that is wanted."""
        delays = _backoff()
        while True:
            assert self._child is not None
            begun = time.monotonic()
            await self._child.wait()
            if not self.restarts_by_itself:
                return
            if time.monotonic() - begun > _STEADY_S:
                delays = _backoff()
            await asyncio.sleep(next(delays))
            await self._spawn()

    async def _unwatch(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.wait([self._watcher])
            self._watcher = None


def _backoff() -> Iterator[float]:
    """0.05, 0.1, 0.2 ... 2 s: a crash is answered at once, a crash loop does not burn a core."""
    return (min(_BACKOFF_FIRST_S * 2**step, _BACKOFF_MAX_S) for step in itertools.count())
