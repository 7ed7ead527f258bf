import subprocess
from pathlib import Path

from stack.layout import ours

SCRIPT = Path(__file__).parents[3] / "deploy" / "secrets.sh"


def make(folder: Path) -> dict[str, str]:
    subprocess.run(["sh", SCRIPT, folder], check=True, capture_output=True)
    return {
        str(path.relative_to(folder)): path.read_text("ascii")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_service_gets_a_database_with_a_password_of_its_own(tmp_path: Path) -> None:
    made = make(tmp_path / "secrets")
    passwords = [made[f"databases/{service.name}"] for service in ours()]
    assert len(set(passwords)) == len(passwords)
    assert all(len(one) == 64 for one in passwords)
    for service in ours():
        name, word = service.name, made[f"databases/{service.name}"]
        assert made[f"{name}.dsn"] == f"postgresql://{name}:{word}@postgres:5432/{name}"
    assert made["redis.url"] == f"redis://:{made['redis.password']}@redis:6379/0"


def test_what_was_made_once_stays_and_others_are_kept_out(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    first = make(folder)
    (folder / "travel.dsn").unlink()
    assert make(folder) == first
    assert folder.stat().st_mode & 0o777 == 0o700
