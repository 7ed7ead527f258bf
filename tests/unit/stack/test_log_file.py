from pathlib import Path

from stack.log_file import LogFile


def test_the_tail_shows_the_last_lines_since_the_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("of the last run\n", encoding="utf-8")
    log = LogFile(path)
    log.mark()
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"line {number}\n" for number in range(5))
    assert log.tail(lines=2) == "    line 3\n    line 4"
    assert "of the last run" not in log.tail()


def test_a_log_never_written_has_an_empty_tail(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "none.log")
    log.mark()
    assert log.tail() == ""
