import tarfile
from pathlib import Path

import pytest

from cli.backups import manifest
from cli.backups.database import connection_environment
from cli.backups.making import opened
from cli.backups.manifest import Head, Manifest, StoreFile
from cli.backups.programs import Programs, fitting
from cli.errors import RefusedError, UsageError


def _backup(folder: Path) -> Manifest:
    (folder / "registry.dump").write_bytes(b"content")
    digest = manifest.sha256(folder / "registry.dump")
    stores = (StoreFile("registry", "registry.dump", 7, digest),)
    made = Manifest("2025-11-02T00:00:00+00:00", 18, Head("i", 7, "ab"), stores)
    made.write(folder)
    return made


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = _backup(tmp_path)
    assert manifest.read(tmp_path) == made
    manifest.verify(tmp_path, made.stores, lambda _: None)
    with pytest.raises(UsageError, match="does not hold travel"):
        made.store("travel")


def test_one_changed_byte_damages_a_backup(tmp_path: Path) -> None:
    made = _backup(tmp_path)
    (tmp_path / "registry.dump").write_bytes(b"c0ntent")
    with pytest.raises(RefusedError, match="nothing was restored") as caught:
        manifest.verify(tmp_path, made.stores, lambda _: None)
    assert [one.reason for one in caught.value.problems] == ["FILE_ALTERED"]
    (tmp_path / "registry.dump").unlink()
    with pytest.raises(RefusedError):
        manifest.verify(tmp_path, made.stores, lambda _: None)


@pytest.mark.parametrize("text", ["", "{}", '{"format": 2}', '{"format": 1}', "[]"])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(UsageError):
        manifest.read(tmp_path)


@pytest.mark.parametrize("arcname", ["../escaped", "..", "room/../../escaped", "folder/file"])
def test_an_archive_unpacks_nothing_outside_its_room(tmp_path: Path, arcname: str) -> None:
    room = tmp_path / "room"
    room.mkdir()
    outside = tmp_path / "outside"
    outside.write_text("x")
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        archive.add(outside, arcname=arcname)
    with (
        pytest.raises(UsageError, match="no backup that can be unpacked"),
        opened(tmp_path / "b.tar", room),
    ):
        pass
    assert not (tmp_path / "escaped").exists()
    assert list(room.iterdir()) == []


def test_an_archive_with_a_link_is_no_backup(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    (tmp_path / "link").symlink_to("/etc/hostname")
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        archive.add(tmp_path / "link", arcname="registry.dump")
    with pytest.raises(UsageError), opened(tmp_path / "b.tar", room):
        pass
    assert list(room.iterdir()) == []


def test_an_archive_is_unpacked_whoever_made_it(tmp_path: Path) -> None:
    room, folder = tmp_path / "room", tmp_path / "folder"
    room.mkdir()
    folder.mkdir()
    (folder / "registry.dump").write_text("content")
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        # As `tar -cf b.tar -C folder .` does.
        archive.add(folder, arcname=".")
    with opened(tmp_path / "b.tar", room) as unpacked:
        assert (unpacked / "registry.dump").read_text() == "content"


def test_the_password_goes_by_the_environment() -> None:
    read = connection_environment("postgresql://u%40x:p%2Fw@db:5433/courtlist?sslmode=require")
    assert read == {
        "PGHOST": "db",
        "PGPORT": "5433",
        "PGUSER": "u@x",
        "PGPASSWORD": "p/w",
        "PGDATABASE": "courtlist",
        "PGSSLMODE": "require",
        "PGCONNECT_TIMEOUT": "10",
    }
    by_file = connection_environment("postgresql://u@db/courtlist?passfile=%2Frun%2Fu.pgpass")
    assert by_file["PGPASSFILE"] == "/run/u.pgpass"
    for dsn in (
        "mysql://u:secret@h/d",
        "postgresql://u:secret@h:port/d",
        "postgresql://u:secret@[::1/d",
    ):
        with pytest.raises(UsageError) as caught:
            connection_environment(dsn)
        assert "secret" not in str(caught.value)


def test_the_programs_nearest_to_the_server_and_not_older_are_taken() -> None:
    there = [Programs(Path("/18"), 18), Programs(Path("/15"), 15)]
    assert fitting(there, 15).folder == Path("/15")
    assert fitting(there, 16).folder == Path("/18")
    with pytest.raises(RefusedError, match="PostgreSQL 19 or newer are needed; there is: 18, 15"):
        fitting(there, 19)
