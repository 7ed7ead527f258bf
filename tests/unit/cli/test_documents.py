import json

import pytest

from cli.errors import UsageError
from cli.imports.documents import rows

_ROWS = [{"iname": "测试甲", "caseCode": "(2099)示0000执1号"}, {"iname": "测试乙\n二", "age": "0"}]
_DOCUMENT = {"status": "0", "data": [{"StdStg": 6899, "result": _ROWS, "x": [1]}], "t": "1"}


def _read(content: bytes, encoding: str = "utf-8") -> list[object]:
    return [json.loads(one.raw.decode(encoding)) for one in rows(content)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_rows_of_the_public_relays_document_are_found(encoding: str) -> None:
    content = json.dumps(_DOCUMENT, ensure_ascii=False).encode(encoding)
    assert _read(content, "gb18030" if encoding == "gb18030" else "utf-8") == _ROWS


def test_jsonp_is_read_like_the_document_in_it() -> None:
    text = f"/**/jQuery1102.cb_1({json.dumps(_DOCUMENT)});"
    assert _read(text.encode()) == _ROWS


def test_an_array_is_read_row_by_row_with_the_line_of_each() -> None:
    content = json.dumps(_ROWS, indent=1).encode()
    found = list(rows(content))
    assert [one.line for one in found] == [2, 6]
    assert b"".join(one.before + one.raw for one in found) + b"\n]" == content
    assert [json.loads(one.raw) for one in found] == _ROWS


def test_every_page_of_a_file_of_pages_is_read() -> None:
    page = json.dumps(_DOCUMENT, ensure_ascii=False)
    assert _read(f"{page}\n{page}\n".encode()) == _ROWS * 2
    assert _read(f"cb({page});\r\ncb({page}) ;".encode()) == _ROWS * 2


def test_what_stands_behind_a_document_is_not_passed_over() -> None:
    content = json.dumps(_DOCUMENT).encode()
    for rest in (b"garbage", b'{"x":"iname"}', b"))", b",[]"):
        with pytest.raises(UsageError, match="no JSON document with rows"):
            list(rows(content + rest))


def test_an_object_that_is_a_row_is_one_and_a_file_may_hold_several() -> None:
    detail = {"id": 1, "iname": "测试甲", "caseCode": "（2099）示0000执1号", "data": "x"}
    one = json.dumps(detail, ensure_ascii=False, indent=1)
    assert _read(one.encode()) == [detail]
    assert _read(f"{one}\n{one}\n".encode("gb18030"), "gb18030") == [detail, detail]


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b'{"data": 1}', b"[1, 2", b'{"data": [{"result": [{"a": 1}', b"<html></html>"],
)
def test_what_holds_no_rows_is_said_to_be_no_document(content: bytes) -> None:
    with pytest.raises(UsageError, match="no JSON document with rows"):
        list(rows(content))


def test_bytes_of_no_encoding_are_refused() -> None:
    with pytest.raises(UsageError, match="neither UTF-8 nor GB 18030"):
        list(rows(b'["\xff\xff"]'))
