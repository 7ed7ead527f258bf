from io import BytesIO

import pytest

from cli.errors import UsageError
from cli.imports.lines import csv_records, json_lines
from cli.imports.record import BYTES_MAX, Record


def test_each_line_of_json_is_a_record_with_its_line() -> None:
    found = list(json_lines(BytesIO(b'{"a":1}\r\n\n  \n{"b":2}')))
    assert found == [Record(b'{"a":1}', 1), Record(b'{"b":2}', 4, b"\r\n\n  \n")]


def test_a_line_feed_inside_quotation_marks_belongs_to_the_csv_record() -> None:
    content = b'iname,duty\n"a","first\nsecond, ""quoted"""\nb,c\n'
    assert list(csv_records(BytesIO(content))) == [
        Record(b"iname,duty", 1),
        Record(b'"a","first\nsecond, ""quoted"""', 2, b"\n"),
        Record(b"b,c", 4, b"\n"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
def test_records_are_split_without_being_decoded(encoding: str) -> None:
    rows = ["测试甲,（2099）京0199执1号", '测试乙,"有履行能力\n而拒不履行"', "㐀𠀀,x"]
    content = "\r\n".join(rows).encode(encoding)
    found = [one.raw for one in csv_records(BytesIO(content))]
    assert b"\r\n".join(found) == content
    assert len(found) == 3


def test_an_open_quotation_mark_is_reported_at_the_line_where_its_record_starts() -> None:
    with pytest.raises(UsageError, match="line 2: the record that starts here has no end"):
        list(csv_records(BytesIO(b'a,b\n"open,c\nd,e\n')))
    long = b'a,b\nc,d\n"open\n' + b"x,y\n" * BYTES_MAX
    with pytest.raises(UsageError, match="line 3: the record that starts here is longer"):
        list(csv_records(BytesIO(long)))


def test_a_file_without_line_ends_is_never_read_whole() -> None:
    class Endless(BytesIO):
        asked = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.asked += 1
            assert size is not None
            assert 0 < size <= BYTES_MAX + 2
            return b"x" * size

    file = Endless()
    with pytest.raises(UsageError, match="line 1"):
        list(json_lines(file))
    assert file.asked == 1
