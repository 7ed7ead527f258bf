"""What a name is recognised by when it comes again."""

import pytest

from document.spelling import recognised_by


@pytest.mark.parametrize(
    ("one", "again"),
    [
        ("无名路人", " 无名　路人 "),
        ("阿里木江·买买提", "阿里木江・买买提"),
        ("Zhang Wei", "WEI  ZHANG"),
        ("ZHANG/WEI", "zhang, wei"),
        ("Müller", "MULLER"),
    ],
)
def test_a_name_that_is_typed_otherwise_is_the_same(one: str, again: str) -> None:
    assert recognised_by(one) == recognised_by(again)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("无名路人", "无名过客"),
        ("张伟", "伟张"),
        ("Zhang Wei", "Zhang Wen"),
        ("Zhang Wei", "张 Wei"),
        ("Mary", "Army"),
    ],
)
def test_another_name_is_another(one: str, other: str) -> None:
    assert recognised_by(one) != recognised_by(other)
