import tomllib
from pathlib import Path

from chassis.version import VERSION


def test_the_version_is_the_one_that_pyproject_says() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == VERSION
