"""What the pages of this checkout point at is there: whoever follows one arrives."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
SERVICES = CHECKOUT / "services"
PAGES = sorted(
    page
    for part in ("*.md", "deploy/**/*.md", "protos/**/*.md", "services/**/*.md", "tests/**/*.md")
    for page in CHECKOUT.glob(part)
)
_LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
_FILE = re.compile(r"`([\w/]+\.py)`")
_FOLDER = re.compile(r"`(\w+)/`")


def _named(page: Path) -> str:
    return str(page.relative_to(CHECKOUT))


def _missing_from_tables(page: Path) -> Iterator[str]:
    """A row that names a folder may name the files in it by their names alone."""
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("|"):
            places = [page.parent, *(page.parent / folder for folder in _FOLDER.findall(line))]
            for file in _FILE.findall(line):
                if not any((place / file).exists() for place in places):
                    yield file


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_every_link_leads_to_something(page: Path) -> None:
    links = _LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", sorted(SERVICES.glob("**/README.md")), ids=_named)
def test_a_package_is_described_by_files_that_it_has(page: Path) -> None:
    assert list(_missing_from_tables(page)) == []
