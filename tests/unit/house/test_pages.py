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
_TESTS = re.compile(r"(?<![\w/])tests/[\w/]*\w")
# `name` in [file](path), `name`, `other` of [file](path), [file](path) `name`.
_BEFORE = re.compile(r"((?:`[\w.]+`(?:, )?)+) (?:in|of) \[[^]]*\]\(([^)#]+)\)")
_BEHIND = re.compile(r"\]\(([^)#]+)\) (`[\w.]+`)")
_WORD = re.compile(r"`[\w.]*?(\w+)`")
_SETTING = re.compile(r"\b(?:COURTLIST|OTEL)_[A-Z_]*[A-Z]")
_READ = ("services/**/*.py", "tests/**/*.py", "deploy/*.*", "Makefile")


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


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    named = _TESTS.findall(page.read_text("utf-8"))
    assert [test for test in named if not list(CHECKOUT.glob(f"{test}*"))] == []


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_what_a_page_says_stands_in_a_file_stands_in_it(page: Path) -> None:
    text = page.read_text("utf-8")
    said = [*_BEFORE.findall(text), *((words, link) for link, words in _BEHIND.findall(text))]
    for words, link in said:
        file = page.parent / link
        if file.is_file():
            held = set(re.findall(r"\w+", file.read_text("utf-8")))
            assert [word for word in _WORD.findall(words) if word not in held] == [], link


def test_every_setting_that_a_page_names_is_read_by_somebody() -> None:
    sources = [path for part in _READ for path in CHECKOUT.glob(part) if path.suffix != ".md"]
    # What OpenTelemetry reads by itself.
    read = {"OTEL_TRACES_SAMPLER"}
    for path in sources:
        read.update(_SETTING.findall(path.read_text("utf-8")))
    for page in PAGES:
        named = {one.removesuffix("_FILE") for one in _SETTING.findall(page.read_text("utf-8"))}
        assert named <= read, page
