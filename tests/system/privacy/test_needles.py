"""Whoever searches finds: each way to write a number or a name, and nobody else's."""

import base64
import gzip
import hashlib
from urllib.parse import quote

import pytest

from tests.builders import passport, resident_id
from tests.system.privacy.needles import Needles

NUMBER, NAME = resident_id(serial=0), "阿卜杜·试买买提"
NEEDLES = Needles.of(numbers=[NUMBER, passport(7)], names=[NAME, "Ceshi O'Brien"])

WRITTEN = {
    "plain": NUMBER.encode(),
    "in fours": b"0000 0019 8001 0100 05".replace(b"05", NUMBER[16:].encode()),
    "in its parts": f"{NUMBER[:6]}-{NUMBER[6:14]}-{NUMBER[14:]}".encode(),
    "full-width": NUMBER.translate(
        {code: code + 0xFEE0 for code in range(ord("0"), ord("9") + 1)}
    ).encode(),
    "as the old card had it": (NUMBER[:6] + NUMBER[8:17]).encode(),
    "masked too little": f"{NUMBER[:13]}**{NUMBER[15:]}".encode(),
    "in hexadecimal": NUMBER.encode().hex().encode(),
    "in base64, after one byte": base64.b64encode(b"x" + NUMBER.encode() + b"yz"),
    "in base64, after two": base64.b64encode(b"xx" + NUMBER.encode() + b"y"),
    "in UTF-16": NUMBER.encode("utf-16-le"),
    "hashed": hashlib.sha256(NUMBER.encode()).digest(),
    "hashed, in hexadecimal": hashlib.md5(NUMBER.encode()).hexdigest().encode(),  # noqa: S324
    "hashed as the product would without a key": hashlib.blake2b(
        f"CITIZEN|CHN|{NUMBER}".encode(), digest_size=16, person=b"courtlist.doc.v1"
    ).digest(),
    "a passport": passport(7).encode(),
    "a name": NAME.encode(),
    "a name in JSON": b'{"name":"\\u963f\\u535c\\u675c\\u00b7\\u8bd5\\u4e70\\u4e70\\u63d0"}',
    "a name as protobuf prints it": "".join(f"\\{one:03o}" for one in NAME.encode()).encode(),
    "a name as Python prints it": repr(NAME.encode()).encode(),
    "a name in a URL": quote(NAME).encode(),
    "a name in GB 18030": NAME.encode("gb18030"),
    "a name as names are compared": "阿卜杜 试买买提".encode(),
    "a Latin name in capitals": b"CESHI O'BRIEN",
    "a Latin name without its mark": b"obrien ceshi",
}


@pytest.mark.parametrize("how", WRITTEN)
def test_it_is_found_however_it_is_written(how: str) -> None:
    assert len(NEEDLES.found_in(b"before " + WRITTEN[how] + b" after")) == 1


def test_what_is_published_and_what_is_somebody_elses_is_not_found() -> None:
    masked = f"{NUMBER[:10]}****{NUMBER[14:]}".encode()
    others = f"{resident_id(serial=1)[6:]} {passport(8)} 测试人".encode()
    packed = gzip.compress(NUMBER.encode())
    assert NEEDLES.found_in(b" ".join((masked, others, bytes(1000), packed))) == set()
