import socket
from pathlib import Path

from stack.credentials import Credentials
from stack.ports import LOOPBACK, free_port, is_free


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
