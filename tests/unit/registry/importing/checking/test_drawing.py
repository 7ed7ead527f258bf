"""Whom a row names is the same in whichever file, and nobody else's."""

from document import Document, DocumentKind
from registry.importing.checking.drawing import debtor_keys, keys_of_row, rows_named, split_keys
from tests import builders

_SECRET = [builders.registry_secret()]
_ONE = Document(DocumentKind.RESIDENT_ID, "CHN", builders.resident_id(), None)
_OTHER = Document(DocumentKind.PASSPORT, "UTO", builders.passport(), None)


def test_a_key_is_of_the_document_the_court_and_the_secret() -> None:
    [key] = debtor_keys(_SECRET, "京0199", [_ONE])
    assert debtor_keys(_SECRET, "京0199", [_OTHER, _ONE])[1] == key
    others = [
        debtor_keys(_SECRET, "京0199", [_OTHER]),
        debtor_keys(_SECRET, "京0198", [_ONE]),
        debtor_keys([builders.registry_secret(2)], "京0199", [_ONE]),
    ]
    assert key not in [one for (one,) in others]


def test_whoever_was_drawn_before_a_change_of_secrets_is_found_after_it() -> None:
    drawn = debtor_keys(_SECRET, "京0199", [_ONE])
    changed = [builders.registry_secret(2), *_SECRET]
    content = keys_of_row(3, debtor_keys(changed, "京0199", [_ONE]))
    assert list(rows_named(content, frozenset(drawn))) == [3]


def test_a_row_is_found_by_any_document_of_whom_was_drawn() -> None:
    drawn = debtor_keys(_SECRET, "京0199", [_ONE])
    both = debtor_keys(_SECRET, "京0199", [_OTHER, _ONE])
    content = keys_of_row(3, both) + keys_of_row(4, both[:1])
    assert list(rows_named(content, frozenset(drawn))) == [3]
    assert tuple(split_keys(b"".join(both))) == both
