"""One service's schema in its database: asked, dumped and brought back by PostgreSQL's programs."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import IO, Final
from urllib.parse import parse_qs, unquote, urlsplit

from cli.backups.programs import Programs, fitting
from cli.errors import CliError, UsageError
from cli.exit_codes import ExitCode

_LOOK_S: Final = 0.2
_ASK_LIMIT_S: Final = 30.0
# libpq's own names for what a DSN may say beside server, user, password and database.
_PARAMETERS: Final = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "host": "PGHOST",
    "port": "PGPORT",
}


class Database:
    """The schema of one service.

    Args:
        store: name of the service, and of its schema.
        dsn: of its database. The password goes to the programs by the environment, which other
            users cannot read, never by the command line.
        programs: every release of PostgreSQL's programs that there is.
    """

    def __init__(self, *, store: str, dsn: str, programs: list[Programs]) -> None:
        self.store = store
        self._environment = connection_environment(dsn)
        self._installed = programs
        self._programs: Programs | None = None

    @property
    def programs(self) -> Programs:
        """Those that fit the server. Raises RefusedError, CliError."""
        if self._programs is None:
            # psql of any release can ask a server of any release for its version.
            any_of_them = fitting(self._installed, 0)
            number = self._ask(any_of_them, "server_version.sql")
            self._programs = fitting(self._installed, int(number) // 10_000)
        return self._programs

    def connections(self) -> int:
        """How many connections the running service has. Raises CliError."""
        application = f"courtlist-{self.store}"
        return int(self._ask(self.programs, "connections.sql", application=application))

    def exists(self) -> bool:
        """Whether the schema is there. Raises CliError."""
        return self._ask(self.programs, "schema_exists.sql", schema=self.store) != "0"

    def dump(self, to: Path, progress: Callable[[int], None]) -> None:
        """Write the schema into a file, as of one instant; `progress` is told the bytes written.

        Raises:
            CliError: pg_dump failed, with what it said.
        """
        to.touch(mode=0o600)
        command: list[str | Path] = [
            self.programs.path("pg_dump"),
            "--format=custom",
            f"--schema={self.store}",
            "--no-owner",
            "--no-privileges",
            f"--file={to}",
        ]
        running = self._start(command, stdout=subprocess.DEVNULL)
        said: bytes | None = None
        while said is None:
            try:
                said = running.communicate(timeout=_LOOK_S)[1]
            except subprocess.TimeoutExpired:
                progress(to.stat().st_size)
        if running.returncode:
            raise self._failed("pg_dump", said)

    def restore(self, dump: Path) -> None:
        """Put what the dump holds in the schema's place, in one transaction: all of it or nothing.

        Raises:
            CliError: a program failed; the database is as it was.
        """
        scripts = resources.files("cli").joinpath("sql")
        with (
            resources.as_file(scripts.joinpath("drop_schema.sql")) as drop_file,
            resources.as_file(scripts.joinpath("new_series.sql")) as series_file,
            tempfile.TemporaryFile() as read_said,
            tempfile.TemporaryFile() as write_said,
        ):
            read = self._start(
                [self.programs.path("pg_restore"), "--no-owner", "--no-privileges", "-f-", dump],
                stdout=subprocess.PIPE,
                stderr=read_said,
            )
            write = self._start(
                [
                    *self._psql(self.programs),
                    "--single-transaction",
                    f"--variable=schema={self.store}",
                    f"--file={drop_file}",
                    "--file=-",
                    f"--file={series_file}",
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=write_said,
            )
            if not _pass_on(read, write):
                raise self._failed("pg_restore", _all_of(read_said))
            if write.returncode:
                raise self._failed("psql", _all_of(write_said))

    def _ask(self, programs: Programs, query: str, **variables: str) -> str:
        text = resources.files("cli").joinpath("sql", query).read_text(encoding="utf-8")
        named = [f"--variable={name}={value}" for name, value in variables.items()]
        command = [*self._psql(programs), "--tuples-only", "--no-align", *named, "--file=-"]
        running = self._start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            answer, said = running.communicate(text.encode(), timeout=_ASK_LIMIT_S)
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()
            raise self._failed("psql", b"no answer") from None
        if running.returncode:
            raise self._failed("psql", said)
        return answer.decode().strip()

    def _psql(self, programs: Programs) -> Sequence[str | Path]:
        return [programs.path("psql"), "--no-psqlrc", "--quiet", "--variable=ON_ERROR_STOP=1"]

    def _start(
        self,
        command: Sequence[str | Path],
        *,
        stdin: IO[bytes] | int | None = subprocess.DEVNULL,
        stdout: int,
        stderr: IO[bytes] | int = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            env={**self._environment, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
        )

    def _failed(self, program: str, said: bytes) -> CliError:
        # The first lines say what is wrong; what follows may quote rows.
        lines = said.decode(errors="replace").strip().splitlines()
        first = next((one for one in lines if "error" in one.lower()), lines[0] if lines else "")
        return CliError(
            f"{self.store}: {program} failed: {first}",
            exit_code=ExitCode.UNREACHABLE,
            reason="DATABASE_FAILED",
            next_step=f"check {self.store} under [stores] in the profile, and that PostgreSQL runs",
        )


def _pass_on(read: subprocess.Popen[bytes], write: subprocess.Popen[bytes]) -> bool:
    """Pass the script on as it is read; returns whether the reader came to its end.

    A script that breaks off must not be committed: the writer is killed before it sees the end, and
    its transaction with it.
    """
    assert read.stdout is not None
    assert write.stdin is not None
    try:
        # A writer that has failed says why by itself.
        with contextlib.suppress(BrokenPipeError):
            shutil.copyfileobj(read.stdout, write.stdin)
        read.stdout.close()
        is_whole = read.wait() == 0 or write.poll() is not None
        if not is_whole:
            write.kill()
        with contextlib.suppress(BrokenPipeError):
            write.stdin.close()
        write.wait()
    except BaseException:
        for one in (write, read):
            one.kill()
            one.wait()
        raise
    return is_whole


def _all_of(said: IO[bytes]) -> bytes:
    said.seek(0)
    return said.read()


def connection_environment(dsn: str) -> Mapping[str, str]:
    """libpq's variables from `postgresql://user:password@host:port/database?...`.

    Raises UsageError; it repeats nothing of the DSN, which holds a password.
    """
    try:
        parts = urlsplit(dsn)
    except ValueError:
        raise UsageError(
            "a DSN under [stores] cannot be read", next_step="correct it in the profile"
        ) from None
    if parts.scheme not in {"postgresql", "postgres"}:
        raise UsageError(
            "a DSN under [stores] does not begin with postgresql://",
            next_step="correct it in the profile",
        )
    try:
        port = parts.port
    except ValueError:
        raise UsageError(
            "a DSN under [stores] has a port that is no number",
            next_step="correct it in the profile",
        ) from None
    read = {
        "PGHOST": parts.hostname or "",
        "PGPORT": "" if port is None else str(port),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.removeprefix("/")),
        "PGCONNECT_TIMEOUT": "10",
    }
    for name, values in parse_qs(parts.query).items():
        if name in _PARAMETERS:
            read[_PARAMETERS[name]] = values[0]
    return {name: value for name, value in read.items() if value}
