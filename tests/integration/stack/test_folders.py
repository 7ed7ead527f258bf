import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.folders import CHECKOUT, DataFolder, FolderInUseError, default_data_folder


@pytest.fixture
def temporary() -> Iterator[DataFolder]:
    folder = DataFolder.temporary()
    yield folder
    folder.close()


def test_two_supervisors_never_share_a_folder(tmp_path: Path) -> None:
    held = DataFolder(tmp_path / "data")
    with pytest.raises(FolderInUseError, match="in use by another run"):
        DataFolder(tmp_path / "data")
    held.close()
    DataFolder(tmp_path / "data").close()


def test_a_folder_that_existed_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    DataFolder(tmp_path).close()
    assert tmp_path.stat().st_mode & 0o777 == 0o711


def test_a_temporary_folder_is_gone_after_close() -> None:
    folder = DataFolder.temporary()
    (folder.sub("logs") / "a.log").touch()
    folder.close()
    assert not folder.path.exists()


def test_what_a_killed_supervisor_left_is_removed_and_what_a_live_one_uses_stays(
    temporary: DataFolder,
) -> None:
    abandoned = temporary.path.with_name("courtlist-run-abandoned")
    abandoned.mkdir()
    (abandoned / ".lock").touch()
    DataFolder.temporary().close()
    assert not abandoned.exists()
    assert temporary.path.exists()


def test_a_folder_that_is_not_locked_yet_is_not_taken_for_abandoned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make = tempfile.mkdtemp

    def make_and_let_another_look_round(prefix: str, dir: Path) -> str:  # noqa: A002 - as mkdtemp names it
        monkeypatch.setattr(tempfile, "mkdtemp", make)
        made = make(prefix=prefix, dir=dir)
        (Path(made) / ".lock").touch()
        DataFolder.temporary().close()
        return made

    monkeypatch.setattr(tempfile, "mkdtemp", make_and_let_another_look_round)
    folder = DataFolder.temporary()
    assert (folder.path / ".lock").is_file()
    folder.close()


def test_the_lock_is_not_inherited_by_children(temporary: DataFolder) -> None:
    other = os.open(temporary.path / ".lock", os.O_RDWR)
    with pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(other)
    held = [fd for fd in range(1024) if _is_lock(fd, temporary)]
    assert held
    assert not any(os.get_inheritable(fd) for fd in held)


def _is_lock(fd: int, folder: DataFolder) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), (folder.path / ".lock").stat())
    except OSError:
        return False


def test_an_ordinary_user_keeps_data_in_the_checkout_and_root_outside_it() -> None:
    folder = default_data_folder()
    if os.geteuid() == 0:
        assert folder.parent == Path("/var/lib/courtlist")
    else:
        assert folder == CHECKOUT / ".data"
