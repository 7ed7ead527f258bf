import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from structlog.testing import CapturingLogger

from authority.peer import Peer, PeerKind
from chassis.clock import HeldClock
from chassis.config import ConfigError, Environment
from chassis.limits import CONNECTION_AGE_S
from chassis.tls.files import TlsFilesError
from chassis.tls.settings import read_transport
from chassis.tls.transport import PLAINTEXT, Transport
from chassis.tls.watch import certificate_reading, complain_of_plaintext
from tests.certificates import Issuer, Wallet
from tests.eventually import eventually

TRAVEL = Peer(PeerKind.SERVICE, "travel")


@pytest.fixture
def wallet(tmp_path: Path) -> Wallet:
    authority = Issuer()
    return Wallet.made(tmp_path / "files", authority.issue(TRAVEL), authority.trust)


def read(**values: str) -> Transport:
    environment = Environment({f"COURTLIST_{name}": value for name, value in values.items()})
    transport = read_transport(environment)
    environment.finish()
    return transport


def settings(wallet: Wallet) -> dict[str, str]:
    return {
        "TLS_CERTIFICATE": str(wallet.folder / "certificate.pem"),
        "TLS_KEY": str(wallet.folder / "key.pem"),
        "TLS_TRUST": str(wallet.folder / "trust.pem"),
    }


def test_a_process_that_is_told_neither_files_nor_plaintext_does_not_start() -> None:
    with pytest.raises(ConfigError) as refused:
        read()
    assert [one.name for one in refused.value.problems] == [
        "COURTLIST_TLS_CERTIFICATE",
        "COURTLIST_TLS_KEY",
        "COURTLIST_TLS_TRUST",
    ]


def test_plaintext_is_spoken_only_where_it_is_said() -> None:
    assert read(PLAINTEXT="true").is_plaintext
    with pytest.raises(ConfigError):
        read(PLAINTEXT="false")


def test_files_beside_plaintext_are_refused_as_a_contradiction(wallet: Wallet) -> None:
    with pytest.raises(ConfigError) as refused:
        read(PLAINTEXT="true", **settings(wallet))
    assert [one.name for one in refused.value.problems] == ["COURTLIST_PLAINTEXT"]


def test_files_are_read_at_start(wallet: Wallet) -> None:
    transport = read(TRUST_DOMAIN="court.example", **settings(wallet))
    assert not transport.is_plaintext
    assert transport.trust_domain == "court.example"
    assert transport.own_name == "travel.service.courtlist.example"
    assert transport.server_credentials() is not None


def test_how_old_a_connection_may_grow_is_set_within_a_day(wallet: Wallet) -> None:
    assert read(**settings(wallet)).connection_age_s == CONNECTION_AGE_S
    assert read(CONNECTION_AGE_S="30", **settings(wallet)).connection_age_s == 30
    for value in ("0", "86401"):
        with pytest.raises(ConfigError):
            read(CONNECTION_AGE_S=value, **settings(wallet))


def test_files_that_do_not_go_together_are_refused_at_start(wallet: Wallet) -> None:
    wallet.write("key.pem", Issuer().issue(TRAVEL).key)
    with pytest.raises(ConfigError) as refused:
        read(**settings(wallet))
    assert "is not the key of" in str(refused.value)
    assert "PRIVATE" not in str(refused.value)


def test_a_certificate_that_has_run_out_is_no_use(wallet: Wallet) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    with pytest.raises(TlsFilesError, match="ran out at"):
        wallet.files(now=lambda: tomorrow)


def test_files_that_stay_as_they_are_are_the_same_object(wallet: Wallet) -> None:
    files = wallet.files()
    first = files.current()
    assert files.current() is first
    wallet.put(Issuer().issue(TRAVEL))
    assert files.current() is not first


def test_a_file_that_is_gone_for_a_while_is_passed_over(wallet: Wallet) -> None:
    files = wallet.files()
    first = files.current()
    key = (wallet.folder / "key.pem").read_bytes()
    (wallet.folder / "key.pem").unlink()
    assert files.current() is first
    wallet.write("key.pem", key)
    assert files.current().certificate == first.certificate


def test_who_keeps_no_log_has_nothing_printed_into_its_output_when_files_change(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    files = wallet.files()
    wallet.put(Issuer().issue(TRAVEL))
    files.current()
    (wallet.folder / "key.pem").unlink()
    files.current()
    assert capsys.readouterr() == ("", "")


def test_a_word_is_said_in_plaintext_only(wallet: Wallet) -> None:
    assert PLAINTEXT.saying("courtlist-service", "travel").word == (
        ("courtlist-service", "travel"),
    )
    assert wallet.transport().saying("courtlist-service", "travel").word == ()


def test_a_key_is_never_shown(wallet: Wallet) -> None:
    assert "PRIVATE" not in repr(wallet.files().current())


def test_how_long_a_certificate_is_good_for_is_shown(wallet: Wallet) -> None:
    clock = HeldClock(datetime.now(UTC))

    def left_s(transport: Transport) -> list[float]:
        (family,) = certificate_reading(transport, clock).collect()
        return [sample.value for sample in family.samples]

    (left,) = left_s(wallet.transport())
    assert 86_000 < left <= 86_400
    assert left_s(PLAINTEXT) == []


async def test_plaintext_is_complained_of_again_and_again() -> None:
    lines = CapturingLogger()
    log = structlog.wrap_logger(lines, processors=[lambda _, __, event: ((), event)])
    complaining = asyncio.create_task(complain_of_plaintext(log, every_s=0))
    await eventually(lambda: len(lines.calls) > 2)
    complaining.cancel()
    assert {(one.method_name, one.kwargs["event"]) for one in lines.calls} == {
        ("warning", "plaintext")
    }


def test_a_key_that_others_can_read_starts_no_process_unless_that_is_meant(wallet: Wallet) -> None:
    (wallet.folder / "key.pem").chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        read(**settings(wallet))
    assert read(**settings(wallet), KEY_READERS="group").files is not None


def test_a_key_that_others_can_read_does_not_replace_a_good_one(wallet: Wallet) -> None:
    transport = read(**settings(wallet))
    assert transport.files is not None
    held = transport.files.current()
    (wallet.folder / "key.pem").chmod(0o644)
    assert transport.files.current() is held
