from pathlib import Path

from stack.told_by_file import told_by_file

DSN = "postgresql://travel:s3cr3t@127.0.0.1/travel"
URL = "redis://:s3cr3t@127.0.0.1/0"


def test_what_holds_a_password_is_told_by_the_path_of_a_file_of_our_own(tmp_path: Path) -> None:
    given = {
        "COURTLIST_POSTGRES_DSN": DSN,
        "COURTLIST_ERASE_POSTGRES_DSN": DSN,
        "COURTLIST_REDIS_URL": URL,
        "COURTLIST_LISTEN": "127.0.0.1:1",
    }
    told = told_by_file(given, "travel", tmp_path)
    assert "s3cr3t" not in str(told)
    assert told.pop("COURTLIST_LISTEN") == "127.0.0.1:1"
    assert {name: Path(path).read_text() for name, path in told.items()} == {
        "COURTLIST_POSTGRES_DSN_FILE": DSN,
        "COURTLIST_ERASE_POSTGRES_DSN_FILE": DSN,
        "COURTLIST_REDIS_URL_FILE": URL,
    }
    assert {Path(path).stat().st_mode & 0o777 for path in told.values()} == {0o600}


def test_a_changed_password_is_told_at_the_next_start(tmp_path: Path) -> None:
    told_by_file({"COURTLIST_REDIS_URL": "first"}, "registry", tmp_path)
    told = told_by_file({"COURTLIST_REDIS_URL": "second"}, "registry", tmp_path)
    assert Path(told["COURTLIST_REDIS_URL_FILE"]).read_text() == "second"
    assert len(list(tmp_path.iterdir())) == 1
