"""A field is one proto, three small files and one entry in compose.yaml; nothing else knows it.

What holds for the packages that are there once and for all is in pyproject.toml (import-linter).
"""

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.layout import field_names

CHECKOUT = Path(__file__).resolve().parents[3]
SERVICES = CHECKOUT / "services"
FIELDS = field_names(SERVICES)
# A field may stand on these, and on the libraries behind the wire.
_GROUND = {"chassis", "courtlist", "document", "google", "grpc", "restriction"}


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_holds_its_law_its_wire_and_its_start_and_at_most_a_table(field: str) -> None:
    files = {file.name for file in (SERVICES / field).glob("*.py")}
    assert {"__init__.py", "__main__.py", "policy.py", "servicer.py"} <= files
    assert files <= {"__init__.py", "__main__.py", "policy.py", "servicer.py", "table.py"}


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_stands_on_the_engine_and_on_no_other_field(field: str) -> None:
    allowed = _GROUND | {field} | sys.stdlib_module_names
    for file in (SERVICES / field).glob("*.py"):
        assert set(_imported(file)) <= allowed, file


@pytest.mark.parametrize("field", FIELDS)
def test_nothing_else_imports_a_field(field: str) -> None:
    for file in SERVICES.rglob("*.py"):
        if not file.is_relative_to(SERVICES / field):
            assert field not in set(_imported(file)), file


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_has_one_proto_and_is_deployed_once(field: str) -> None:
    assert [file.name for file in (CHECKOUT / "protos/courtlist" / field / "v1").iterdir()] == [
        f"{field}_service.proto"
    ]
    compose = (CHECKOUT / "deploy/compose.yaml").read_text("utf-8")
    assert compose.count(f"\n    command: [{field}]\n") == 1


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_goes_by_the_name_of_its_package(field: str) -> None:
    law = importlib.import_module(f"{field}.policy")
    named = [
        vars(one)["field"] for one in vars(law).values() if "field" in getattr(one, "__dict__", {})
    ]
    assert named == [field]


def test_the_chassis_speaks_of_errors_and_of_processes_and_of_nothing_in_the_domain() -> None:
    spoken = {
        (node.module or "").split(".")[1]
        for file in (SERVICES / "chassis").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("courtlist.")
    }
    assert spoken == {"error", "process"}
