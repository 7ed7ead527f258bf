import re
import subprocess
import tomllib
from pathlib import Path

from authority.caller import Actor
from authority.peer import Peer, PeerKind
from chassis.files.keys import KeyReaders
from chassis.tls.files import TlsFiles
from cli import profile as profiles
from cli.bootstrap import plan as plans
from cli.papers import files
from stack.databases import owner_of
from stack.layout import IMPORTER, ours

DEPLOY = Path(__file__).parents[3] / "deploy"
SCRIPT = DEPLOY / "secrets.sh"
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")


def make(folder: Path) -> dict[str, str]:
    subprocess.run(["sh", SCRIPT, folder], check=True, capture_output=True)
    return {
        str(path.relative_to(folder)): path.read_text("ascii")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_service_gets_a_database_with_a_password_of_its_own(tmp_path: Path) -> None:
    made = make(tmp_path / "secrets")
    passwords = [word for path, word in made.items() if path.startswith("databases/")]
    assert len(passwords) == sum(2 + len(service.beside) for service in ours())
    assert len(set(passwords)) == len(passwords)
    assert all(len(one) == 64 for one in passwords)
    for service in ours():
        name, owner = service.name, owner_of(service.name)
        for path, role in {
            f"owners/{name}.dsn": owner,
            **{f"{role}.dsn": role for role in (name, *service.beside)},
        }.items():
            word = made[f"databases/{role}"]
            assert made[path] == f"postgresql://{role}:{word}@postgres:5432/{name}"
    assert made["redis.url"] == f"redis://:{made['redis.password']}@redis:6379/0"


def test_the_command_line_is_told_where_everything_is_published(tmp_path: Path) -> None:
    made = make(tmp_path / "secrets")
    profile = tmp_path / "secrets" / "courtlist.toml"
    read = profiles.read(profile, is_needed=True)
    ports = {
        name: f"127.0.0.1:{port}"
        for name, port in re.findall(
            r"^  (\w+):\n(?:    .*\n)*?    ports: \[\"127.0.0.1:(\d+):7000", COMPOSE, re.MULTILINE
        )
    }
    assert read.addresses == {service.name: ports[service.name] for service in ours()}
    assert read.processes == {"importer": ports["importer"]}
    for service in ours():
        owner = owner_of(service.name)
        word = made[f"databases/{owner}"]
        # A backup reads every table, and a restore makes them: that is the owner's.
        assert read.stores[service.name].startswith(f"postgresql://{owner}:{word}@")
    assert profile.stat().st_mode & 0o777 == 0o600


def test_what_was_made_once_stays_and_others_are_kept_out(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    first = make(folder)
    (folder / "travel.dsn").unlink()
    assert make(folder) == first
    assert folder.stat().st_mode & 0o777 == 0o700


def test_every_process_is_handed_a_certificate_that_fits_and_the_ca_stays_where_it_is(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "secrets"
    make(folder)
    for service in (*ours(), IMPORTER):
        own = folder / "tls" / service.name
        files = TlsFiles(
            certificate=own / "certificate.pem",
            key=own / "key.pem",
            trust=own / "trust.pem",
            # As compose.yaml says: the folder keeps others out.
            readers=KeyReaders.ANYONE,
        )
        assert files.current().names == (f"{service.name}.service.courtlist.example",)
    handed = {path.name for path in (folder / "tls").rglob("*") if path.is_file()}
    assert handed == {"certificate.pem", "key.pem", "trust.pem"}


def test_what_is_mounted_can_be_read_by_the_account_in_a_container(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make(folder)
    for mounted in re.findall(r"- \./secrets/(\S+?):/run/", COMPOSE):
        whole = folder / mounted
        for path in (whole, *whole.rglob("*")):
            assert path.stat().st_mode & (0o005 if path.is_dir() else 0o004), path


def test_the_command_line_is_believed_by_the_deployed_services(tmp_path: Path) -> None:
    make(tmp_path / "secrets")
    read = profiles.read(tmp_path / "secrets" / "courtlist.toml", is_needed=True)
    assert read.proofs.transport_of(Peer(PeerKind.OPERATOR, "operator-1")).files is not None


def test_a_trials_profile_holds_the_examples_people_and_partners(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make(folder)
    done = subprocess.run(
        ["sh", DEPLOY / "trial.sh", folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    read = profiles.read(folder / "trial.toml", is_needed=True)
    assert (folder / "trial.toml").stat().st_mode & 0o777 == 0o600
    given = plans.read(tomllib.loads(files.example("init.toml")), what="init.toml")
    for officer in given.officers:
        person = Actor(
            person_id=officer.person_id, role=officer.role, court_code=officer.court_code
        )
        assert read.proofs.key_of(person).key_id
    for partner in given.partners:
        assert read.proofs.transport_of(Peer(PeerKind.PARTNER, partner.partner_id)).files
    for president, court in (("president-1", "京0199"), ("president-2", "沪0199")):
        assert read.proofs.signing_key_of(president, court).key_id
