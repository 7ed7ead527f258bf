"""What is packed comes out as it went in."""

from hypothesis import given
from hypothesis import strategies as st

from registry.importing.papers.chunks import Piece, pack, pack_staged, staged_bytes, unpack

_PIECES = st.lists(
    st.builds(
        Piece,
        number=st.integers(1, 10_000_000),
        line=st.integers(1, 100_000_000),
        content=st.binary(max_size=300),
    ),
    max_size=20,
)


@given(_PIECES)
def test_pieces_come_out_as_they_were_packed(pieces: list[Piece]) -> None:
    assert unpack(pack(pieces)) == pieces


@given(_PIECES.filter(bool), st.data())
def test_staged_records_come_out_alone_and_as_the_file_that_they_were(
    pieces: list[Piece], data: st.DataObject
) -> None:
    count = len(pieces)
    before = data.draw(st.lists(st.binary(max_size=9), min_size=count, max_size=count))
    content = pack_staged(pieces, before)
    assert unpack(content) == pieces
    parts = zip(before, pieces, strict=True)
    assert staged_bytes(content) == b"".join(one + piece.content for one, piece in parts)


def test_a_piece_shows_its_place_and_not_its_content() -> None:
    assert "secret" not in repr(Piece(1, 1, b"secret"))
