import sys
from pathlib import Path

import pytest

from chassis.migrate import MigrationError, MigrationSettings, load_migrations, migrate


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "migrations_of_a_test" / "migrations"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "migrations_of_a_test", raising=False)
    return folder


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text(f"-- {name}")


def test_files_are_read_in_the_order_of_their_numbers(package: Path) -> None:
    write(package, "0002_second.sql", "0001_first.sql", "README.md")
    loaded = load_migrations("migrations_of_a_test", "migrations")
    assert [(one.number, one.name) for one in loaded] == [(1, "first"), (2, "second")]
    assert loaded[0].sql == "-- 0001_first.sql"
    assert loaded[0].sha256 != loaded[1].sha256


@pytest.mark.parametrize(
    "names",
    [("0002_a.sql",), ("0001_a.sql", "0003_b.sql"), ("0001_a.sql", "0001_b.sql"), ("1_a.sql",)],
)
def test_a_gap_a_double_or_a_wrong_name_is_refused(package: Path, names: tuple[str, ...]) -> None:
    write(package, *names)
    with pytest.raises(MigrationError):
        load_migrations("migrations_of_a_test", "migrations")


@pytest.mark.parametrize("name", ["Bad", "a;b", "", 'x"y'])
async def test_a_schema_that_is_no_plain_name_is_refused_before_connecting(name: str) -> None:
    with pytest.raises(MigrationError, match="cannot name a schema"):
        await migrate((), MigrationSettings(dsn="postgresql://nobody@127.0.0.1:1/x", schema=name))
