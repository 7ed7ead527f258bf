import socket
import subprocess
import sys
from pathlib import Path

import pytest

from stack import ports
from stack.credentials import Credentials
from stack.ports import LOOPBACK, claim, free_port, is_free


def test_passwords_and_ports_stay_with_the_data(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    first = Credentials(path)
    made = first.password("postgres"), first.port("postgres")
    again = Credentials(path)
    assert (again.password("postgres"), again.port("postgres")) == made
    assert again.password("valkey") != again.password("postgres")


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    Credentials(path).password("postgres")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_port_that_somebody_took_is_replaced(tmp_path: Path) -> None:
    credentials = Credentials(tmp_path / "credentials.json")
    port = credentials.port("postgres")
    with socket.socket() as taker:
        taker.bind((LOOPBACK, port))
        taker.listen()
        assert not is_free(port)
        assert credentials.port("postgres") != port


def test_a_port_is_below_those_of_outgoing_connections() -> None:
    outgoing = Path("/proc/sys/net/ipv4/ip_local_port_range")
    lowest = int(outgoing.read_text().split()[0]) if outgoing.exists() else 49152
    assert all(free_port() < max(lowest, 32_768) for _ in range(50))


def test_no_two_servers_of_a_system_are_given_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    first = free_port()
    monkeypatch.setattr(ports, "_LOWEST", first)
    monkeypatch.setattr(ports, "_HIGHEST", first + 1)
    with pytest.raises(OSError, match="no free port"):
        free_port()


def test_a_port_is_one_systems_before_its_server_listens_and_free_again_at_its_end() -> None:
    port = free_port()
    assert claim(port), "its own"
    asked = [
        sys.executable,
        "-c",
        f"import sys; from stack.ports import claim; sys.exit(claim({port}))",
    ]
    assert subprocess.run(asked, check=False).returncode == 0, "another's"
    other = subprocess.run(
        [sys.executable, "-c", "from stack.ports import free_port; print(free_port())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert claim(int(other.stdout))
