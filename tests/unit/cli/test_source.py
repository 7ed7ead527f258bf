import hashlib
import json
from pathlib import Path

import pytest

from cli.errors import UsageError
from cli.imports.record import Record
from cli.imports.source import Shape, Source
from cli.imports.upload import batches
from courtlist.registry.v1 import import_service_pb2 as rpc


def _file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "shape"),
    [
        ("a.csv", b"iname,age\nx,1\n", Shape.CSV),
        ("a.txt", b"iname,age\nx,1\n", Shape.CSV),
        ("a.jsonl", b'{"iname":"x"}\n{"iname":"y"}\n', Shape.JSONL),
        ("a.json", b'{"iname":"x"}\n{"iname":"y"}\n', Shape.JSONL),
        ("a", b'\xef\xbb\xbf{"iname":"x"}\n', Shape.JSONL),
        ("a.json", b'{"data":[{"result":[{"iname":"x"}]}]}', Shape.JSON),
        ("a.json", b'{\n"data":[{"result":[{"iname":"x"}]}]}', Shape.JSON),
        ("a", b'[{"iname":"x"}]', Shape.JSON),
        ("a.json", b'{\n"iname":"x"\n}\n', Shape.JSON),
        ("a.jsonl", b'{\n"iname":"x"\n}\n', Shape.JSON),
        ("a.jsonl", b'{"data":[{"result":[{"iname":"x"}]}]}\n', Shape.JSON),
        ("a.jsonl", b'{"iname":\n{"iname":"y"}\n', Shape.JSONL),
        ("a.jsonl", b'iname\n{"iname":"y"}\n', Shape.JSONL),
        ("a.js", b'cb({"data":[{"result":[{"iname":"x"}]}]})', Shape.JSON),
    ],
)
def test_the_shape_of_a_file_is_seen(
    tmp_path: Path, name: str, content: bytes, shape: Shape
) -> None:
    assert Source(_file(tmp_path, name, content)).shape is shape


def test_the_survey_hashes_the_whole_file_and_counts_its_records(tmp_path: Path) -> None:
    content = b'iname,duty\n"a","x\ny"\nb,c\n\n'
    source = Source(_file(tmp_path, "a.csv", content))
    survey = source.survey()
    assert survey.sha256 == hashlib.sha256(content).digest()
    assert survey.count == 3
    assert source.format == rpc.RECORD_FORMAT_CSV


def test_a_document_is_handed_in_as_json_lines(tmp_path: Path) -> None:
    content = json.dumps({"data": [{"result": [{"iname": "x"}, {"iname": "y"}]}]}).encode()
    source = Source(_file(tmp_path, "page.json", content))
    assert source.survey().sha256 == hashlib.sha256(content).digest()
    assert source.format == rpc.RECORD_FORMAT_JSONL
    assert [json.loads(one.raw) for one in source.records()] == [{"iname": "x"}, {"iname": "y"}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b'\xef\xbb\xbf\n{"n":1}\r\n\r\n{"n":2}'),
        ("a.jsonl", b'{"n":1}\n{"n":2}\n\n \n'),
        ("a.csv", b'\xef\xbb\xbfiname,duty\r\n"a","x\r\ny"\r\n\r\nb,c\r\n'),
        ("a.json", '[ {"iname" : "测试甲",\n "age":"1"} ,\n{"iname":"㐀"}]\n'.encode()),
        ("a.json", 'cb({"data":[{"result":[{"iname":"测试甲"}, {"n":2}]}]});'.encode("gb18030")),
        ("a.json", '\ufeff[{"iname":"测试甲"}]'.encode()),
    ],
)
def test_what_is_handed_in_put_together_is_the_file(
    tmp_path: Path, name: str, content: bytes
) -> None:
    """The registry can take its hash, which the president signs."""
    source = Source(_file(tmp_path, name, content))
    parts = b"".join(one.before + one.raw for one in source.records())
    assert parts + source.survey().rest == content


def test_what_is_no_record_is_not_read_without_end(tmp_path: Path) -> None:
    nothing = b"\n" * (64 * 1024 + 1)
    for content in (nothing + b'{"n":1}', b'{"n":1}\n' + nothing):
        with pytest.raises(UsageError, match="64 KiB"):
            Source(_file(tmp_path, "a.jsonl", content), Shape.JSONL).survey()


def test_an_upload_goes_on_behind_what_is_staged(tmp_path: Path) -> None:
    source = Source(_file(tmp_path, "a.jsonl", b'{"n":1}\n{"n":2}\n{"n":3}\n'))
    assert list(source.records(after=2)) == [Record(b'{"n":3}', 3, b"\n")]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"iname,age\n"])
def test_a_file_without_a_row_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UsageError, match="holds no row"):
        Source(_file(tmp_path, "a.csv", content)).survey()


def test_utf_16_is_named_and_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="UTF-16"):
        Source(_file(tmp_path, "a.csv", "iname\nx\n".encode("utf-16")))


@pytest.mark.parametrize(
    "content", ["iname\nx\n".encode("utf-16-le"), b"PK\x03\x04\x00\x00[Content"]
)
def test_what_is_no_text_is_told_at_once(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UsageError, match="no text"):
        Source(_file(tmp_path, "a.xlsx", content))


def test_line_ends_of_old_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="old Macintosh"):
        Source(_file(tmp_path, "a.csv", b"iname,age\rx,1\r"))


def test_a_first_line_without_end_is_told_by_its_line(tmp_path: Path) -> None:
    source = Source(_file(tmp_path, "a.jsonl", b'{"iname":"' + b"x" * 70_000))
    with pytest.raises(UsageError, match="line 1: the record"):
        source.survey()


def test_a_document_is_not_read_without_end(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("wb") as file:
        file.write(b"[")
        file.truncate(64 * 1024 * 1024 + 1)
    with pytest.raises(UsageError, match="64 MiB"):
        Source(path, Shape.JSON).survey()


def test_a_batch_never_holds_more_than_one_call_may() -> None:
    small = [Record(b"x" * 100, line) for line in range(1, 4502)]
    assert [len(one) for one in batches(small)] == [2000, 2000, 501]
    large = [Record(b"x" * 65_536, line) for line in range(1, 101)]
    for batch in batches(large):
        request = rpc.StageRecordsRequest(
            records=[rpc.Record(raw=one.raw, line=one.line) for one in batch]
        )
        assert request.ByteSize() <= 3 * 1024 * 1024
    assert [one for batch in batches(large) for one in batch] == large
